"""OpenID Connect Back-Channel Logout 1.0 §2.4, §2.5, §2.7."""

import asyncio
from itertools import pairwise

import jwt
import pytest
from tests.conformance.relying_party import TOLD_AT, register, sign_in

from sumun.oauth.fetch import FetchRefused

EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Clients:
    """Stands where the network is."""

    def __init__(self):
        self.answers = []
        self.told = []

    async def post(self, url, form):
        self.told.append((url, form))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
async def rp(people):
    await register(people)
    people.told = people.server.openid.backchannel._fetcher = Clients()
    return people


async def sign_out(browser, tokens):
    hint = {"id_token_hint": tokens["id_token"]}
    assert (await browser.http.get("/oauth2/logout", params=hint)).status_code == 200


async def deliver(system):
    return await system.server.openid.backchannel.deliver_due()


async def test_the_client_is_told(rp, browser):
    tokens = await sign_in(browser)
    assert await deliver(rp) == 0
    await sign_out(browser, tokens)
    assert await deliver(rp) == 1
    [(url, form)] = rp.told.told
    assert url == TOLD_AT
    assert set(form) == {"logout_token"}
    keys = jwt.PyJWKSet.from_dict((await rp.http.get("/.well-known/jwks.json")).json())
    token = form["logout_token"]
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "logout+jwt"
    claims = jwt.decode(
        token, keys[header["kid"]], algorithms=["ES256"], audience="rp",
        issuer="https://sumun.example", options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    before = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    now = int(rp.clock())
    assert claims == {
        "iss": "https://sumun.example",
        "aud": "rp",
        "iat": now,
        "exp": now + 120,
        "jti": claims["jti"],
        "sub": before["sub"],
        "sid": before["sid"],
        "events": {EVENT: {}},
    }
    assert len(claims["jti"]) >= 20
    assert await deliver(rp) == 0


async def test_the_token_is_nothing_else(rp, browser):
    """§2.4: no nonce, a typ of its own; neither an access token nor a hint."""
    tokens = await sign_in(browser, nonce="n")
    await sign_out(browser, tokens)
    await deliver(rp)
    token = rp.told.told[0][1]["logout_token"]
    assert "nonce" not in jwt.decode(token, options={"verify_signature": False})
    assert (await rp.call(token)).status_code == 401
    assert rp.server.openid.id_tokens.read(token) is None


async def test_every_client_of_the_session_and_no_other(rp, browser):
    await register(rp, "rp-2", backchannel_logout_uri="https://two.example/told")
    await register(rp, "rp-3", backchannel_logout_uri="https://three.example/told")
    await register(rp, "silent", backchannel_logout_uri="")
    await register(rp, "not-openid", backchannel_logout_uri="https://four.example/told")
    tokens = await sign_in(browser)
    await sign_in(browser, "rp-2")
    await sign_in(browser, "silent")
    await sign_in(browser, "not-openid", scope="mcp:crm")
    await sign_out(browser, tokens)
    await deliver(rp)
    assert sorted(url for url, _ in rp.told.told) == [TOLD_AT, "https://two.example/told"]
    rp.clock.advance(100_000)
    assert await deliver(rp) == 0


async def test_tried_again_until_it_works(rp, browser):
    rp.told.answers = [FetchRefused("timeout", "slow"), 503, 429]
    await sign_out(browser, await sign_in(browser))
    tries = []
    for _ in range(30_000 // 5):
        if await deliver(rp):
            tries.append(int(rp.clock()))
        rp.clock.advance(5)
        if len(tries) == 4:
            break
    assert [after - before for before, after in pairwise(tries)] == [10, 60, 300]
    assert [e["action_taken"] for e in await rp.events("logout_notified")] == ["delivered"]
    jtis = {
        jwt.decode(form["logout_token"], options={"verify_signature": False})["jti"]
        for _, form in rp.told.told
    }
    assert len(jtis) == 4


async def test_given_up_in_the_end(rp, browser):
    rp.told.answers = [500] * 100
    await sign_out(browser, await sign_in(browser))
    for _ in range(10):
        await deliver(rp)
        rp.clock.advance(7200)
    assert len(rp.told.told) == 6
    [event] = await rp.events("logout_notified")
    assert (event["action_taken"], event["reason"]) == ("given_up", "status 500")


@pytest.mark.parametrize("status", [400, 404])
async def test_a_client_that_says_no_is_not_asked_again(rp, browser, status):
    rp.told.answers = [status]
    await sign_out(browser, await sign_in(browser))
    await deliver(rp)
    rp.clock.advance(7200)
    assert await deliver(rp) == 0
    [event] = await rp.events("logout_notified")
    assert event["action_taken"] == "given_up"


async def test_one_try_for_all_nodes(rp, browser):
    await sign_out(browser, await sign_in(browser))
    await asyncio.gather(*(deliver(rp) for _ in range(20)))
    assert len(rp.told.told) == 1


async def test_a_restart_forgets_nothing(rp, browser):
    await sign_out(browser, await sign_in(browser))
    rp.told.answers = [FetchRefused("unreachable", "gone")]
    await deliver(rp)
    rows = await rp.database.read(lambda tx: tx.fetch_all("list_due_logouts", now=2**40, most=9))
    assert [row[1] for row in rows] == ["rp"]


async def test_n71_only_public_addresses_are_reached(people, browser):
    """The fetcher the server was given judges them; here one is not public."""
    await register(people, backchannel_logout_uri="https://169.254.169.254/latest")
    await sign_out(browser, await sign_in(browser))
    await deliver(people)
    [event] = await people.events("logout_notified")
    assert (event["action_taken"], event["reason"]) == ("given_up", "url")


async def test_discovery(people):
    document = (await people.http.get("/.well-known/openid-configuration")).json()
    assert document["backchannel_logout_supported"] is True
    assert document["backchannel_logout_session_supported"] is True
