"""The client of the MCP Python SDK: every way it gets a token, then a tool call with it."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwcrypto import jwk
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import (
    ClientCredentialsOAuthProvider,
    PrivateKeyJWTOAuthProvider,
    SignedJWTParameters,
)
from mcp.client.auth.extensions.identity_assertion import IdentityAssertionOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    JWT_BEARER_GRANT_TYPE,
    AuthorizationCodeResult,
    OAuthClientMetadata,
)
from tests.e2e.program import Memory

ERAS = ["legacy", "2026-07-28"]
KEYS = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}
REDIRECT_URI = "http://127.0.0.1:49152/callback"


class Browser:
    """Opens what the client wants opened, and keeps where it was sent; the person has no say."""

    def __init__(self):
        self.asked = []
        self.answer = None

    async def open(self, url):
        self.asked.append(
            {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        )
        async with httpx2.AsyncClient(trust_env=False) as http:
            answer = await http.get(url)
        assert answer.status_code == 303, answer.text
        self.answer = answer.headers["location"]

    async def callback(self):
        assert self.answer.startswith(REDIRECT_URI + "?")
        parameters = parse_qs(urlsplit(self.answer).query)
        return AuthorizationCodeResult(
            code=parameters["code"][0], state=parameters["state"][0], iss=parameters["iss"][0]
        )


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def provider(server, memory, browser):
    def make(document=None, url=server.mcp):
        return OAuthClientProvider(
            server_url=url,
            client_metadata=OAuthClientMetadata(
                client_name="Test agent",
                redirect_uris=[REDIRECT_URI],
                token_endpoint_auth_method="none",
            ),
            storage=memory,
            redirect_handler=browser.open,
            callback_handler=browser.callback,
            client_metadata_url=document,
        )

    return make


async def ask(url, auth, era, tool, arguments):
    async with (
        httpx2.AsyncClient(auth=auth, timeout=20, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=era) as client,
    ):
        result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result


async def call(url, auth, era, tool="find_customer"):
    arguments = {"query": "김"} if tool == "find_customer" else {}
    result = await ask(url, auth, era, tool, arguments)
    assert "<EMAIL_ADDRESS:" in repr(result)
    return result


@pytest.mark.parametrize("era", ERAS)
async def test_code_after_registering(server, provider, memory, browser, era):
    await call(server.mcp, provider(), era)
    assert memory.client_info.issuer == server.url
    (asked,) = browser.asked
    assert asked["client_id"] == memory.client_info.client_id
    assert asked["resource"] == server.mcp
    assert asked["scope"] == "mcp:customers offline_access"


@pytest.mark.parametrize("era", ERAS)
async def test_code_with_a_document_of_the_client(server, provider, memory, browser, era):
    document = server.documents.publish(
        f"/agents/{era}/client.json",
        client_name="Test agent",
        redirect_uris=[REDIRECT_URI],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="none",
    )
    await call(server.mcp, provider(document), era)
    (asked,) = browser.asked
    assert asked["client_id"] == memory.client_info.client_id == document
    assert memory.tokens.refresh_token


@pytest.mark.parametrize("era", ERAS)
async def test_refreshing(server, provider, memory, browser, era):
    auth = provider()
    await call(server.mcp, auth, era)
    first = memory.tokens
    auth.context.token_expiry_time = 1
    await call(server.mcp, auth, era)
    assert memory.tokens.access_token != first.access_token
    assert memory.tokens.refresh_token != first.refresh_token
    assert len(browser.asked) == 1


async def test_a_token_that_was_taken_back_is_asked_for_again(server, provider, memory, browser):
    auth = provider()
    await call(server.mcp, auth, "2026-07-28")
    server.command("token", "revoke", "-", stdin=memory.tokens.access_token)
    await call(server.mcp, auth, "2026-07-28")
    assert len(browser.asked) == 2


@pytest.mark.parametrize("era", ERAS)
async def test_stepping_up(server, provider, memory, browser, era):
    auth = provider()
    await call(server.mcp, auth, era)
    await call(server.mcp, auth, era, "export_customers")
    first, second = (set(asked["scope"].split()) for asked in browser.asked)
    assert second - first == {"mcp:customers:export_customers", "pii:contact"}
    assert first < second
    assert set(memory.tokens.scope.split()) == second


@pytest.mark.parametrize("era", ERAS)
async def test_revealing(server, provider, memory, browser, era):
    given = await call(server.mcp, provider(), era)
    token = re.search(r"<EMAIL_ADDRESS:[^>]+>", given.content[0].text).group()
    own = f"{server.url}/mcp"
    memory.tokens = memory.client_info = None
    browser.asked.clear()
    arguments = {"tokens": [token], "purpose": "customer_support"}
    auth = provider(url=own)
    await ask(own, auth, era, "get_oauth2_flow_guide", {})
    result = await ask(own, auth, era, "reveal", arguments)
    (revealed,) = result.structured_content["values"]
    assert revealed["value"].endswith("@example.kr")
    assert revealed["value"] not in repr(given)
    first, second = (set(asked["scope"].split()) for asked in browser.asked)
    assert second - first == {
        "mcp:sumun:reveal",
        "mcp:customers",
        "pii:contact:customer_support",
    }
    assert all(asked["resource"] == own for asked in browser.asked)
    event = server.command("audit", "tail", "--type", "reveal", "-n", "1")
    assert event[-1]["detail"] == {"purpose": "customer_support"}
    assert revealed["value"] not in repr(event)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("era", ERAS)
async def test_client_credentials(server, memory, era, method):
    name = f"service-{era}-{method}"
    added = server.command("client", "add", name, "--scope", "mcp:customers")
    auth = ClientCredentialsOAuthProvider(
        server_url=server.mcp,
        storage=memory,
        client_id=name,
        client_secret=added["client_secret"],
        token_endpoint_auth_method=method,
        issuer=server.url,
    )
    await call(server.mcp, auth, era)
    assert memory.tokens.scope == "mcp:customers"


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
@pytest.mark.parametrize("era", ERAS)
async def test_private_key_jwt(server, memory, tmp_path, era, alg):
    name = f"service-{era}-{alg}"
    key = KEYS[alg]()
    public = jwk.JWK.from_pyca(key.public_key()).export_public(as_dict=True)
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [public]}), encoding="utf-8")
    server.command("client", "add", name, "--scope", "mcp:customers", "--jwks", str(keys))
    signed = SignedJWTParameters(
        issuer=name, subject=name, signing_key=pem(key), signing_algorithm=alg
    )
    auth = PrivateKeyJWTOAuthProvider(
        server_url=server.mcp,
        storage=memory,
        client_id=name,
        assertion_provider=signed.create_assertion_provider(),
        issuer=server.url,
    )
    await call(server.mcp, auth, era)
    assert memory.tokens.scope == "mcp:customers"


@pytest.mark.parametrize("era", ERAS)
async def test_an_identity_provider_agrees_for_its_people(server, memory, era):
    name = f"enterprise-{era}"
    grant = ["--grant-type", JWT_BEARER_GRANT_TYPE]
    added = server.command("client", "add", name, "--scope", "mcp:customers pii:contact", *grant)
    asked = []

    async def agree(audience, resource):
        asked.append((audience, resource))
        scope = "mcp:customers pii:contact" if len(asked) > 1 else "mcp:customers"
        return server.identity_provider.agree(name, audience, resource, scope)

    auth = IdentityAssertionOAuthProvider(
        server_url=server.mcp,
        storage=memory,
        client_id=name,
        client_secret=added["client_secret"],
        issuer=server.url,
        assertion_provider=agree,
    )
    await call(server.mcp, auth, era)
    assert asked == [(server.url, server.mcp)]
    assert memory.tokens.refresh_token is None
    await call(server.mcp, auth, era, "export_customers")
    assert len(asked) == 2


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
