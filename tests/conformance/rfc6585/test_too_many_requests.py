"""RFC 6585 §4: who guesses, or floods, is told to wait, and how long.

Each row makes one attempt; none may go on for ever. The limits themselves are tested beside what
they protect.
"""

import base64
import re
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from tests.conformance.browser import PASSWORD, USERNAME, Page, redeem, refresh, request

from sumun.oauth.fetch import Fetcher, FetchRefused
from sumun.oauth.throttle import Throttle

APP = {"client_id": "server-app", "client_secret": "wrong"}
BEARER = {"Authorization": "Bearer wrong"}
CIMD = "https://unknown.invalid/client-{}.json"


def post(path, **form):
    """Send the same form again and again."""

    async def attempt(browser, _number):
        return await browser.system.http.post(path, data=form)

    return attempt


async def registration_access_token(browser, _number):
    return await browser.system.http.get("/oauth2/register/app", headers=BEARER)


async def initial_access_token(browser, number):
    told = {"redirect_uris": [f"https://a{number}.example/cb"]}
    return await browser.system.http.post("/oauth2/register", json=told, headers=BEARER)


async def registrations(browser, number):
    told = {"redirect_uris": [f"https://a{number}.example/cb"]}
    return await browser.system.http.post("/oauth2/register", json=told)


async def code(browser, number):
    return await redeem(browser.system, f"guess-{number}")


async def refresh_token(browser, number):
    return await refresh(browser.system, f"guess-{number}")


async def documents_at_authorize(browser, number):
    asked = request(CIMD.format(number), redirect_uri="https://unknown.invalid/cb")
    return await browser.http.get(f"/oauth2/authorize?{urlencode(asked)}")


async def documents_at_token(browser, number):
    return await redeem(browser.system, "a code", CIMD.format(number), redirect_uri="https://u")


async def pushed(browser, _number):
    return await browser.system.http.post("/oauth2/par", data=request("app"))


async def authorizations(browser, _number):
    return await browser.authorize()


async def password(browser, _number):
    page = await browser.open(await browser.authorize())
    return await browser.sign_in(page, password="wrong")


async def password_for_another(browser, number):
    page = await browser.open(await browser.authorize())
    return await browser.sign_in(page, username=f"person-{number}", password="wrong")


async def current_password(browser, _number):
    await signed_in(browser)
    page = Page(await browser.http.get("/account/password"))
    new = {"password": "wrong", "new_password": "y" * 20, "new_password_again": "y" * 20}
    return await browser.http.post("/account/password", data={**page.fields, **new})


async def user_code(browser, _number):
    await signed_in(browser)
    page = Page(await browser.http.get("/device"))
    form = {**page.forms[0]["fields"], "user_code": "BBBB-BBBB"}
    return await browser.http.post("/device", data=form)


async def code_of_an_app_being_set_up(browser, _number):
    await signed_in(browser)
    page = Page(await browser.http.get("/account/second-factor"))
    if "secret=" not in page.text:
        await browser.http.post("/account/second-factor", data=page.forms[0]["fields"])
        page = Page(await browser.http.get("/account/second-factor"))
    form = {**page.forms[0]["fields"], "code": "000000"}
    return await browser.http.post("/account/second-factor", data=form)


async def code_of_an_app(browser, _number):
    page = await half_signed_in(browser)
    return await second_factor(browser, page, "authenticator_app", code="000000")


async def recovery_code(browser, _number):
    page = await half_signed_in(browser)
    return await second_factor(browser, page, "recovery_code", recovery_code="0000-0000-0000-0000")


async def signed_in(browser):
    response = await browser.http.get("/account")
    if response.status_code == 303:
        page = await browser.open(response)
        form = {**page.forms[0]["fields"], "username": USERNAME, "password": PASSWORD}
        await browser.open(await browser.http.post("/account/sign-in", data=form))


async def half_signed_in(browser):
    """Enrol once, sign out, and come back as far as the second factor."""
    page = await browser.open(await browser.http.get("/account"))
    if "One more step" in page.text:
        return page
    await signed_in(browser)
    page = Page(await browser.http.get("/account/second-factor"))
    page = Page(await browser.http.post("/account/second-factor", data=page.forms[0]["fields"]))
    secret = base64.b32decode(re.search(r"secret=([A-Z2-7]+)", page.text)[1])
    right = TOTP(secret, 6, SHA1(), 30).generate(browser.system.clock()).decode()
    form = {**page.forms[0]["fields"], "code": right}
    await browser.http.post("/account/second-factor", data=form)
    browser.http.cookies.clear()
    await signed_in(browser)
    return await browser.open(await browser.http.get("/account"))


async def second_factor(browser, page, method, **fields):
    form = next(form for form in page.forms if form["fields"].get("method") == method)
    return await browser.http.post(form["action"], data={**form["fields"], **fields})


ASSERTION = {
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": "e30.e30.e30",
    "client_id": "server-app",
}
ATTEMPTS = {
    # name: (one attempt, how many there may be at the most)
    "client secret": (post("/oauth2/token", grant_type="client_credentials", **APP), 10),
    "client secret, introspection": (post("/oauth2/introspect", token="x", **APP), 10),
    "client secret, revocation": (post("/oauth2/revoke", token="x", **APP), 10),
    "client secret, pushed": (post("/oauth2/par", **APP), 10),
    "client secret, device": (post("/oauth2/device_authorization", **APP), 10),
    "client assertion": (post("/oauth2/token", grant_type="client_credentials", **ASSERTION), 300),
    "code": (code, 300),
    "refresh token": (refresh_token, 300),
    "registration access token": (registration_access_token, 60),
    "initial access token": (initial_access_token, 60),
    "registrations": (registrations, 60),
    "documents, authorize": (documents_at_authorize, 20),
    "documents, token": (documents_at_token, 20),
    "pushed requests": (pushed, 120),
    "authorization requests": (authorizations, 120),
    "password": (password, 5),
    "password, many people": (password_for_another, 50),
    "current password": (current_password, 5),
    "user code": (user_code, 20),
    "code of an app": (code_of_an_app, 5),
    "code of an app being set up": (code_of_an_app_being_set_up, 5),
    "recovery code": (recovery_code, 5),
}


@pytest.fixture(autouse=True)
def nobody_is_there(monkeypatch):
    async def refuse(*_args, **_options):
        raise FetchRefused("timeout", "nobody is there")

    monkeypatch.setattr(Fetcher, "get", refuse)


@pytest.fixture(autouse=True)
def time_stands_still(monkeypatch):
    """Earn nobody another try, however slow the machine is."""
    monkeypatch.setitem(Throttle.__init__.__kwdefaults__, "clock", lambda: 1_000.0)


@pytest.mark.parametrize("what", ATTEMPTS)
async def test_there_is_an_end_to_it(browser, what):
    attempt, limit = ATTEMPTS[what]
    for number in range(limit + 1):
        answer = await attempt(browser, number)
        if answer.status_code == 429:
            break
        assert answer.status_code < 500, answer.text
    assert answer.status_code == 429, f"still {answer.status_code} after {limit}"
    assert number >= min(limit, 5) - 1, "nobody is stopped at their first slip"
    assert re.fullmatch("[1-9][0-9]{0,3}", answer.headers["retry-after"])
    assert answer.headers["cache-control"].startswith("no-store")
    if answer.headers["content-type"] == "application/json":
        assert answer.json()["error"] == "too_many_requests"
        assert answer.headers["retry-after"] in answer.json()["error_description"]
