"""Passkeys in a real browser, with an authenticator that the browser plays (WebAuthn §11)."""

import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
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
    home = at_home("passkeys", SUMUN_OAUTH__DEMO_CLIENT="true")
    with home.running():
        yield home


@pytest.fixture
def name(home) -> str:
    made = f"jun{time.time_ns()}"
    home.command("user", "add", made, stdin=f"{PASSWORD}\n")
    return made


class Authenticator:
    """What Chrome's virtual authenticator can be told."""

    def __init__(self, page, **options):
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable", {"enableUI": False})
        settings = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
            **options,
        }
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": settings})[
            "authenticatorId"
        ]

    def send(self, command, **parameters):
        return self.session.send(f"WebAuthn.{command}", {"authenticatorId": self.id, **parameters})

    @property
    def credentials(self):
        return self.send("getCredentials")["credentials"]


@pytest.fixture
def plugged_in(visit) -> Callable:
    def opened(locale="en-GB", **options):
        page = visit(locale=locale)
        return page, Authenticator(page, **options)

    return opened


def sign_in(page, home, name):
    page.goto(f"{home.url}/account")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def add_passkey(page, home):
    page.goto(f"{home.url}/account/passkeys")
    page.get_by_role("button", name="Add a passkey").click()


def sign_out(page, home):
    page.goto(f"{home.url}/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_from_making_to_removing(plugged_in, home, name):
    page, authenticator = plugged_in()
    wrong, asked = listen(page)
    sign_in(page, home, name)
    add_passkey(page, home)
    expect(page.get_by_role("status")).to_contain_text("The passkey is ready.")
    [credential] = authenticator.credentials
    assert credential["isResidentCredential"]
    assert credential["rpId"] == "localhost"
    sign_out(page, home)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.get_by_role("link", name="Manage passkeys").click()
    expect(page.get_by_role("heading", name="Chrome on Linux")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("last used")
    assert_accessible(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("The passkey is removed.")
    sign_out(page, home)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert [each for each in wrong if "401" not in each] == []
    assert all(url.startswith(f"{home.url}/") for url in asked)


def test_a_passkey_answers_the_request_of_an_application(plugged_in, home, name):
    added = home.command(
        "client",
        "add",
        f"app-{name}",
        "--redirect-uri",
        f"{home.url}/back",
        "--scope",
        "mcp.access",
        "--public",
    )
    page, _ = plugged_in()
    sign_in(page, home, name)
    add_passkey(page, home)
    expect(page.get_by_role("status")).to_be_visible()
    sign_out(page, home)
    query = {
        "client_id": added["client_id"],
        "redirect_uri": f"{home.url}/back",
        "response_type": "code",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
        "acr_values": "phr",
    }
    page.goto(f"{home.url}/oauth2/authorize?{urlencode(query)}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url(re.compile(r"/back\?code="))


def test_whoever_does_not_unlock_the_device_is_not_signed_in(plugged_in, home, name):
    page, authenticator = plugged_in()
    sign_in(page, home, name)
    add_passkey(page, home)
    expect(page.get_by_role("status")).to_be_visible()
    sign_out(page, home)
    authenticator.send("setUserVerified", isUserVerified=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used.")
    assert_accessible(page)
    authenticator.send("setUserVerified", isUserVerified=True)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_n82_a_copy_whose_counter_is_behind_is_refused(plugged_in, home, name):
    page, authenticator = plugged_in()
    sign_in(page, home, name)
    add_passkey(page, home)
    expect(page.get_by_role("status")).to_be_visible()
    [copy] = authenticator.credentials
    for _ in range(2):
        sign_out(page, home)
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    sign_out(page, home)
    authenticator.send("removeCredential", credentialId=copy["credentialId"])
    authenticator.send("addCredential", credential={**copy, "signCount": 0})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work.")


def test_the_same_device_is_not_registered_twice(plugged_in, home, name):
    page, authenticator = plugged_in()
    sign_in(page, home, name)
    add_passkey(page, home)
    expect(page.get_by_role("status")).to_be_visible()
    add_passkey(page, home)
    expect(page.get_by_role("alert")).to_contain_text("No passkey was made.")
    assert len(authenticator.credentials) == 1


def test_n82_an_answer_sent_again_is_refused(plugged_in, home, name):
    page, _ = plugged_in()
    sign_in(page, home, name)
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.post_data or "") if request.method == "POST" else None,
    )
    add_passkey(page, home)
    expect(page.get_by_role("status")).to_be_visible()
    again = page.request.post(
        f"{home.url}/account/passkeys",
        data=sent[-1],
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert again.status == 400


def test_without_scripts_the_page_says_what_is_missing(visit, home, name):
    page = visit(locale="en-GB", java_script_enabled=False)
    page.goto(f"{home.url}/account")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_role("main")).to_contain_text("this browser must run scripts")
    sign_in(page, home, name)
    page.goto(f"{home.url}/account/passkeys")
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
    expect(page.get_by_role("main")).to_contain_text("this browser must run scripts")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(visit, home, name, scheme):
    page = visit(locale="en-GB", color_scheme=scheme)
    Authenticator(page)
    page.goto(f"{home.url}/account")
    expect(page.get_by_text("this browser must run scripts")).to_be_hidden()
    assert_accessible(page)
    picture(page, f"passkeys-sign-in-{scheme}")
    sign_in(page, home, name)
    page.goto(f"{home.url}/account/passkeys")
    assert_accessible(page)
    picture(page, f"passkeys-none-{scheme}")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert_accessible(page)
    picture(page, f"passkeys-overview-{scheme}")
    page.goto(f"{home.url}/account/passkeys")
    assert_accessible(page)
    picture(page, f"passkeys-one-{scheme}")
