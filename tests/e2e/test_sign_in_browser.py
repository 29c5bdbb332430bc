"""A person in a real browser: they sign in, decide, and a program acts for them."""

import base64
import hashlib
import http.server
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from playwright.sync_api import Page, expect
from tests.e2e.pages import (
    assert_accessible,
    chromium_fixture,  # noqa: F401
    listen,
    picture,
    visit_fixture,  # noqa: F401
)

SUMUN = Path(sys.executable).parent / "sumun"


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory,
    free_port: Callable[[], int],
    wait_for: Callable[[str], None],
) -> Iterator[str]:
    """Return the issuer of a running demonstration."""
    directory = tmp_path_factory.mktemp("demo")
    port = free_port()
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SUMUN_")}
    with (directory / "demo.log").open("wb") as log:
        server = subprocess.Popen(
            [SUMUN, "demo", "--port", str(port)],
            cwd=directory,
            env=kept,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    issuer = f"http://localhost:{port}"
    wait_for(f"{issuer}/readyz")
    yield issuer
    server.terminate()
    server.wait(30)


@dataclass
class Program:
    """A program on this computer that listens at a port, as MCP clients do."""

    issuer: str
    port: int
    client_id: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    came: dict[str, str] = field(default_factory=dict)

    @property
    def redirect_uri(self) -> str:
        return f"http://127.0.0.1:{self.port}/callback"

    @property
    def resource(self) -> str:
        return f"{self.issuer}/mcp/customers"

    def discover(self) -> dict[str, object]:
        url = f"{self.issuer}/.well-known/oauth-authorization-server"
        return httpx2.get(url, trust_env=False).json()

    def register(self) -> None:
        metadata = {
            "client_name": "Acme Assistant",
            "redirect_uris": ["http://127.0.0.1/callback"],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
            "application_type": "native",
        }
        where = str(self.discover()["registration_endpoint"])
        answer = httpx2.post(where, json=metadata, trust_env=False)
        assert answer.status_code == 201, answer.text
        self.client_id = answer.json()["client_id"]

    def authorize_url(self, scope: str, **more: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest())
        query = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "scope": scope,
            "resource": self.resource,
            "state": self.state,
            **more,
        }
        return f"{self.discover()['authorization_endpoint']}?{urlencode(query)}"

    def redeem(self) -> dict[str, object]:
        form = {
            "grant_type": "authorization_code",
            "code": self.came["code"],
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
            "resource": self.resource,
        }
        where = str(self.discover()["token_endpoint"])
        answer = httpx2.post(where, data=form, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def call(self, token: str) -> str:
        """Call a tool behind the gateway; return what comes back."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2025-06-18",
        }
        hello = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "acme", "version": "1"},
        }
        steps = [
            {"id": 1, "method": "initialize", "params": hello},
            {
                "id": 2,
                "method": "tools/call",
                "params": {"name": "find_customer", "arguments": {"query": "김민준"}},
            },
        ]
        with httpx2.Client(headers=headers, trust_env=False) as client:
            for step in steps:
                answer = client.post(self.resource, json={"jsonrpc": "2.0", **step})
                assert answer.status_code == 200, answer.text
                if session := answer.headers.get("mcp-session-id"):
                    client.headers["mcp-session-id"] = session
        return answer.text


@pytest.fixture
def program(demo: str) -> Iterator[Program]:
    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            if self.path.startswith("/callback"):
                made.came.update({name: values[0] for name, values in query.items()})
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Back</title><p>You can close this.</p>")

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    made = Program(demo, server.server_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made.register()
    yield made
    server.shutdown()
    server.server_close()


def sign_in(page: Page, user: str, password: str, *, korean: bool = False) -> None:
    page.get_by_label("사용자 이름" if korean else "User name").fill(user)
    page.get_by_label("비밀번호" if korean else "Password").fill(password)
    page.get_by_role("button", name="로그인" if korean else "Sign in", exact=True).click()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_from_sign_in_to_a_protected_call(visit, program, locale, scripts):
    korean = locale == "ko-KR"
    page = visit(locale=locale, java_script_enabled=scripts)
    page.goto(program.authorize_url("mcp:customers pii:contact offline_access"))
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    sign_in(page, "demo", "demo", korean=korean)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Acme Assistant")
    expect(page.get_by_role("main")).to_contain_text(f"127.0.0.1:{program.port}")
    expect(page.get_by_role("main")).to_contain_text("연락처" if korean else "contact details")
    data = page.get_by_role("checkbox", name=re.compile("연락처" if korean else "contact"))
    expect(data).not_to_be_checked()
    page.get_by_role("button", name="허용" if korean else "Allow", exact=True).click()
    wait_until(lambda: program.came)
    assert program.came["state"] == program.state
    assert program.came["iss"] == program.issuer
    tokens = program.redeem()
    assert tokens["scope"] == "mcp:customers offline_access"
    assert "refresh_token" in tokens
    answered = program.call(str(tokens["access_token"]))
    assert "PERSON:" in answered
    assert "010-" not in json.dumps(answered)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_every_page_is_accessible(visit, program, locale, scheme):
    korean = locale == "ko-KR"
    page = visit(locale=locale, color_scheme=scheme)
    name = f"{locale[:2]}-{scheme}"
    page.goto(program.authorize_url("mcp:customers pii:contact openid offline_access"))
    assert_accessible(page)
    picture(page, f"sign-in-{name}")
    sign_in(page, "demo", "wrong", korean=korean)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("사용자 이름" if korean else "User name")).to_have_value("demo")
    assert_accessible(page)
    picture(page, f"sign-in-wrong-{name}")
    sign_in(page, "demo", "demo", korean=korean)
    expect(
        page.get_by_role("button", name="허용" if korean else "Allow", exact=True)
    ).to_be_visible()
    assert_accessible(page)
    picture(page, f"consent-{name}")
    page.goto(page.url.replace("ticket=", "ticket=x"))
    assert_accessible(page)
    picture(page, f"over-{name}")
    page.goto(f"{program.issuer}/oauth2/authorize?client_id=nobody")
    assert_accessible(page)
    picture(page, f"problem-{name}")


def test_everything_fits_a_telephone(visit, program):
    page = visit(viewport={"width": 320, "height": 640}, locale="ko-KR")
    page.goto(program.authorize_url("mcp:customers pii:contact offline_access"))
    picture(page, "sign-in-phone")
    sign_in(page, "demo", "demo", korean=True)
    expect(page.get_by_role("button", name="허용", exact=True)).to_be_visible()
    picture(page, "consent-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_is_enough(visit, program):
    page = visit(locale="en-GB")
    page.goto(program.authorize_url("mcp:customers pii:contact"))
    page.keyboard.type("demo")
    page.keyboard.press("Tab")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Allow"))).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "deny":
            break
    page.keyboard.press("Enter")
    wait_until(lambda: program.came)
    assert program.came["error"] == "access_denied"


def test_the_language_can_be_switched_and_stays(visit, program):
    page = visit(locale="en-GB")
    page.goto(program.authorize_url("mcp:customers"))
    page.get_by_role("link", name="한국어").click()
    expect(page.get_by_label("비밀번호")).to_be_visible()
    sign_in(page, "demo", "demo", korean=True)
    expect(page.get_by_role("link", name="English")).to_be_visible()


def test_going_back_after_the_decision_leads_nowhere(visit, program):
    page = visit(locale="en-GB")
    page.goto(program.authorize_url("mcp:customers"))
    sign_in(page, "demo", "demo")
    page.get_by_role("button", name="Allow", exact=True).click()
    page.wait_for_url(lambda url: not url.startswith(program.issuer))
    page.go_back()
    expect(page.get_by_role("heading", name="This page is over")).to_be_visible()


def test_the_pages_need_nothing_from_elsewhere_and_break_no_rule(visit, program):
    page = visit(locale="en-GB")
    wrong, asked = listen(page)
    page.goto(program.authorize_url("mcp:customers"))
    sign_in(page, "demo", "demo")
    expect(page.get_by_role("button", name="Allow", exact=True)).to_be_visible()
    assert wrong == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(program.issuer).netloc}
