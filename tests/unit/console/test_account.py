"""What people see and do of their own account."""

import base64
import re

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from tests.conformance.browser import (
    CRM,
    PASSWORD,
    USERNAME,
    Page,
    answer,
    redeem,
    refresh,
)

from sumun.oauth.authorization.grants import list_grants

PAGES = ["", "/password", "/second-factor"]
NEW_PASSWORD = "a quite different password"


class Person:
    """Somebody at their account, with a browser that runs no scripts."""

    def __init__(self, browser):
        self.browser = browser
        self.http = browser.http

    async def page(self, path="", **headers):
        response = await self.http.get(f"/account{path}", headers=headers)
        return await self.browser.open(response)

    async def sign_in(self, path="", **fields):
        page = await self.page(path)
        form = {**page.forms[0]["fields"], "username": USERNAME, "password": PASSWORD, **fields}
        return await self.browser.open(await self.http.post("/account/sign-in", data=form))

    async def send(self, page, number=0, **fields):
        """Fill in one of the page's forms."""
        form = page.forms[number]
        return await self.http.post(form["action"], data={**form["fields"], **fields})

    def form(self, page, **fields):
        """The number of the form that has these hidden fields."""
        return next(
            number
            for number, form in enumerate(page.forms)
            if fields.items() <= form["fields"].items()
        )

    async def act(self, page, action, **fields):
        number = self.form(page, action=action, **fields)
        return await self.browser.open(await self.send(page, number))

    async def json(self, path=""):
        response = await self.http.get(f"/account{path}", headers={"Accept": "application/json"})
        return response.json()

    async def enrol(self, clock):
        """Set the second factor up; return the app and the recovery codes."""
        page = await self.page("/second-factor")
        page = Page(await self.send(page))
        secret = re.search(r"secret=([A-Z2-7]+)", page.text)[1]
        app = App(secret, clock)
        page = Page(await self.send(page, code=app.code()))
        codes = re.findall(r"<code>([0-9a-z-]{19})</code>", page.text)
        clock.advance(30)
        return app, codes


class App:
    def __init__(self, secret, clock):
        self.totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)
        self.clock = clock

    def code(self):
        return self.totp.generate(self.clock()).decode()


@pytest.fixture
def person(browser):
    return Person(browser)


@pytest.fixture
def elsewhere(other_browser):
    return Person(other_browser)


@pytest.mark.parametrize("page", PAGES)
async def test_nobody_who_is_not_signed_in_sees_an_account(person, page):
    shown = await person.page(page)
    assert shown.response.url.path == "/account/sign-in"
    refused = await person.http.get(f"/account{page}", headers={"Accept": "application/json"})
    assert refused.status_code == 401
    assert refused.json()["error"] == "not_signed_in"


@pytest.mark.parametrize("page", PAGES)
async def test_after_signing_in_there_is_the_page_that_was_asked_for(person, page):
    shown = await person.sign_in(page)
    assert shown.response.url.path == f"/account{page}"


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example", "/account/../x", "javascript:alert(1)"]
)
async def test_nobody_is_sent_anywhere_else_after_signing_in(person, then):
    shown = await person.sign_in(then=then)
    assert shown.response.url.path == "/account"


async def test_a_wrong_password_is_refused_and_the_user_name_kept(person):
    page = await person.sign_in(password="wrong")
    assert page.response.status_code == 401
    assert f'value="{USERNAME}"' in page.text


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", [*PAGES, "/sign-in?why=again"])
async def test_every_page_has_every_text_in_both_languages(person, page, language):
    await person.sign_in()
    shown = await person.page(page, **{"Accept-Language": language})
    assert f'<html lang="{language}">' in shown.text
    words = " ".join(shown.words)
    assert ("Sign" in words or "password" in words) is (language == "en")


@pytest.mark.parametrize("page", [*PAGES, "/sign-in"])
async def test_every_page_has_the_headers_pages_have(person, page):
    if page != "/sign-in":
        await person.sign_in()
    response = (await person.page(page)).response
    headers = response.headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


