"""RFC 9700 §4, RFC 6749 §10: what a browser is shown, and what it can be made to do."""

import re

import msgspec
import pytest
from tests.conformance.browser import PASSWORD, Browser, Page, answer, settle

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.authorization.sessions import find_session
from sumun.oauth.clients import add_client

COOKIE = re.compile(r"^(?P<name>[^=]+)=(?P<value>[^;]*)(?P<rest>.*)$")


def cookies(response):
    found = [COOKIE.match(line) for line in response.headers.get_list("set-cookie")]
    return {match["name"]: (match["value"], match["rest"].lower()) for match in found}


def assert_guarded(response):
    """N79."""
    headers = response.headers
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in response.text
    assert " style=" not in response.text
    assert " on" not in re.sub(r">[^<]*<", "><", response.text).replace(" only", "")


async def test_n79_every_page_is_guarded(browser):
    sign_in = await browser.open(await browser.authorize())
    assert_guarded(sign_in.response)
    assert_guarded(await browser.sign_in(sign_in, password="wrong"))
    consent = await browser.consent_page()
    assert_guarded(consent.response)
    assert_guarded(await browser.authorize("nobody"))
    assert_guarded(await browser.http.get("/consent?ticket=unknown"))
    assert_guarded(await browser.http.post("/consent", data={"ticket": "unknown"}))


async def test_n79_what_a_client_calls_itself_is_text(browser, people):
    metadata = ClientMetadata(
        client_name="<script>alert(1)</script>\u202e\x00evil" + "x" * 200,
        grant_types=("authorization_code",),
        redirect_uris=("https://evil.example/cb",),
        scope="mcp:*",
        token_endpoint_auth_methods=("none",),
    )
    await people.database.write(add_client, Client(client_id="evil", metadata=metadata))
    uri = "https://evil.example/cb"
    page = await browser.consent_page("evil", redirect_uri=uri, login_hint='"><script>')
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; evil" in page.text
    assert "\u202e" not in page.text
    assert "x" * 60 not in page.text


async def test_n80_every_redirect_is_a_get(browser):
    page = await browser.open(await browser.authorize())
    signed_in = await browser.sign_in(page)
    assert signed_in.status_code == 303
    page = await browser.open(signed_in)
    assert (await browser.decide(page)).status_code == 303


async def test_n81_the_cookies(browser):
    response = await browser.authorize()
    page = await browser.open(response)
    signed_in = await browser.sign_in(page)
    for name, where in (("browser", response), ("session", signed_in)):
        _, rest = cookies(where)[f"__Host-sumun-{name}"]
        for attribute in ("httponly", "secure", "samesite=lax", "path=/"):
            assert attribute in rest
        assert "domain" not in rest


async def test_n81_over_plain_http_they_are_what_a_browser_keeps(start):
    async with start(issuer="http://localhost:8081") as system:
        await settle(system)
        async with (browser := Browser(system)).http:
            response = await browser.authorize(resource=None)
        value, rest = cookies(response)["sumun-browser"]
        assert len(value) == 43
        assert "secure" not in rest
        assert "httponly" in rest


async def test_n81_signing_in_again_changes_the_session_cookie(browser):
    page = await browser.open(await browser.authorize())
    first = cookies(await browser.sign_in(page))["__Host-sumun-session"][0]
    page = await browser.open(await browser.authorize(prompt="login"))
    second = cookies(await browser.sign_in(page))["__Host-sumun-session"][0]
    assert first != second
    browser.http.cookies.set("__Host-sumun-session", first, domain="sumun.example")
    browser.http.cookies.delete("__Host-sumun-session")
    browser.http.cookies.set("__Host-sumun-session", first)
    assert answer(await browser.authorize(prompt="none"))["error"] == "login_required"


async def test_n81_a_session_planted_before_signing_in_opens_nothing(browser, people):
    browser.http.cookies.set("__Host-sumun-session", "planted")
    page = await browser.open(await browser.authorize())
    value, _ = cookies(await browser.sign_in(page))["__Host-sumun-session"]
    assert value != "planted"


CSRF = {
    "none": {"csrf": ""},
    "wrong": {"csrf": "0" * 64},
    "not ascii": {"csrf": "é" * 64},
}


@pytest.mark.parametrize("case", CSRF)
async def test_n75_a_decision_without_the_page_s_token(browser, people, case):
    page = await browser.consent_page()
    response = await browser.decide(page, **CSRF[case])
    assert response.status_code == 403
    assert "location" not in response.headers
    assert await people.events("authorization_granted") == []
    assert answer(await browser.decide(page))["code"], "the person may still decide"


