"""A person with a browser that runs no scripts: it keeps cookies, follows links, fills in forms."""

import base64
import hashlib
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from argon2 import PasswordHasher

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client
from sumun.oauth.users import User, add_user

USERNAME, PASSWORD = "minjun", "correct horse battery staple"
VERIFIER = "v" * 43
CRM = "https://sumun.example/mcp/crm"

BOTH = ("authorization_code", "refresh_token")
APPS = {
    "app": ClientMetadata(
        client_name="The App",
        grant_types=BOTH,
        redirect_uris=("https://app.example/cb",),
        scope="mcp.access mcp:* pii:*",
        token_endpoint_auth_methods=("none",),
    ),
    "other-app": ClientMetadata(
        client_name="Another",
        grant_types=BOTH,
        redirect_uris=("https://other.example/cb",),
        scope="mcp:*",
        token_endpoint_auth_methods=("none",),
    ),
    "native": ClientMetadata(
        client_name="Native",
        application_type="native",
        grant_types=BOTH,
        redirect_uris=(
            "http://127.0.0.1/cb",
            "http://localhost/cb",
            "http://[::1]/cb",
            "cursor://anysphere.cursor-mcp/cb",
        ),
        scope="mcp:*",
        token_endpoint_auth_methods=("none",),
    ),
    "server-app": ClientMetadata(
        client_name="Server App",
        grant_types=BOTH,
        redirect_uris=("https://server.example/cb?fixed=1",),
        scope="mcp:*",
        token_endpoint_auth_methods=("client_secret_basic", "client_secret_post"),
    ),
    "no-refresh": ClientMetadata(
        grant_types=("authorization_code",),
        redirect_uris=("https://short.example/cb",),
        scope="mcp:*",
        token_endpoint_auth_methods=("none",),
    ),
    "wrong-grant": ClientMetadata(
        grant_types=("client_credentials",), redirect_uris=("https://wrong.example/cb",)
    ),
    "crm-app": ClientMetadata(
        grant_types=BOTH,
        redirect_uris=("https://crm.example/cb",),
        scope="mcp:crm mcp:crm:*",
        resources=(CRM,),
        token_endpoint_auth_methods=("none",),
    ),
    "off": ClientMetadata(grant_types=BOTH, redirect_uris=("https://off.example/cb",)),
}


def challenge(verifier: str = VERIFIER) -> str:
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def request(client_id: str = "app", /, **parameters: Any) -> dict[str, Any]:
    """The parameters of a request in order; ``None`` leaves one out."""
    usual = {
        "client_id": client_id,
        "redirect_uri": APPS[client_id].redirect_uris[0] if client_id in APPS else None,
        "response_type": "code",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        "scope": "mcp:crm",
        "resource": CRM,
        "state": "a state",
    }
    usual.update(parameters)
    return {name: value for name, value in usual.items() if value is not None}


def answer(response: httpx2.Response) -> dict[str, str]:
    """The parameters of a redirect to the client."""
    assert response.status_code == 303, response.text
    query = parse_qs(urlsplit(response.headers["location"]).query, strict_parsing=True)
    assert all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()}


class Page(HTMLParser):
    """What a person sees and can send."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__()
        self.response = response
        self.text = response.text
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self.checkboxes: list[str] = []
        self.words: list[str] = []
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append({"action": given["action"], "fields": {}})
        elif tag == "a":
            self.links.append(given["href"])
        elif tag == "input" and self.forms:
            fields = self.forms[-1]["fields"]
            if given.get("type") == "checkbox":
                self.checkboxes.append(given["name"])
                if "checked" in given:
                    fields[given["name"]] = given["value"]
            elif given.get("type") == "hidden":
                fields[given["name"]] = given["value"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the last form as they are sent untouched."""
        return dict(self.forms[-1]["fields"])


class Browser:
    """One browser; another has other cookies."""

    def __init__(self, system: Any) -> None:
        self.system = system
        transport = httpx2.ASGITransport(app=system.app)
        self.http = httpx2.AsyncClient(transport=transport, base_url="https://sumun.example")

    async def authorize(self, client_id: str = "app", /, **parameters: Any) -> httpx2.Response:
        """Come to the authorization endpoint."""
        query = urlencode(request(client_id, **parameters), doseq=True)
        return await self.http.get(f"/oauth2/authorize?{query}")

    async def open(self, response: httpx2.Response) -> Page:
        """Follow redirects until there is a page."""
        while response.status_code == 303:
            location = response.headers["location"]
            assert location.startswith("/"), location
            response = await self.http.get(location)
        return Page(response)

    async def sign_in(
        self, page: Page, username: str = USERNAME, password: str = PASSWORD, **fields: str
    ) -> httpx2.Response:
        """Fill in the sign-in page."""
        sent = {"method": "password", "username": username, "password": password, **fields}
        form = {**page.fields, **sent}
        return await self.http.post("/sign-in", data=form)

    async def decide(
        self, page: Page, decision: str = "allow", **fields: str | None
    ) -> httpx2.Response:
        """Fill in the consent page; ``None`` unticks."""
        form = {**page.fields, "decision": decision, **fields}
        sent = {name: value for name, value in form.items() if value is not None}
        return await self.http.post("/consent", data=sent)

    async def consent_page(self, client_id: str = "app", **parameters: Any) -> Page:
        """Come as far as the consent page, signing in if need be."""
        page = await self.open(await self.authorize(client_id, **parameters))
        if "/sign-in" in str(page.response.url):
            page = await self.open(await self.sign_in(page))
        assert "/consent" in str(page.response.url), page.text
        return page

    async def code(self, client_id: str = "app", **parameters: Any) -> str:
        """Go all the way."""
        page = await self.consent_page(client_id, **parameters)
        return answer(await self.decide(page))["code"]

    async def tokens(self, client_id: str = "app", **parameters: Any) -> dict[str, Any]:
        """Go all the way, and redeem the code."""
        code = await self.code(client_id, **parameters)
        response = await redeem(self.system, code, client_id)
        assert response.status_code == 200, response.text
        return response.json()


async def redeem(
    system: Any, code: str, client_id: str = "app", **parameters: Any
) -> httpx2.Response:
    """Send a code to the token endpoint as a client would."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client_id,
        "code_verifier": VERIFIER,
        "redirect_uri": APPS[client_id].redirect_uris[0] if client_id in APPS else None,
        **parameters,
    }
    if client_id == "server-app":
        form.setdefault("client_secret", "secret")
    sent = {name: value for name, value in form.items() if value is not None}
    return await system.http.post("/oauth2/token", data=sent)


async def refresh(
    system: Any, token: str, client_id: str = "app", **parameters: Any
) -> httpx2.Response:
    """Send a refresh token to the token endpoint as a client would."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": token,
        "client_id": client_id,
        **parameters,
    }
    return await system.http.post("/oauth2/token", data=form)


async def settle(system: Any) -> None:
    """Register the person and the applications."""
    passwords = system.server.people.passwords
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password_hash = await passwords.hash(PASSWORD)
    person = User(user_id="user-1", username=USERNAME, password_hash=password_hash)
    await system.database.write(add_user, person)
    for client_id, metadata in APPS.items():
        secret = None if "none" in metadata.token_endpoint_auth_methods else "secret"
        client = Client(
            client_id=client_id,
            metadata=metadata,
            secret_hash=secret and system.server.client_secrets.hash(client_id, secret),
            disabled_at=1 if client_id == "off" else None,
        )
        await system.database.write(add_client, client)