class TestForms:
    """N75: only our own page, in this browser, can act."""

    @pytest.mark.parametrize("page", [*PAGES, "/sign-in"])
    @pytest.mark.parametrize("csrf", [None, "", "0" * 64, "\ud800".encode("utf-8", "replace")])
    async def test_a_form_without_the_pages_token_does_nothing(self, person, page, csrf):
        await person.sign_in()
        form = {"action": "sign_out"} | ({} if csrf is None else {"csrf": csrf})
        response = await person.http.post(f"/account{page}", data=form)
        assert response.status_code == 403
        assert (await person.json())["username"] == USERNAME

    async def test_nor_with_the_token_of_another_browser(self, person, elsewhere):
        await person.sign_in()
        await elsewhere.sign_in()
        theirs = (await elsewhere.json())["csrf"]
        response = await person.http.post("/account", data={"csrf": theirs, "action": "end_others"})
        assert response.status_code == 403

    async def test_nor_from_another_site(self, person):
        await person.sign_in()
        token = (await person.json())["csrf"]
        response = await person.http.post(
            "/account",
            data={"csrf": token, "action": "end_others"},
            headers={"Sec-Fetch-Site": "same-site"},
        )
        assert response.status_code == 403

    async def test_an_action_nobody_knows_is_refused(self, person):
        await person.sign_in()
        token = (await person.json())["csrf"]
        for page in ["", "/second-factor"]:
            response = await person.http.post(
                f"/account{page}", data={"csrf": token, "action": "explode"}
            )
            assert response.status_code == 400


class TestAccess:
    async def test_shows_what_was_granted_and_to_whom(self, person, browser):
        await browser.tokens(scope="mcp:crm pii:contact", resource=CRM)
        page = await person.page()
        words = " ".join(" ".join(page.words).split())
        assert "The App" in words
        assert "at crm" in words
        assert "Use every tool of crm" in words

    async def test_withdrawn_every_token_of_it_is_dead_at_once(self, person, browser, system):
        tokens = await browser.tokens(scope="mcp:crm offline_access")
        assert (await system.call(tokens["access_token"], "/mcp/crm")).status_code == 200
        page = await person.act(await person.page(), "withdraw", client_id="app")
        assert "Withdrawn." in page.text
        assert (await system.call(tokens["access_token"], "/mcp/crm")).status_code == 401
        refused = await refresh(system, tokens["refresh_token"])
        assert refused.json()["error"] == "invalid_grant"
        assert (await person.json())["access"] == []

    async def test_withdrawn_a_code_on_its_way_is_dead_too(self, person, browser, system):
        code = await browser.code()
        await person.act(await person.page(), "withdraw", client_id="app")
        assert (await redeem(system, code)).json()["error"] == "invalid_grant"

    async def test_withdrawn_the_person_is_asked_again(self, person, browser):
        await browser.code("server-app")
        assert "code" in answer(await browser.authorize("server-app"))
        await person.act(await person.page(), "withdraw", client_id="server-app")
        assert (await browser.authorize("server-app")).headers["location"].startswith("/consent")

    async def test_what_others_granted_stays(self, person, browser, system):
        await browser.tokens()
        await person.act(await person.page(), "withdraw", client_id="app")
        await browser.tokens("other-app")
        page = await person.page()
        number = person.form(page, action="withdraw", client_id="other-app")
        await person.send(page, number, client_id="app")
        assert [each["client_id"] for each in (await person.json())["access"]] == ["other-app"]

    async def test_what_is_in_use_is_shown_though_no_consent_is_remembered(
        self, person, browser, system
    ):
        await browser.tokens()
        await system.database.write(
            lambda tx: tx.execute("remove_consent", user_id="user-1", client_id="app", resource=CRM)
        )
        page = await person.page()
        await person.act(page, "withdraw", client_id="app")
        assert await system.database.read(list_grants, "user-1", now=int(system.clock())) == []

    async def test_a_client_that_is_gone_can_still_be_withdrawn(self, person, browser, system):
        await browser.tokens()
        await system.database.write(lambda tx: tx.execute("remove_client", client_id="app"))
        system.server.clients.forget("app")
        page = await person.act(await person.page(), "withdraw", client_id="app")
        assert "Withdrawn." in page.text