async def test_n75_a_decision_with_another_session_s_token(browser, people):
    page = await browser.consent_page()
    async with (other := Browser(people)).http:
        theirs = await other.consent_page()
    response = await browser.decide(page, csrf=theirs.fields["csrf"])
    assert response.status_code == 403
    response = await browser.decide(theirs)
    assert response.status_code == 403


async def test_n75_a_form_of_another_site(browser):
    page = await browser.consent_page()
    for site in ("cross-site", "same-site"):
        browser.http.headers["Sec-Fetch-Site"] = site
        assert (await browser.decide(page)).status_code == 403
    browser.http.headers["Sec-Fetch-Site"] = "same-origin"
    assert answer(await browser.decide(page))["code"]


async def test_n75_n78_a_decision_is_made_once(browser, people):
    page = await browser.consent_page()
    assert answer(await browser.decide(page))["code"]
    again = await browser.decide(page)
    assert again.status_code == 403
    assert "location" not in again.headers
    changed_mind = await browser.decide(page, "deny")
    assert changed_mind.status_code == 403
    ticket = page.fields["ticket"]
    for path in ("/consent", "/sign-in"):
        assert (await browser.http.get(f"{path}?ticket={ticket}")).status_code == 400
    assert len(await people.events("authorization_granted")) == 1


async def test_a_no_is_once_too(browser, people):
    page = await browser.consent_page()
    assert answer(await browser.decide(page, "deny"))["error"] == "access_denied"
    assert (await browser.decide(page)).status_code == 403
    assert len(await people.events("authorization_refused")) == 1


async def test_n11_nothing_a_browser_sends_back_changes_the_request(browser, people):
    page = await browser.open(await browser.authorize())
    altered = {
        "redirect_uri": "https://evil.example/cb",
        "scope": "mcp.access",
        "response_type": "token",
        "client_id": "other-app",
        "state": "evil",
        "resource": "https://evil.example",
        "code_challenge": "e" * 43,
    }
    page = await browser.open(await browser.sign_in(page, **altered))
    page.forms[-1]["fields"].update({"scope:mcp.access": "1", "scope:pii:contact": "1"})
    response = await browser.decide(page, **altered)
    assert response.headers["location"].startswith("https://app.example/cb?code=")
    told = answer(response)
    assert told["state"] == "a state"
    (granted,) = await people.events("authorization_granted")
    assert granted["scope"] == "mcp:crm"
    assert granted["client_id"] == "app"


async def test_n76_n78_a_ticket_in_another_browser(browser, people):
    page = await browser.consent_page()
    async with (stranger := Browser(people)).http:
        await stranger.consent_page()
        ticket = page.fields["ticket"]
        assert (await stranger.http.get(f"/consent?ticket={ticket}")).status_code == 400
        form = {**page.fields, "decision": "allow"}
        assert (await stranger.http.post("/consent", data=form)).status_code == 403


async def test_a_ticket_waits_a_quarter_of_an_hour(browser, people):
    page = await browser.consent_page()
    people.clock.advance(900)
    assert (await browser.decide(page)).status_code == 403


@pytest.mark.parametrize("decision", ["", "maybe", "ALLOW"])
async def test_what_is_no_decision(browser, decision):
    page = await browser.consent_page()
    assert (await browser.decide(page, decision)).status_code == 400


@pytest.mark.parametrize(
    "content", [b"\xff" * 10, b"a=1&" * 500, b"x" * 20_000, b"ticket=%00", b"ticket=" + b"t" * 999]
)
@pytest.mark.parametrize("path", ["/sign-in", "/consent"])
async def test_a_form_that_is_none(browser, path, content):
    await browser.consent_page()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await browser.http.post(path, content=content, headers=headers)
    assert response.status_code in {400, 403}


async def test_n77_half_signed_in_is_not_signed_in(browser, people):
    """A session whose second factor is still to come gets the sign-in page, and no code."""
    page = await browser.consent_page()
    await browser.decide(page)
    cookie = browser.http.cookies["__Host-sumun-session"]
    from sumun.oauth.authorization import opaque
    from sumun.oauth.authorization.sessions import renew_session

    found = await people.database.read(find_session, opaque.digest(cookie))
    half = msgspec.structs.replace(found, auth_time=None, acr="")
    await people.database.write(renew_session, half, opaque.digest(cookie))
    assert answer(await browser.authorize(prompt="none"))["error"] == "login_required"
    response = await browser.authorize()
    assert response.headers["location"].startswith("/sign-in?")
    ticket = response.headers["location"].partition("=")[2]
    response = await browser.http.get(f"/consent?ticket={ticket}")
    assert response.headers["location"].startswith("/sign-in?")


