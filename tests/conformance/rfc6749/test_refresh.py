"""RFC 6749 §6, RFC 9700 §4.14: refresh tokens are used once."""

import asyncio

import httpx2
import pytest
from tests.conformance.browser import Browser, answer, redeem, refresh, settle

from sumun.oauth.authorization.sessions import end_session
from sumun.oauth.clients import remove_client
from sumun.oauth.users import disable_user


def assert_refused(response, error="invalid_grant"):
    assert response.status_code == 400, response.text
    assert response.json()["error"] == error


async def renew(people, token, **parameters):
    response = await refresh(people, token, **parameters)
    assert response.status_code == 200, response.text
    return response.json()


async def test_every_refresh_gives_another_refresh_token(browser, people):
    first = await browser.tokens()
    second = await renew(people, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert second["scope"] == first["scope"]
    assert (await people.call(second["access_token"], "/mcp/crm")).status_code == 200


async def test_n34_a_used_token_that_comes_back_ends_the_family(browser, people):
    first = await browser.tokens()
    second = await renew(people, first["refresh_token"])
    people.clock.advance(10)
    assert_refused(await refresh(people, first["refresh_token"]))
    assert_refused(await refresh(people, second["refresh_token"]))
    for tokens in (first, second):
        assert (await people.call(tokens["access_token"], "/mcp/crm")).status_code == 401
    (event,) = await people.events("token_replayed")
    assert event["method"] == "refresh_token"


async def test_another_grant_is_another_family(browser, people):
    one, two = await browser.tokens(), await browser.tokens(prompt="consent")
    await renew(people, one["refresh_token"])
    people.clock.advance(10)
    assert_refused(await refresh(people, one["refresh_token"]))
    await renew(people, two["refresh_token"])


async def test_within_the_grace_the_successor_comes_again(browser, people):
    first = await browser.tokens()
    second = await renew(people, first["refresh_token"])
    people.clock.advance(9)
    again = await renew(people, first["refresh_token"])
    assert again["refresh_token"] == second["refresh_token"]
    assert again["access_token"] != second["access_token"]
    (event,) = await people.events("refresh_grace")
    assert event["action_taken"] == "answered_again"
    await renew(people, second["refresh_token"])


async def test_no_grace_once_the_successor_was_used(browser, people):
    first = await browser.tokens()
    second = await renew(people, first["refresh_token"])
    third = await renew(people, second["refresh_token"])
    assert_refused(await refresh(people, first["refresh_token"]))
    assert_refused(await refresh(people, third["refresh_token"]))


async def test_n35_fifty_uses_at_once_get_one_successor(browser, people):
    first = await browser.tokens()
    answers = await asyncio.gather(*(renew(people, first["refresh_token"]) for _ in range(50)))
    assert len({answer["refresh_token"] for answer in answers}) == 1
    await renew(people, answers[0]["refresh_token"])
    assert len(await people.events("refresh_grace")) == 49


async def test_n35_without_a_grace_one_of_fifty_is_answered(start):
    async with start(refresh_grace=0) as people:
        await settle(people)
        async with (browser := Browser(people)).http:
            first = await browser.tokens()
        responses = await asyncio.gather(
            *(refresh(people, first["refresh_token"]) for _ in range(50))
        )
        statuses = sorted(response.status_code for response in responses)
        assert statuses == [200] + [400] * 49
        (won,) = (response.json() for response in responses if response.status_code == 200)
        assert_refused(await refresh(people, won["refresh_token"]))


async def test_n36_another_client_gets_nothing(browser, people):
    tokens = await browser.tokens()
    assert_refused(await refresh(people, tokens["refresh_token"], "other-app"))
    await renew(people, tokens["refresh_token"])


async def test_n37_a_used_token_stays_used_after_a_restart(browser, people, tmp_path):
    first = await browser.tokens()
    await renew(people, first["refresh_token"])
    restarted = type(people)(people.config, tmp_path)
    restarted.clock.now = people.clock.now + 11
    await restarted.database.open()
    await restarted.audit.open()
    transport = httpx2.ASGITransport(app=restarted.application())
    async with httpx2.AsyncClient(transport=transport, base_url="https://sumun.example") as http:
        restarted.http = http
        assert_refused(await refresh(restarted, first["refresh_token"]))
    await restarted.close()


async def test_n38_less_scope_and_then_all_of_it_again(browser, people):
    page = await browser.consent_page(scope="mcp:crm pii:contact")
    code = answer(await browser.decide(page, **{"scope:pii:contact": "1"}))["code"]
    first = (await redeem(people, code)).json()
    less = await renew(people, first["refresh_token"], scope="mcp:crm:lookup")
    assert less["scope"] == "mcp:crm:lookup"
    more = await renew(people, less["refresh_token"])
    assert more["scope"] == "mcp:crm pii:contact"


@pytest.mark.parametrize("scope", ["mcp:crm audit:read", "mcp.access", "pii:person"])
async def test_n38_more_scope_than_granted(browser, people, scope):
    tokens = await browser.tokens()
    assert_refused(await refresh(people, tokens["refresh_token"], scope=scope), "invalid_scope")
    await renew(people, tokens["refresh_token"])


async def test_a_malformed_scope(browser, people):
    tokens = await browser.tokens()
    assert_refused(await refresh(people, tokens["refresh_token"], scope='"'), "invalid_scope")


async def test_n39_a_person_who_was_disabled(browser, people):
    first = await browser.tokens()
    second = await renew(people, first["refresh_token"])
    await people.database.write(disable_user, "user-1", now=1)
    assert_refused(await refresh(people, second["refresh_token"]))
    assert_refused(await refresh(people, first["refresh_token"])), "nor within the grace"


async def test_n39_a_consent_that_was_withdrawn(browser, people):
    tokens = await browser.tokens()
    await people.server.people.revoker.withdraw(
        "user-1", "app", "https://sumun.example/mcp/crm", source="test"
    )
    assert_refused(await refresh(people, tokens["refresh_token"]))
    assert (await people.call(tokens["access_token"], "/mcp/crm")).status_code == 401


async def test_n39_a_client_that_was_removed(browser, people):
    tokens = await browser.tokens()
    await people.database.write(remove_client, "app")
    people.server.clients.forget("app")
    assert (await refresh(people, tokens["refresh_token"])).status_code == 401


@pytest.mark.parametrize(("scope", "lives"), [("mcp:crm", False), ("mcp:crm offline_access", True)])
async def test_n39_only_offline_access_outlives_the_session(browser, people, scope, lives):
    tokens = await browser.tokens(scope=scope)
    (granted,) = await people.events("sign_in")
    now = int(people.clock())
    await people.database.write(
        end_session, granted["correlation_id"], "user-1", now=now, deny_until=now + 900
    )
    response = await refresh(people, tokens["refresh_token"])
    assert response.status_code == (200 if lives else 400)


async def test_a_token_that_lies_unused_expires(browser, people):
    tokens = await browser.tokens(scope="mcp:crm offline_access")
    people.clock.advance(30 * 86_400)
    assert_refused(await refresh(people, tokens["refresh_token"]))


async def test_a_family_ends_however_often_it_is_refreshed(browser, people):
    token = (await browser.tokens(scope="mcp:crm offline_access"))["refresh_token"]
    for _ in range(4):
        people.clock.advance(20 * 86_400)
        token = (await renew(people, token))["refresh_token"]
    people.clock.advance(10 * 86_400)
    assert_refused(await refresh(people, token))


async def test_n89_a_clock_set_back_makes_no_token_young_again(browser, people):
    first = await browser.tokens()
    await renew(people, first["refresh_token"])
    people.clock.advance(-3600)
    assert_refused(await refresh(people, first["refresh_token"]))


@pytest.mark.parametrize("token", ["unknown", "sumun-refresh-x", "x" * 60_000, "é\x00"])
async def test_an_unknown_token(people, token):
    assert_refused(await refresh(people, token))


async def test_no_token(people):
    assert_refused(await refresh(people, ""), "invalid_request")


async def test_nothing_usable_is_stored(browser, people):
    """What a stolen database holds opens nothing: hashes, and a successor under its predecessor."""
    first = await browser.tokens()
    second = await renew(people, first["refresh_token"])
    await people.database.close()
    stored = b"".join(
        path.read_bytes() for path in sorted((people.files.directory.parent).glob("sumun.db*"))
    )
    await people.database.open()
    for token in (first["refresh_token"], second["refresh_token"]):
        assert token.encode() not in stored