class TestSessions:
    async def test_each_is_shown_and_this_one_marked(self, person, elsewhere):
        person.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"
        await person.sign_in()
        await elsewhere.sign_in()
        sessions = (await person.json())["sessions"]
        assert sorted(each["current"] for each in sessions) == [False, True]
        current = next(each for each in sessions if each["current"])
        assert current["browser"] == "Firefox on Linux"

    async def test_one_can_be_ended(self, person, elsewhere):
        await person.sign_in()
        await elsewhere.sign_in()
        page = await person.act(await person.page(), "end_session")
        assert "That browser is signed out." in page.text
        assert (await elsewhere.page()).response.url.path == "/account/sign-in"
        assert (await person.page()).response.url.path == "/account"

    async def test_all_others_can_be_ended(self, person, elsewhere):
        await person.sign_in()
        await elsewhere.sign_in()
        await person.act(await person.page(), "end_others")
        assert (await elsewhere.page()).response.url.path == "/account/sign-in"
        assert len((await person.json())["sessions"]) == 1

    async def test_ended_what_was_granted_for_as_long_as_it_lasts_is_dead(
        self, person, elsewhere, browser, system
    ):
        tokens = await browser.tokens()
        await elsewhere.sign_in()
        await elsewhere.act(await elsewhere.page(), "end_others")
        assert (await system.call(tokens["access_token"], "/mcp/crm")).status_code == 401

    async def test_signing_out_ends_this_one(self, person):
        await person.sign_in()
        cookie = dict(person.http.cookies)
        await person.act(await person.page(), "sign_out")
        person.http.cookies.update(cookie)
        assert (await person.page()).response.url.path == "/account/sign-in"

    async def test_a_session_of_somebody_else_stays(self, person, system, elsewhere):
        await elsewhere.sign_in()
        theirs = (await elsewhere.json())["sessions"][0]["session_id"]
        await system.server.people.account.end_session("user-2", theirs, source="")
        assert (await elsewhere.page()).response.url.path == "/account"


class TestPassword:
    async def change(self, person, **fields):
        page = await person.page("/password")
        form = {
            "password": PASSWORD,
            "new_password": NEW_PASSWORD,
            "new_password_again": NEW_PASSWORD,
            **fields,
        }
        return await person.send(page, **form)

    async def test_changed_the_new_one_counts_and_others_are_signed_out(self, person, elsewhere):
        await person.sign_in()
        await elsewhere.sign_in()
        page = await person.browser.open(await self.change(person))
        assert "Your password is changed" in page.text
        assert (await elsewhere.page()).response.url.path == "/account/sign-in"
        assert (await elsewhere.sign_in()).response.status_code == 401
        signed_in = await elsewhere.sign_in(password=NEW_PASSWORD)
        assert signed_in.response.url.path == "/account"

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"password": "wrong"}, "current password is not right"),
            ({"new_password": "x" * 14, "new_password_again": "x" * 14}, "at least 15"),
            (
                dict.fromkeys(("new_password", "new_password_again"), "Password123456!"),
                "tried first",
            ),
            (
                dict.fromkeys(("new_password", "new_password_again"), "minjun minjun minjun"),
                "your name",
            ),
            ({"new_password": "x" * 1025, "new_password_again": "x" * 1025}, "at most 1024"),
            ({"new_password": PASSWORD, "new_password_again": PASSWORD}, "the one you have"),
            ({"new_password_again": "other"}, "differently"),
        ],
    )
    async def test_refused_it_stays_and_the_page_says_why(self, person, fields, says):
        await person.sign_in()
        response = await self.change(person, **fields)
        assert response.status_code == 400
        assert says in response.text

    async def test_it_cannot_be_guessed_here(self, person):
        await person.sign_in()
        for _ in range(5):
            assert (await self.change(person, password="wrong")).status_code == 400
        response = await self.change(person)
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) > 0