async def test_n19_prompt_none(browser):
    assert answer(await browser.authorize(prompt="none"))["error"] == "login_required"
    page = await browser.consent_page()
    assert answer(await browser.authorize(prompt="none"))["error"] == "consent_required"
    await browser.decide(page)
    assert answer(await browser.authorize(prompt="none"))["code"]
    more = await browser.authorize(prompt="none", scope="mcp:crm pii:contact")
    assert answer(more)["error"] == "consent_required"


async def test_what_was_agreed_to_is_not_asked_again(browser):
    await browser.code(scope="mcp:crm mcp:crm:a")
    assert answer(await browser.authorize())["code"]
    assert answer(await browser.authorize(scope="mcp:crm:a"))["code"]
    page = await browser.consent_page(scope="mcp:crm mcp:crm:b")
    assert "mcp:crm:b" in page.text


async def test_prompt_consent_asks_again(browser):
    await browser.code()
    await browser.consent_page(prompt="consent")


@pytest.mark.parametrize(
    "redirect_uri", ["http://127.0.0.1:5000/cb", "cursor://anysphere.cursor-mcp/cb"]
)
async def test_an_answer_any_program_could_take_is_asked_about_every_time(browser, redirect_uri):
    """RFC 8252 §8.6."""
    await browser.code("native", redirect_uri=redirect_uri)
    page = await browser.consent_page("native", redirect_uri=redirect_uri)
    assert "Did you just start this yourself?" in page.text
    told = await browser.authorize("native", redirect_uri=redirect_uri, prompt="none")
    assert answer(told)["error"] == "consent_required"


async def test_n73_a_changed_client_is_asked_about_again(browser, people):
    await browser.code()
    from sumun.oauth.clients import find_client, remove_client

    client = await people.database.read(find_client, "app")
    uris = (*client.metadata.redirect_uris, "https://new.example/cb")
    changed = msgspec.structs.replace(client.metadata, redirect_uris=uris)
    await people.database.write(remove_client, "app")
    await people.database.write(add_client, Client(client_id="app", metadata=changed))
    people.server.clients.forget("app")
    assert answer(await browser.authorize(prompt="none"))["error"] == "consent_required"


async def test_prompt_login_is_about_this_request(browser, people):
    await browser.code()
    response = await browser.authorize(prompt="login")
    page = await browser.open(response)
    assert "/sign-in" in str(page.response.url)
    ticket = page.fields["ticket"]
    assert "/sign-in" in (await browser.http.get(f"/consent?ticket={ticket}")).headers["location"]
    response = await browser.sign_in(page)
    response = await browser.http.get(response.headers["location"])
    assert answer(response)["code"]


async def test_max_age(browser, people):
    await browser.code()
    people.clock.advance(100)
    assert answer(await browser.authorize(max_age=100, prompt="none"))["code"]
    told = answer(await browser.authorize(max_age=99, prompt="none"))
    assert told["error"] == "login_required"
    page = await browser.open(await browser.authorize(max_age=0))
    response = await browser.sign_in(page)
    assert answer(await browser.http.get(response.headers["location"]))["code"]


async def test_acr_values(browser, people):
    await browser.code()
    assert answer(await browser.authorize(acr_values="1fa", prompt="none"))["code"]
    assert answer(await browser.authorize(acr_values="unknown", prompt="none"))["code"]
    told = answer(await browser.authorize(acr_values="mfa", prompt="none"))
    assert told["error"] == "login_required"


async def test_select_account_lets_the_person_go_on(browser):
    await browser.code()
    page = await browser.open(await browser.authorize(prompt="select_account"))
    assert "Continue as minjun" in page.text
    fields = page.forms[0]["fields"]
    response = await browser.http.post("/sign-in", data=fields)
    response = await browser.http.get(response.headers["location"])
    assert answer(response)["code"]


async def test_nobody_goes_on_without_signing_in_where_the_client_asked_for_it(browser):
    await browser.code()
    page = await browser.open(await browser.authorize(prompt="login select_account"))
    assert "Continue as" not in page.text
    response = await browser.http.post("/sign-in", data={**page.fields, "method": "continue"})
    assert response.status_code == 403


