"""OpenID Connect RP-Initiated Logout 1.0 §2, §3; RFC 9700 §4.12."""

import jwt
import pytest
from tests.conformance.browser import Browser, Page, answer, refresh
from tests.conformance.relying_party import AFTER, register, sign_in

LOGOUT = "/oauth2/logout"


@pytest.fixture
async def rp(people):
    await register(people)
    return people


async def is_signed_in(browser):
    response = await browser.authorize("rp", scope="mcp:crm openid", prompt="none")
    return "code" in answer(response)


async def test_with_an_id_token_of_this_session_at_once(rp, browser):
    tokens = await sign_in(browser)
    assert await is_signed_in(browser)
    response = await browser.http.get(
        LOGOUT,
        params={
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": AFTER,
            "state": "s&t",
        },
    )
    assert response.status_code == 303
    assert response.headers["location"] == f"{AFTER}?state=s%26t"
    assert not await is_signed_in(browser)
    assert [event["user_id"] for event in await rp.events("sign_out")] == ["user-1"]


async def test_a_registered_query_stays(rp, browser):
    tokens = await sign_in(browser)
    response = await browser.http.get(
        LOGOUT,
        params={
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": f"{AFTER}?x=1",
            "state": "s",
        },
    )
    assert response.headers["location"] == f"{AFTER}?x=1&state=s"


async def test_an_expired_hint_is_a_hint(rp, browser):
    tokens = await sign_in(browser)
    rp.clock.advance(3600)
    response = await browser.http.get(LOGOUT, params={"id_token_hint": tokens["id_token"]})
    assert "signed out" in response.text
    assert not await is_signed_in(browser)


async def test_posted_from_another_site(rp, browser):
    """Such a form brings no SameSite cookies: the browser is sent here once more, with them."""
    tokens = await sign_in(browser)
    form = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER}
    stranger = Browser(rp)
    async with stranger.http:
        response = await stranger.http.post(LOGOUT, data=form)
    assert response.status_code == 303
    assert await is_signed_in(browser)
    response = await browser.http.get(response.headers["location"])
    assert response.headers["location"] == AFTER
    assert not await is_signed_in(browser)


@pytest.mark.parametrize("hint", ["", "x", "a.b.c", "other", "forged"])
async def test_without_a_good_hint_the_person_is_asked(rp, browser, hint):
    tokens = await sign_in(browser)
    if hint == "other":  # of somebody else's browser
        other = Browser(rp)
        async with other.http:
            hint = (await sign_in(other, prompt="consent"))["id_token"]
    elif hint == "forged":
        claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
        hint = jwt.encode(claims, "0" * 32, headers={"kid": "x"})
    response = await browser.http.get(LOGOUT, params={"id_token_hint": hint} if hint else {})
    assert response.status_code == 200
    page = Page(response)
    assert "<h1>Sign out?</h1>" in page.text
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert await is_signed_in(browser)
    done = await browser.http.post(page.forms[-1]["action"], data=page.fields)
    assert "signed out" in done.text
    assert not await is_signed_in(browser)


async def test_without_a_hint_a_client_may_name_itself(rp, browser):
    await sign_in(browser)
    asked = {"client_id": "rp", "post_logout_redirect_uri": AFTER, "state": "s"}
    page = Page(await browser.http.get(LOGOUT, params=asked))
    assert "Relying Party asks to sign you out here." in page.text
    response = await browser.http.post(LOGOUT, data=page.fields)
    assert response.headers["location"] == f"{AFTER}?state=s"


async def test_nobody_is_sent_anywhere_unasked(rp, browser):
    """§3: without an ID token, no redirect unless the person said so; not even if signed out."""
    asked = {"client_id": "rp", "post_logout_redirect_uri": AFTER}
    response = await browser.http.get(LOGOUT, params=asked)
    assert response.status_code == 200
    assert "signed out" in response.text


async def test_signed_out_already(rp, browser):
    tokens = await sign_in(browser)
    stranger = Browser(rp)
    async with stranger.http:
        response = await stranger.http.get(
            LOGOUT,
            params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": AFTER},
        )
    assert response.headers["location"] == AFTER
    assert await is_signed_in(browser), "another browser is another session"


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/after",
        f"{AFTER}/",
        f"{AFTER}?x=2",
        "https://RP.example/after",
        "https://rp.example/cb",
        "javascript:alert(1)",
    ],
)
async def test_an_address_that_is_not_registered(rp, browser, uri):
    tokens = await sign_in(browser)
    response = await browser.http.get(
        LOGOUT, params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": uri}
    )
    assert response.status_code == 400
    assert "location" not in response.headers
    assert await is_signed_in(browser)


async def test_a_client_id_other_than_the_hints(rp, browser):
    tokens = await sign_in(browser)
    response = await browser.http.get(
        LOGOUT, params={"id_token_hint": tokens["id_token"], "client_id": "app"}
    )
    assert response.status_code == 400
    assert await is_signed_in(browser)


async def test_an_access_token_is_no_hint(rp, browser):
    tokens = await sign_in(browser)
    response = await browser.http.get(LOGOUT, params={"id_token_hint": tokens["access_token"]})
    assert "<h1>Sign out?</h1>" in response.text


@pytest.mark.parametrize("confirmation", ["", "0" * 64, "é"])
async def test_n75_a_form_that_is_not_ours_does_nothing(rp, browser, confirmation):
    await sign_in(browser)
    response = await browser.http.post(LOGOUT, data={"confirmation": confirmation})
    assert response.status_code == 303
    assert response.headers["location"].startswith("https://sumun.example/oauth2/logout")
    assert await is_signed_in(browser)


async def test_n75_the_form_of_another_session(rp, browser):
    await sign_in(browser)
    other = Browser(rp)
    async with other.http:
        await sign_in(other, prompt="consent")
        page = Page(await other.http.get(LOGOUT))
    await browser.http.post(LOGOUT, data=page.fields)
    assert await is_signed_in(browser)


async def test_what_lasts_only_while_signed_in_ends(rp, browser):
    """§5 of Back-Channel Logout: refresh tokens without offline_access SHOULD be revoked."""
    online = await sign_in(browser)
    offline = await sign_in(browser, scope="mcp:crm openid offline_access", prompt="consent")
    await browser.http.get(LOGOUT, params={"id_token_hint": online["id_token"]})
    assert (await refresh(rp, online["refresh_token"], "rp")).status_code == 400
    assert (await refresh(rp, offline["refresh_token"], "rp")).status_code == 200
    assert (await rp.call(online["access_token"], "/mcp/crm")).status_code == 401
    assert (await rp.call(offline["access_token"], "/mcp/crm")).status_code == 200


async def test_in_korean(rp, browser):
    await sign_in(browser)
    response = await browser.http.get(LOGOUT, params={"ui_locales": "ko"})
    assert "<h1>로그아웃할까요?</h1>" in response.text


@pytest.mark.parametrize("query", ["state=a&state=b", "x=" + "y" * 17_000], ids=["twice", "long"])
async def test_malformed(rp, browser, query):
    assert (await browser.http.get(f"{LOGOUT}?{query}")).status_code == 400


async def test_the_cookie_is_forgotten(rp, browser):
    tokens = await sign_in(browser)
    response = await browser.http.get(LOGOUT, params={"id_token_hint": tokens["id_token"]})
    cookie = response.headers["set-cookie"]
    assert cookie.startswith('__Host-sumun-session="";')
    assert "Max-Age=0" in cookie


async def test_discovery(rp):
    document = (await rp.http.get("/.well-known/openid-configuration")).json()
    assert document["end_session_endpoint"] == "https://sumun.example/oauth2/logout"
