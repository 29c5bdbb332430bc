"""RFC 6749 §4.1.3, OAuth 2.1 §4.1.3: a code is redeemed once, by whom it was issued to."""

import asyncio
import base64
import json

import pytest
from tests.conformance.browser import CRM, VERIFIER, redeem

from sumun.oauth.clients import disable_client, remove_client
from sumun.oauth.users import disable_user


def claims(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def assert_refused(response, error="invalid_grant"):
    assert response.status_code == 400, response.text
    assert response.json()["error"] == error
    assert response.headers["cache-control"] == "no-store"


async def test_the_answer(browser, people):
    response = await redeem(people, await browser.code())
    assert response.status_code == 200
    tokens = response.json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 900
    assert tokens["scope"] == "mcp:crm"
    assert tokens["refresh_token"].startswith("sumun-refresh-")
    told = claims(tokens["access_token"])
    assert told["sub"] == "user-1"
    assert told["client_id"] == "app"
    assert told["scope"] == "mcp:crm"
    assert told["auth_time"] == int(people.clock())
    assert told["acr"] == "1fa"
    assert told["amr"] == ["pwd"]
    assert told["grant_id"].startswith("grant-")
    assert (await people.call(tokens["access_token"], "/mcp/crm")).status_code == 200


async def test_n21_another_client_gets_nothing_and_spends_nothing(browser, people):
    code = await browser.code()
    assert_refused(await redeem(people, code, "other-app"))
    assert_refused(await redeem(people, code, "server-app"))
    assert (await redeem(people, code)).status_code == 200


async def test_n22_a_second_use_takes_back_what_the_first_gave(browser, people):
    code = await browser.code()
    tokens = (await redeem(people, code)).json()
    assert (await people.call(tokens["access_token"], "/mcp/crm")).status_code == 200
    assert_refused(await redeem(people, code))
    assert (await people.call(tokens["access_token"], "/mcp/crm")).status_code == 401
    from tests.conformance.browser import refresh

    assert_refused(await refresh(people, tokens["refresh_token"]))
    (event,) = await people.events("token_replayed")
    assert event["action_taken"] == "family_revoked"
    assert event["user_id"] == "user-1"
    assert code not in str(event)


async def test_n23_of_fifty_uses_at_once_one_is_answered(browser, people):
    code = await browser.code()
    responses = await asyncio.gather(*(redeem(people, code) for _ in range(50)))
    assert sorted(response.status_code for response in responses) == [200] + [400] * 49
    assert len(await people.events("token_issued")) == 1


@pytest.mark.parametrize(
    "redirect_uri", ["https://app.example/cb/", "https://other.example/cb", "http://127.0.0.1/cb"]
)
async def test_n25_another_redirect_uri(browser, people, redirect_uri):
    code = await browser.code()
    assert_refused(await redeem(people, code, redirect_uri=redirect_uri))
    assert (await redeem(people, code)).status_code == 200


async def test_a_loopback_port_is_part_of_the_redirect_uri(browser, people):
    code = await browser.code("native", redirect_uri="http://127.0.0.1:5000/cb")
    refused = await redeem(people, code, "native", redirect_uri="http://127.0.0.1:5001/cb")
    assert_refused(refused)
    right = await redeem(people, code, "native", redirect_uri="http://127.0.0.1:5000/cb")
    assert right.status_code == 200


async def test_a_client_of_oauth_2_1_sends_no_redirect_uri(browser, people):
    assert (await redeem(people, await browser.code(), redirect_uri=None)).status_code == 200


async def test_n25_a_code_is_good_for_a_minute(browser, people):
    code, late = await browser.code(), await browser.code(prompt="consent")
    people.clock.advance(59)
    assert (await redeem(people, code)).status_code == 200
    people.clock.advance(1)
    assert_refused(await redeem(people, late))


async def test_n89_a_clock_set_back_revives_nothing(browser, people):
    code = await browser.code()
    await redeem(people, code)
    people.clock.advance(-3600)
    assert_refused(await redeem(people, code))


@pytest.mark.parametrize("code", ["unknown", "x" * 60_000, "code\x00", "é", "'; DROP TABLE--"])
async def test_an_unknown_code(browser, people, code):
    assert_refused(await redeem(people, code))


async def test_no_code(people):
    assert_refused(await redeem(people, ""), "invalid_request")


async def test_a_confidential_client_proves_itself(browser, people):
    code = await browser.code("server-app")
    response = await redeem(people, code, "server-app", client_secret="wrong")
    assert response.status_code == 401
    assert (await redeem(people, code, "server-app")).status_code == 200


async def test_n30_a_public_client_that_sends_a_secret(browser, people):
    code = await browser.code()
    response = await redeem(people, code, client_secret="anything")
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_client"


async def test_a_person_who_was_disabled_meanwhile(browser, people):
    code = await browser.code()
    await people.database.write(disable_user, "user-1", now=1)
    assert_refused(await redeem(people, code))


@pytest.mark.parametrize("change", [lambda tx: disable_client(tx, "app", now=1), "remove"])
async def test_a_client_that_is_gone_meanwhile(browser, people, change):
    code = await browser.code()
    change = (lambda tx: remove_client(tx, "app")) if change == "remove" else change
    await people.database.write(change)
    people.server.clients.forget("app")
    assert (await redeem(people, code)).status_code == 401


async def test_a_client_that_is_not_registered_to_refresh_gets_no_refresh_token(browser, people):
    tokens = await browser.tokens("no-refresh")
    assert "refresh_token" not in tokens


async def test_offline_access_is_nothing_to_a_client_that_cannot_refresh(browser, people):
    tokens = await browser.tokens("no-refresh", scope="mcp:crm offline_access")
    assert tokens["scope"] == "mcp:crm"


async def test_the_person_s_choice_is_the_scope(browser, people):
    page = await browser.consent_page(scope="mcp:crm:a mcp:crm:b")
    assert page.checkboxes == ["scope:mcp:crm:a", "scope:mcp:crm:b"]
    from tests.conformance.browser import answer

    code = answer(await browser.decide(page, **{"scope:mcp:crm:a": None}))["code"]
    tokens = (await redeem(people, code)).json()
    assert tokens["scope"] == "mcp:crm:b"
    assert claims(tokens["access_token"])["scope"] == "mcp:crm:b"


async def test_without_a_scope_the_client_s_own_is_asked_for(browser, people):
    tokens = await browser.tokens("crm-app", scope=None)
    assert tokens["scope"] == "mcp:crm"


async def test_n92_what_happened_is_recorded_without_secrets(browser, people):
    code = await browser.code()
    tokens = (await redeem(people, code)).json()
    (granted,) = await people.events("authorization_granted")
    (issued,) = await people.events("token_issued")
    assert granted["user_id"] == issued["user_id"] == "user-1"
    assert granted["resource"] == issued["resource"] == CRM
    assert granted["correlation_id"] == issued["correlation_id"]
    log = str(await people.audit.tail(1000))
    for secret in (code, VERIFIER, tokens["refresh_token"], tokens["access_token"], "a state"):
        assert secret not in log