async def test_another_person_may_take_over_the_browser(browser, people):
    from sumun.oauth.users import User, add_user

    password_hash = await people.server.people.passwords.hash(PASSWORD)
    other = User(user_id="user-2", username="seoyeon", password_hash=password_hash)
    await people.database.write(add_user, other)
    page = await browser.consent_page()
    (link,) = [link for link in page.links if "other=1" in link]
    page = Page(await browser.http.get(link))
    page = await browser.open(await browser.sign_in(page, "seoyeon"))
    assert "seoyeon" in page.text
    await browser.decide(page)
    (granted,) = await people.events("authorization_granted")
    assert granted["user_id"] == "user-2"


async def test_a_session_ends_without_a_visit_and_in_any_case(browser, people):
    await browser.code()
    people.clock.advance(12 * 3600 - 1)
    assert answer(await browser.authorize(prompt="none"))["code"]
    for _ in range(14):
        people.clock.advance(12 * 3600 - 1)
        last = answer(await browser.authorize(prompt="none"))
    assert last["error"] == "login_required"


async def test_a_session_unused_for_half_a_day(browser, people):
    await browser.code()
    people.clock.advance(12 * 3600)
    assert answer(await browser.authorize(prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize(
    ("username", "password"),
    [("minjun", "wrong"), ("nobody", PASSWORD), ("", ""), ("minjun", "x" * 2000), ("é\x00", "é")],
)
async def test_a_wrong_sign_in_says_nothing_of_what_was_wrong(browser, people, username, password):
    page = await browser.open(await browser.authorize())
    response = await browser.sign_in(page, username, password)
    assert response.status_code == 401
    assert "Check your user name and password" in response.text
    assert "set-cookie" not in response.headers
    (event,) = await people.events("sign_in_refused")
    assert event["reason"] == "wrong"
    assert "user_id" not in event
    assert not password or password not in Page(response).forms[-1]["fields"].values()
    assert f'value="{password}"' not in response.text or not password


async def test_a_disabled_person_is_told_the_same(browser, people):
    from sumun.oauth.users import disable_user

    await people.database.write(disable_user, "user-1", now=1)
    page = await browser.open(await browser.authorize())
    assert (await browser.sign_in(page)).status_code == 401


async def test_guessing_is_braked_before_anything_is_hashed(browser, people, monkeypatch):
    page = await browser.open(await browser.authorize())
    for _ in range(5):
        assert (await browser.sign_in(page, password="wrong")).status_code == 401

    async def never(*args):
        raise AssertionError("a password was hashed")

    monkeypatch.setattr(people.server.people.passwords, "verify", never)
    response = await browser.sign_in(page)
    assert response.status_code == 429
    assert 0 < int(response.headers["retry-after"]) <= 30
    assert "Too many attempts" in response.text


async def test_too_many_at_once_are_asked_to_come_again(browser, people, monkeypatch):
    from sumun.oauth.users import PasswordsBusy

    async def busy(*args):
        raise PasswordsBusy

    monkeypatch.setattr(people.server.people.passwords, "verify", busy)
    page = await browser.open(await browser.authorize())
    response = await browser.sign_in(page)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "2"


async def test_an_unknown_method(browser):
    page = await browser.open(await browser.authorize())
    response = await browser.sign_in(page, method="telepathy")
    assert response.status_code == 401


async def test_a_weak_hash_is_made_stronger_at_sign_in(browser, people):
    from argon2 import PasswordHasher

    from sumun.oauth.users import find_user, replace_password

    weaker = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16)
    await people.database.write(replace_password, "user-1", weaker.hash(PASSWORD))
    before = await people.database.read(find_user, "minjun")
    page = await browser.open(await browser.authorize())
    assert (await browser.sign_in(page)).status_code == 303
    after = await people.database.read(find_user, "minjun")
    assert before.password_hash != after.password_hash


async def test_consent_says_who_asks_for_what_and_where_it_goes(browser, people):
    page = await browser.consent_page(scope="mcp:crm:lookup pii:contact openid offline_access")
    words = " ".join(" ".join(page.words).split())
    for said in (
        "Allow The App?",
        "app.example",
        "Registered by whoever runs this server",
        "https://sumun.example/mcp/crm",
        "Use the tool “lookup” of crm",
        "See as they are: contact details",
        "Know that it is you",
        "Stay connected when you are away",
        "Signed in as minjun.",
    ):
        assert said in words
    assert page.checkboxes == ["scope:mcp:crm:lookup", "scope:pii:contact", "scope:offline_access"]


async def test_n74_a_program_on_a_computer_is_warned_of(browser):
    page = await browser.consent_page("native", redirect_uri="http://localhost:4321/cb")
    assert "a program on this computer (localhost:4321)" in page.text
    assert "any program can call itself Native" in page.text


ORIGINS = {
    "self": "nobody has checked it",
    "initial_access_token": "Registered itself, with leave",
    "document": "Belongs to client.example",
}


@pytest.mark.parametrize("origin", ORIGINS)
async def test_consent_says_how_the_client_is_known(browser, people, monkeypatch, origin):
    client_id = "https://client.example/id.json" if origin == "document" else "self-made"
    metadata = ClientMetadata(
        client_name="Somebody",
        grant_types=("authorization_code",),
        redirect_uris=("https://client.example/cb",),
        scope="mcp:*",
        token_endpoint_auth_methods=("none",),
    )
    client = Client(client_id=client_id, metadata=metadata, origin=origin)

    async def found(*args):
        return client

    monkeypatch.setattr(people.server.clients, "find", found)
    page = await browser.consent_page(client_id, redirect_uri="https://client.example/cb")
    assert ORIGINS[origin] in page.text


async def test_unticking_everything_is_a_no(browser):
    page = await browser.consent_page(scope="mcp:crm:a mcp:crm:b openid")
    unticked = {"scope:mcp:crm:a": None, "scope:mcp:crm:b": None}
    assert answer(await browser.decide(page, **unticked))["error"] == "access_denied"


async def test_scopes_can_be_asked_for_without_a_resource_of_ones_own(browser):
    page = await browser.consent_page(scope="openid")
    assert answer(await browser.decide(page))["code"]


KOREAN = {
    "header": ({"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}, {}),
    "client": ({}, {"ui_locales": "fr ko"}),
}


@pytest.mark.parametrize("case", KOREAN)
async def test_pages_speak_korean(browser, case):
    headers, parameters = KOREAN[case]
    browser.http.headers.update(headers)
    page = await browser.open(await browser.authorize(**parameters))
    assert '<html lang="ko">' in page.text
    assert "사용자 이름" in page.text
    page = await browser.open(await browser.sign_in(page))
    assert "허용할까요?" in page.text


async def test_the_switch_is_remembered(browser):
    page = await browser.open(await browser.authorize())
    (link,) = [link for link in page.links if "lang=ko" in link]
    page = Page(await browser.http.get(link))
    assert '<html lang="ko">' in page.text
    page = await browser.open(await browser.sign_in(page))
    assert '<html lang="ko">' in page.text
    refused = await browser.authorize("nobody")
    assert "이 로그인 링크는 사용할 수 없습니다" in refused.text


async def test_auto_approve_answers_at_once(start):
    async with start(auto_approve="minjun") as system:
        await settle(system)
        async with (browser := Browser(system)).http:
            told = answer(await browser.authorize())
            refused = answer(await browser.authorize(scope="admin"))
        assert told["code"]
        assert refused["error"] == "invalid_scope"
        (granted,) = await system.events("authorization_granted")
        assert granted["user_id"] == "user-1"
        assert granted["reason"] == "auto_approve"


async def test_auto_approve_in_the_name_of_nobody(start):
    async with start(auto_approve="nobody") as system:
        await settle(system)
        async with (browser := Browser(system)).http:
            assert (await browser.authorize()).status_code == 503


async def test_what_reveals_personal_data_is_ticked_by_the_person(browser, people):
    page = await browser.consent_page(scope="mcp:crm pii:contact")
    assert "scope:pii:contact" not in page.fields
    await browser.decide(page, **{"scope:pii:contact": "1"})
    page = await browser.consent_page(scope="mcp:crm pii:contact pii:person")
    assert "scope:pii:contact" in page.fields, "agreed to before"
    assert "scope:pii:person" not in page.fields
    await browser.decide(page)
    granted = await people.events("authorization_granted")
    assert [event["scope"] for event in granted] == ["mcp:crm pii:contact"] * 2


async def test_pages_opened_in_a_window_of_a_client_leave_it_its_opener(browser):
    """Clients open the page in a window and wait there for their own page to come back."""
    page = await browser.consent_page()
    assert "cross-origin-opener-policy" not in page.response.headers
