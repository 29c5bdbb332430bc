"""RFC 9068 §4, RFC 7523 §3: what one issuer knows or made is nothing at another.

Both have the same root secret, people and clients, each has a database of its own, and in the
harder case the same signing keys, so that only the issuer's name tells them apart.
"""

import shutil

import httpx2
import pytest
from tests.conformance.browser import Browser, answer, redeem, refresh, settle
from tests.conformance.conftest import System
from tests.conformance.keys import Signer

from sumun.config import Config
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

MINE = Signer()
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CREDENTIALS = {"client_id": "mcp-client", "client_secret": "secret"}


async def opened(issuer, directory):
    config = Config(mode="development", issuer=issuer, data_dir=str(directory))
    system = System(config, directory)
    await system.open()
    system.app = system.application()
    transport = httpx2.ASGITransport(app=system.app)
    system.http = httpx2.AsyncClient(transport=transport, base_url=issuer)
    await settle(system)
    agent = ClientMetadata(
        scope="mcp.access", token_endpoint_auth_methods=("private_key_jwt",), jwks=MINE.jwks
    )
    await system.database.write(add_client, Client(client_id="agent", metadata=agent))
    for client_id in ("mcp-client", "server-app"):
        system.server.clients.forget(client_id)
    return system


@pytest.fixture(params=["keys of their own", "the same keys"])
async def two(request, tmp_path):
    one = await opened("https://one.example", tmp_path / "one")
    await one.ask(**CREDENTIALS)
    if request.param == "the same keys":
        shutil.copytree(tmp_path / "one" / "keys", tmp_path / "two" / "keys")
    other = await opened("https://two.example", tmp_path / "two")
    other.has_same_keys = request.param == "the same keys"
    yield one, other
    for system in (one, other):
        await system.http.aclose()
        await system.close()


async def test_n91_the_two_are_told_apart_by_their_issuer_alone(two):
    sets = [(await each.http.get("/.well-known/jwks.json")).json() for each in two]
    assert (sets[0] == sets[1]) is two[1].has_same_keys
    for system in two:
        assert (await system.call(await system.token(scope="mcp.access"))).status_code == 200


async def test_n91_an_access_token_opens_nothing_at_the_other(two):
    one, other = two
    token = await one.token(scope="mcp.access")
    refused = await other.call(token)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
    looked_at = await other.http.post("/oauth2/introspect", data={"token": token, **CREDENTIALS})
    assert looked_at.json() == {"active": False}
    await other.http.post("/oauth2/revoke", data={"token": token, **CREDENTIALS})
    assert (await one.call(token)).status_code == 200, "nor is it revoked from there"


async def test_n91_codes_refresh_tokens_and_sessions_are_of_one_issuer(two):
    one, other = two
    asked = {"resource": None, "scope": "mcp.access"}
    async with (browser := Browser(one)).http, (elsewhere := Browser(other)).http:
        tokens = await browser.tokens(**asked)
        unused = answer(await browser.authorize(**asked))["code"]
        elsewhere.http.cookies = browser.http.cookies
        told = answer(await elsewhere.authorize(**asked, prompt="none"))
        assert (told["error"], told["iss"]) == ("login_required", "https://two.example")
    for refused in (
        await redeem(other, unused),
        await refresh(other, tokens["refresh_token"]),
    ):
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await redeem(one, unused)).status_code == 200, "nothing was spent by trying"


async def test_n91_an_assertion_for_one_is_refused_by_the_other(two):
    one, other = two
    now = int(one.clock())
    claims = {"iss": "agent", "sub": "agent", "aud": one.config.issuer, "exp": now + 60}
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": TYPE,
        "client_assertion": MINE.sign({**claims, "iat": now, "jti": "of one"}),
    }
    refused = await other.http.post("/oauth2/token", data=form)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert (await one.http.post("/oauth2/token", data=form)).status_code == 200


async def test_n91_a_client_of_one_is_unknown_to_the_other(two):
    one, other = two
    hashed = one.server.client_secrets.hash("only-here", "secret")
    metadata = ClientMetadata(scope="mcp.access")
    client = Client(client_id="only-here", metadata=metadata, secret_hash=hashed)
    await one.database.write(add_client, client)
    assert (await one.ask(client_id="only-here")).status_code == 200
    refused = await other.ask(client_id="only-here")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
