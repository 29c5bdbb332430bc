"""A whole server without a network, a person with a browser, and their MCP client."""

import contextlib
import re
from urllib.parse import urlsplit

import httpx2
from argon2 import PasswordHasher

from sumun.config import Config, CredentialConfig, OAuthConfig, UpstreamConfig
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client
from sumun.oauth.users import User, add_user
from sumun.server.app import Application
from sumun.server.house import House

ISSUER = "http://localhost:8081"
PASSWORD = "correct horse battery staple"
MODERN, ELICITING = "2026-07-28", "2025-11-25"
PEOPLE = ("minjun", "sora")
CLIENTS = {"desktop": "The Desktop", "other": "Another"}


class Served:
    """A server with one server behind it that people sign in at."""

    def __init__(self, application, house):
        self.application = application
        self.house = house

    async def settle(self):
        """Register people and clients."""
        passwords = self.house.authorization_server.people.passwords
        passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        hashed = await passwords.hash(PASSWORD)
        database = self.house.rooms.database
        for name in PEOPLE:
            person = User(user_id=f"user-{name}", username=name, password_hash=hashed)
            await database.write(add_user, person)
        for client_id, name in CLIENTS.items():
            metadata = ClientMetadata(client_name=name, scope="mcp.access mcp:*")
            await database.write(add_client, Client(client_id=client_id, metadata=metadata))

    def http(self):
        transport = httpx2.ASGITransport(app=self.application)
        return httpx2.AsyncClient(transport=transport, base_url=ISSUER)

    async def call(
        self, name="minjun", client_id="desktop", revision=MODERN, *, url=True, method="", **params
    ):
        """Call a tool as a person's client; return the message that answers."""
        issued = await self.house.authorization_server.tokens.issue(
            client=await self.house.authorization_server.clients.find(client_id),
            subject=f"user-{name}" if name else client_id,
            audience=f"{ISSUER}/mcp/crm",
            scope="mcp:crm",
            grant_type="test",
            source="",
        )
        meta = {}
        if revision == MODERN:
            meta = {
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientCapabilities": {
                    "elicitation": {"url": {}} if url else {}
                },
            }
        method = method or "tools/call"
        named = {"name": "find"} if method == "tools/call" else {}
        body = {"jsonrpc": "2.0", "id": 7, "method": method}
        body["params"] = {**named, **params, "_meta": meta}
        headers = {
            "Authorization": f"Bearer {issued.access_token}",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": revision,
            "Mcp-Method": method,
            **({"Mcp-Name": "find"} if named else {}),
        }
        async with self.http() as http:
            response = await http.post("/mcp/crm", json=body, headers=headers)
        self.last_token = issued.access_token
        return response.json()

    async def events(self, event_type="upstream_grant"):
        found = await self.house.rooms.audit.tail(1000)
        return [each for each in found if each["event_type"] == event_type]


class Visitor:
    """A browser without scripts."""

    def __init__(self, http, name):
        self.http = http
        self.name = name

    async def open(self, url):
        """Go to a page, signing in on the way."""
        response = await self.http.get(_path(url))
        while response.status_code == 303:
            response = await self.http.get(_path(response.headers["location"]))
        if urlsplit(str(response.url)).path == "/account/sign-in":
            sent = {"method": "password", "username": self.name, "password": PASSWORD}
            response = await self.send(response, **sent)
            while response.status_code == 303:
                response = await self.http.get(_path(response.headers["location"]))
        return response

    async def send(self, page, **fields):
        """Send the last form of a page."""
        form = page.text.rpartition("<form")[2]
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        if "username" in fields:  # the sign-in page has a form for each way
            form = page.text.partition("<form")[2].partition("</form>")[0]
            hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
        action = re.search(r'action="([^"]*)"', form)[1]
        return await self.http.post(action, data={**hidden, **fields})


def _path(url):
    return url.removeprefix(ISSUER)


@contextlib.asynccontextmanager
async def serving(partner, directory, **credential):
    """Serve until the block ends."""
    settings = CredentialConfig(**({"kind": "sign_in", "scope": "crm.read"} | credential))
    config = Config(
        mode="development",
        issuer=ISSUER,
        data_dir=str(directory / "data"),
        oauth=OAuthConfig(),
        servers={"crm": UpstreamConfig(url=partner.url, credential=settings)},
    )
    house = House(config)
    try:
        await house.open()
        application = Application(config)
        application._connect(house)
        application.house = house
        served = Served(application, house)
        await served.settle()
        yield served
    finally:
        await house.close()


def links(message):
    """The pages a message asks somebody to open."""
    return re.findall(rf"{ISSUER}/account/connect\?link=[\w-]+", repr(message))
