"""A person at their account, in a real browser, with and without scripts."""

import base64
import re
import time
from collections.abc import Callable, Iterator

import httpx2
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import expect
from tests.e2e.pages import (
    assert_accessible,
    chromium_fixture,  # noqa: F401
    listen,
    picture,
    visit_fixture,  # noqa: F401
)

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def home(at_home) -> Iterator:
    home = at_home("account", SUMUN_OAUTH__DEMO_CLIENT="true")
    with home.running():
        yield home


@pytest.fixture
def person(home) -> Callable[[], str]:
    """Register somebody new; return their name."""
    made = iter(range(1000))

    def add() -> str:
        name = f"mina{time.time_ns()}-{next(made)}"
        home.command("user", "add", name, stdin=f"{PASSWORD}\n")
        return name

    return add


def code(secret: str) -> str:
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(time.time()).decode()


def sign_in(page, home, name, password=PASSWORD, *, korean=False):
    page.goto(f"{home.url}/account")
    page.get_by_label("사용자 이름" if korean else "User name").fill(name)
    page.get_by_label("비밀번호" if korean else "Password").fill(password)
    page.get_by_role("button", name="로그인" if korean else "Sign in", exact=True).click()


def enrol(page, home, *, korean=False):
    """Set the second factor up; return the secret and the recovery codes."""
    page.goto(f"{home.url}/account/second-factor")
    page.get_by_role("button", name="2단계 인증 설정" if korean else "Set up").click()
    link = page.get_by_role("link", name="인증 앱에서 열기" if korean else "Open in")
    secret = re.search(r"secret=([A-Z2-7]+)", link.get_attribute("href"))[1]
    page.get_by_role("textbox").fill(code(secret))
    page.get_by_role("button", name="켜기" if korean else "Turn on").click()
    return secret, page.locator(".codes code").all_inner_texts()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_second_factor_from_enrolment_to_recovery(visit, home, person, scripts):
    name = person()
    page = visit(locale="en-GB", java_script_enabled=scripts)
    sign_in(page, home, name)
    _, codes = enrol(page, home)
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("main")).to_contain_text("Recovery codes left: 10")
    page.get_by_role("button", name="Sign out", exact=True).click()
    sign_in(page, home, name)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code from your authenticator app").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Use recovery code").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Recovery codes left: 9")
    page.get_by_role("link", name="Manage second factor").click()
    page.get_by_role("button", name="Remove second factor").click()
    expect(page.get_by_role("status")).to_have_text("The second factor is removed.")


def test_a_browser_elsewhere_is_seen_and_ended(visit, home, person):
    name = person()
    here, there = visit(locale="en-GB"), visit(locale="en-GB")
    sign_in(here, home, name)
    sign_in(there, home, name)
    here.reload()
    here.get_by_role("button", name="Sign out there").click()
    expect(here.get_by_role("status")).to_have_text("That browser is signed out.")
    there.reload()
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_new_password_signs_the_others_out(visit, home, person):
    name = person()
    here, there = visit(locale="en-GB"), visit(locale="en-GB")
    sign_in(here, home, name)
    sign_in(there, home, name)
    here.get_by_role("link", name="Change password").click()
    here.get_by_label("Current password").fill(PASSWORD)
    here.get_by_label("New password", exact=True).fill("another password altogether")
    here.get_by_label("New password, once more").fill("another password altogether")
    here.get_by_role("button", name="Change password").click()
    expect(here.get_by_role("status")).to_contain_text("changed")
    there.reload()
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_every_page_is_accessible(visit, home, person, locale, scheme):
    korean = locale == "ko-KR"
    picture_of = f"{locale[:2]}-{scheme}"
    person_name = person()
    page = visit(locale=locale, color_scheme=scheme)
    wrong, _ = listen(page)

    def seen(name):
        assert_accessible(page)
        picture(page, f"account-{name}-{picture_of}")

    page.goto(f"{home.url}/account")
    seen("sign-in")
    sign_in(page, home, person_name, korean=korean)
    seen("overview")
    page.goto(f"{home.url}/account/password")
    seen("password")
    page.goto(f"{home.url}/account/second-factor")
    seen("second-factor-none")
    page.get_by_role("button", name="2단계 인증 설정" if korean else "Set up").click()
    seen("second-factor-pending")
    enrol_link = page.get_by_role("link", name="인증 앱에서 열기" if korean else "Open in")
    secret = re.search(r"secret=([A-Z2-7]+)", enrol_link.get_attribute("href"))[1]
    page.get_by_role("textbox").fill(code(secret))
    page.get_by_role("button", name="켜기" if korean else "Turn on").click()
    seen("second-factor-codes")
    page.goto(f"{home.url}/account/second-factor")
    seen("second-factor-on")
    page.goto(f"{home.url}/account/sign-in?why=again")
    seen("again")
    sign_in_again = page.get_by_label("비밀번호" if korean else "Password")
    sign_in_again.fill(PASSWORD)
    page.get_by_role("button", name="로그인" if korean else "Sign in", exact=True).click()
    seen("one-more-step")
    assert wrong == []


def device_codes(home) -> dict[str, str]:
    """What a device is given to show; its client is made for it."""
    name = f"television{time.time_ns()}"
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    added = ("client", "add", name, "--public", "--grant-type", grant)
    home.command(*added, "--scope", "mcp.access pii:contact")
    form = {"client_id": name, "scope": "mcp.access pii:contact"}
    url = f"{home.url}/oauth2/device_authorization"
    return httpx2.post(url, data=form, trust_env=False).raise_for_status().json()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_the_page_for_devices_is_accessible(visit, home, person, locale, scheme):
    korean = locale == "ko-KR"
    page = visit(locale=locale, color_scheme=scheme)
    wrong, _ = listen(page)

    def seen(name):
        assert_accessible(page)
        picture(page, f"device-{name}-{locale[:2]}-{scheme}")

    sign_in(page, home, person(), korean=korean)
    page.goto(f"{home.url}/device")
    seen("code")
    page.goto(device_codes(home)["verification_uri_complete"])
    seen("compare")
    page.get_by_role("button", name="계속" if korean else "Continue").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    seen("decide")
    page.get_by_role("button", name="허용" if korean else "Allow", exact=True).click()
    said = "기기가 연결되었습니다" if korean else "The device is connected"
    expect(page.get_by_role("heading", name=said)).to_be_visible()
    seen("done")
    assert wrong == []


def test_everything_fits_a_telephone(visit, home, person):
    page = visit(viewport={"width": 320, "height": 640}, locale="ko-KR")
    sign_in(page, home, person(), korean=True)
    for path in ["", "/password", "/second-factor"]:
        page.goto(f"{home.url}/account{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        picture(page, f"account-phone{path.replace('/', '-')}")


def test_the_pages_need_nothing_from_elsewhere_and_break_no_rule(visit, home, person):
    page = visit(locale="en-GB")
    wrong, asked = listen(page)
    sign_in(page, home, person())
    for path in ["", "/password", "/second-factor"]:
        page.goto(f"{home.url}/account{path}")
    assert wrong == []
    assert all(url.startswith(f"{home.url}/") for url in asked)