class TestSecondFactor:
    async def test_is_set_up_and_then_asked_for(self, person, elsewhere, system):
        await person.sign_in()
        app, codes = await person.enrol(system.clock)
        assert len(codes) == 10
        page = await elsewhere.sign_in()
        assert page.response.url.path == "/account/sign-in"
        assert "One more step" in page.text
        page = await elsewhere.browser.open(await elsewhere.send(page, code=app.code()))
        assert page.response.url.path == "/account"
        status = await elsewhere.json()
        assert status["sessions"][0]["amr"] == ["pwd", "otp"]
        assert status["sessions"][0]["acr"] == "mfa"

    async def test_neither_secret_nor_recovery_codes_are_shown_again(self, person, system):
        await person.sign_in()
        _, codes = await person.enrol(system.clock)
        text = (await person.page("/second-factor")).text
        assert not any(code in text for code in codes)
        assert "secret=" not in text

    async def test_a_recovery_code_will_do_and_is_counted(self, person, elsewhere, system):
        await person.sign_in()
        _, codes = await person.enrol(system.clock)
        page = await elsewhere.sign_in()
        number = elsewhere.form(page, method="recovery_code")
        await elsewhere.send(page, number, recovery_code=codes[0])
        assert (await elsewhere.json())["second_factor"]["recovery_codes"] == 9

    async def test_n77_half_signed_in_nobody_gets_a_code_or_sees_an_account(
        self, person, browser, other_browser, elsewhere, system
    ):
        await person.sign_in()
        app, _ = await person.enrol(system.clock)
        page = await other_browser.open(await other_browser.authorize("server-app"))
        half = await other_browser.open(await other_browser.sign_in(page))
        assert half.response.url.path == "/sign-in"
        assert "One more step" in half.text
        for ask in [{}, {"prompt": "none"}, {"prompt": "login"}]:
            response = await other_browser.authorize("server-app", **ask)
            assert "code=" not in response.headers["location"]
        assert (await elsewhere.page()).response.url.path == "/account/sign-in"
        form = {**half.fields, "decision": "allow", "scope:mcp:crm": "1"}
        response = await other_browser.http.post("/consent", data=form)
        assert "code=" not in response.headers.get("location", "")
        # And with the factor, the same request goes on to its code.
        number = elsewhere.form(half, method="authenticator_app")
        page = await other_browser.open(await elsewhere.send(half, number, code=app.code()))
        assert "/consent" in str(page.response.url)
        assert "code" in answer(await other_browser.decide(page))

    async def test_signing_in_again_with_the_password_alone_is_half_signed_in(self, person, system):
        await person.sign_in()
        await person.enrol(system.clock)
        system.clock.advance(1000)
        page = await person.sign_in("/second-factor")
        assert "One more step" in page.text
        assert (await person.page()).response.url.path == "/account/sign-in"

    async def test_a_browser_left_open_is_not_enough_to_change_it(self, person, system):
        await person.sign_in()
        await person.enrol(system.clock)
        token = (await person.json())["csrf"]
        system.clock.advance(901)
        for path in ["/second-factor", "/password"]:
            page = await person.page(path)
            assert page.response.url.path == "/account/sign-in"
            assert "Is it still you?" in page.text
        response = await person.http.post(
            "/account/second-factor", data={"csrf": token, "action": "remove"}
        )
        assert response.headers["location"].startswith("/account/sign-in?")
        assert (await person.json())["second_factor"]["enrolled_at"]

    async def test_removed_the_password_is_enough_again(self, person, elsewhere, system):
        await person.sign_in()
        await person.enrol(system.clock)
        page = await person.act(await person.page("/second-factor"), "remove")
        assert "The second factor is removed." in page.text
        assert (await elsewhere.sign_in()).response.url.path == "/account"

    async def test_a_wrong_code_turns_nothing_on(self, person):
        await person.sign_in()
        page = Page(await person.send(await person.page("/second-factor")))
        response = await person.send(page, code="000000")
        assert response.status_code == 400
        assert (await person.json())["second_factor"]["enrolled_at"] is None

    async def test_renewed_codes_replace_the_others(self, person, elsewhere, system):
        await person.sign_in()
        _, codes = await person.enrol(system.clock)
        page = await person.page("/second-factor")
        renewed = Page(await person.send(page, person.form(page, action="renew")))
        assert len(re.findall(r"<code>[0-9a-z-]{19}</code>", renewed.text)) == 10
        page = await elsewhere.sign_in()
        number = elsewhere.form(page, method="recovery_code")
        assert (await elsewhere.send(page, number, recovery_code=codes[0])).status_code == 401
