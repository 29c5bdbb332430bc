"""What every test about ``authorization_details`` asks for, and how."""

import json

import pytest
from tests.conformance.keys import Signer

from sumun.keys.jws import read_jws
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

ISSUER = "https://sumun.example"
CRM, OWN = f"{ISSUER}/mcp/crm", f"{ISSUER}/mcp"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
SIGNER = Signer()
EVERYTHING = "mcp.access mcp:* pii:* audit:read"
CLIENTS = {
    "agent": ClientMetadata(grant_types=("client_credentials", EXCHANGE), scope=EVERYTHING),
    "crm": ClientMetadata(
        grant_types=("client_credentials", EXCHANGE), scope=EVERYTHING, serves=(CRM,)
    ),
    "modest": ClientMetadata(scope="mcp:crm:lookup pii:contact"),
    "typed": ClientMetadata(scope=EVERYTHING, authorization_details_types=("mcp_tools",)),
    "untyped": ClientMetadata(scope=EVERYTHING, authorization_details_types=()),
    "device": ClientMetadata(grant_types=(DEVICE, "refresh_token"), scope=EVERYTHING),
}


def detail(**members):
    """One object; ``None`` leaves a member out."""
    usual = {"type": "mcp_tools", "tools": ["lookup"], **members}
    return {name: value for name, value in usual.items() if value is not None}


def encoded(*details):
    return json.dumps(list(details))


def granted(tools=("lookup",), datatypes=None, location=CRM):
    """What is answered, whatever of it was left to the server to say."""
    described = {"type": "mcp_tools", "locations": [location], "actions": ["call"]}
    if tools is not None:
        described["tools"] = list(tools)
    if datatypes is not None:
        described["datatypes"] = list(datatypes)
    return [described]


def claims_of(answer):
    return read_jws(answer["access_token"]).claims()


class House:
    """What a test may do."""

    def __init__(self, system):
        self.system = system

    async def ask(self, details, client_id="agent", **form):
        """Ask for a token as a client that acts for itself; ``None`` leaves a parameter out."""
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": "secret",
            "resource": CRM,
            "authorization_details": details,
            **form,
        }
        sent = {name: value for name, value in form.items() if value is not None}
        return await self.system.http.post("/oauth2/token", data=sent)

    async def token(self, *details, **form):
        response = await self.ask(encoded(*details) if details else None, **form)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
async def house(people):
    for client_id, metadata in CLIENTS.items():
        hashed = people.server.client_secrets.hash(client_id, "secret")
        client = Client(client_id=client_id, metadata=metadata, secret_hash=hashed)
        await people.database.write(add_client, client)
    return House(people)
