"""The MCP Python SDK's clients complete their flows: keys of their own, and ID-JAG."""

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from mcp.client.auth.extensions.client_credentials import (
    ClientCredentialsOAuthProvider,
    PrivateKeyJWTOAuthProvider,
    SignedJWTParameters,
)
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider
from tests.conformance.id_jag.conftest import CRM, IDP, ISSUER

from sumun.keys.algorithms import ALGORITHMS
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client


class Storage:
    """Keeps tokens in memory."""

    def __init__(self):
        self.tokens = self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


@pytest.fixture
async def now(system):
    """Let the system live now: the SDK's clock is the machine's."""
    import time

    system.clock.now = time.time()
    return system


async def call(system, auth):
    transport = httpx2.ASGITransport(app=system.app)
    async with httpx2.AsyncClient(transport=transport, auth=auth) as http:
        response = await http.get(CRM)
    assert response.status_code == 200, response.text
    return response.json()["client_id"]


async def test_private_key_jwt(now):
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    metadata = ClientMetadata(
        scope="mcp:*",
        token_endpoint_auth_methods=("private_key_jwt",),
        jwks={"keys": [ALGORITHMS["RS256"].public_jwk(private.public_key())]},
    )
    await now.database.write(add_client, Client(client_id="signer", metadata=metadata))
    signer = SignedJWTParameters(issuer="signer", subject="signer", signing_key=pem)
    provider = PrivateKeyJWTOAuthProvider(
        server_url=CRM,
        storage=Storage(),
        client_id="signer",
        assertion_provider=signer.create_assertion_provider(),
        scope="mcp:crm",
        issuer=ISSUER,
    )
    assert await call(now, provider) == "signer"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_client_credentials(now, method):
    provider = ClientCredentialsOAuthProvider(
        server_url=CRM,
        storage=Storage(),
        client_id="mcp-client",
        client_secret="secret",
        token_endpoint_auth_method=method,
        scope="mcp:crm",
        issuer=ISSUER,
    )
    assert await call(now, provider) == "mcp-client"


async def test_identity_assertion(now, idp):
    async def assertion(audience, resource):
        seconds = int(now.clock())
        return idp.sign(
            {
                "iss": IDP,
                "sub": "alice",
                "aud": audience,
                "client_id": "agent",
                "resource": resource,
                "scope": "mcp:crm",
                "jti": "jti",
                "iat": seconds,
                "exp": seconds + 300,
            },
            typ="oauth-id-jag+jwt",
        )

    provider = IdentityAssertionOAuthProvider(
        server_url=CRM,
        storage=Storage(),
        client_id="agent",
        client_secret="secret",
        issuer=ISSUER,
        assertion_provider=assertion,
        scope="mcp:crm",
    )
    assert await call(now, provider) == "agent"
