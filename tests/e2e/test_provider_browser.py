"""A person signs in at one Sumun by their account at another, in a real browser.

The program they do it for is the client of the MCP Python SDK, which knows nothing of that.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, NamedTuple

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import Page, expect
from tests.e2e.pages import (
    assert_accessible,
    chromium_fixture,  # noqa: F401
    picture,
    visit_fixture,  # noqa: F401
)
from tests.e2e.program import Program

PASSWORD = "correct horse battery staple"
REDIRECT_URI = "http://127.0.0.1:49153/callback"
SETTINGS = """
[servers.customers]
url = "{sample}"

[oauth.providers.partner]
issuer = "{issuer}"
client_id = "{client_id}"
client_secret = "{client_secret}"
label = "Partner"
sign_up = {sign_up}
"""


class Pair(NamedTuple):
    """Two servers: people sign in at ``here`` with their accounts at ``there``."""

    here: Any
    there: Any

    def person(self, name: str, *, where: str) -> str:
        """Register somebody at one of them."""
        getattr(self, where).command("user", "add", name, stdin=f"{PASSWORD}\n")
        return name


@pytest.fixture(scope="module")
def sample() -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sumun.sample"], stdout=subprocess.PIPE, text=True
    )
    yield json.loads(process.stdout.readline())["url"]
    process.kill()
    process.stdout.close()
    process.wait()


@pytest.fixture(scope="module")
def pair(at_home: Callable[..., Any], sample: str) -> Iterator[Callable[..., Pair]]:
    """Return what starts the server here that lets strangers in, or not, beside the one there."""
    there = at_home("there")
    started: dict[bool, Pair] = {}
    with ExitStack() as running:
        running.enter_context(there.running())

        def start(*, sign_up: bool) -> Pair:
            if sign_up not in started:
                here = _under_another_name(at_home(f"here-{sign_up}"))
                registered = there.command(
                    "client",
                    "add",
                    f"here-{sign_up}",
                    "--redirect-uri",
                    f"{here.url}/sign-in/callback/partner",
                    "--scope",
                    "openid profile",
                )
                settings = SETTINGS.format(
                    sample=sample,
                    issuer=there.url,
                    client_id=registered["client_id"],
                    client_secret=registered["client_secret"],
                    sign_up=str(sign_up).lower(),
                )
                (here.directory / "sumun.toml").write_text(settings, encoding="utf-8")
                running.enter_context(here.running())
                started[sign_up] = Pair(here, there)
            return started[sign_up]

        yield start


def _under_another_name(home: Any) -> Any:
    """Two servers at one name would share their cookies, whatever their ports (RFC 6265 §8.5)."""
    url = home.url.replace("localhost", "127.0.0.1")
    return replace(home, url=url, environ={**home.environ, "SUMUN_ISSUER": url})


class Finding(Program):
    """It looks somebody up."""

    async def call(self) -> None:
        async with (
            httpx2.AsyncClient(auth=self.auth(), timeout=30, trust_env=False) as http,
            Client(streamable_http_client(self.url, http_client=http)) as client,
        ):
            self.result = await client.call_tool("find_customer", {"query": "김"})


def sign_in(page: Page, name: str, *, korean: bool = False) -> None:
    page.get_by_label("사용자 이름" if korean else "User name").fill(name)
    page.get_by_label("비밀번호" if korean else "Password").fill(PASSWORD)
    page.get_by_role("button", name="로그인" if korean else "Sign in", exact=True).click()


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_from_an_mcp_client_over_both_servers_to_a_tool(visit, pair, locale, scripts):
    servers = pair(sign_up=True)
    korean = locale == "ko-KR"
    name = servers.person(f"mina-{locale}-{scripts}".lower(), where="there")
    page = visit(locale=locale, java_script_enabled=scripts)
    came: list[str] = []

    def arrive(route: Any) -> None:
        came.append(route.request.url)
        route.fulfill(content_type="text/html", body="<title>Back</title>")

    page.route(f"{REDIRECT_URI}**", arrive)
    program = Finding(f"{servers.here.url}/mcp/customers", REDIRECT_URI)
    page.goto(program.start())
    assert page.url.startswith(servers.here.url)
    if scripts:  # which looking for findings needs
        assert_accessible(page)
    picture(page, f"provider-sign-in-{locale}")
    press(page, "Partner(으)로 계속" if korean else "Continue with Partner")
    page.wait_for_url(f"{servers.there.url}/**")
    sign_in(page, name, korean=korean)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("here-", re.IGNORECASE))
    press(page, "허용" if korean else "Allow")
    page.wait_for_url(f"{servers.here.url}/consent**")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Acme Assistant")
    assert came == [], "nothing was granted yet"
    press(page, "허용" if korean else "Allow")
    page.wait_for_url(f"{REDIRECT_URI}**")
    program.answer(came[0])
    program.end()
    assert not program.result.is_error
    assert "PERSON:" in repr(program.result)
    assert program.memory.tokens.scope.split()[0] == "mcp:customers"
    page.goto(f"{servers.here.url}/account")
    expect(page.get_by_role("main")).to_contain_text("partner:")
    assert all(
        each["username"].startswith("partner:") for each in servers.here.command("user", "list")
    ), "nobody has a name that could be a name of ours"


def test_linking_using_and_unlinking(visit, pair):
    servers = pair(sign_up=False)
    servers.person("minjun", where="here")
    servers.person("minjun-there", where="there")
    page = visit(locale="en-GB")
    page.goto(f"{servers.here.url}/account/providers")
    sign_in(page, "minjun")
    page.wait_for_url(f"{servers.here.url}/account/providers")
    press(page, "Link with Partner")
    sign_in(page, "minjun-there")
    press(page, "Allow")
    page.wait_for_url(f"{servers.here.url}/account/providers**")
    expect(page.get_by_role("main")).to_contain_text("The account is linked.")
    assert_accessible(page)
    picture(page, "provider-linked")

    other = visit(locale="en-GB")
    other.goto(f"{servers.here.url}/account")
    press(other, "Continue with Partner")
    sign_in(other, "minjun-there")
    if "/consent" in other.url:
        press(other, "Allow")
    other.wait_for_url(f"{servers.here.url}/account")
    expect(other.get_by_role("main")).to_contain_text("minjun")

    press(page, "Unlink")
    expect(page.get_by_role("main")).to_contain_text("no longer linked")
    press(other, "Sign out")
    other.goto(f"{servers.here.url}/account")
    press(other, "Continue with Partner")
    other.wait_for_url(f"{servers.here.url}/sign-in/callback/partner**")
    expect(other.get_by_role("main")).to_contain_text("Nobody here is linked")


@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_who_is_refused_sees_why_and_the_operator_too(visit, pair, locale):
    servers = pair(sign_up=False)
    korean = locale == "ko-KR"
    name = servers.person(f"stranger-{locale}".lower(), where="there")
    page = visit(locale=locale)
    page.goto(f"{servers.here.url}/account")
    press(page, "Partner(으)로 계속" if korean else "Continue with Partner")
    sign_in(page, name, korean=korean)
    press(page, "허용하지 않음" if korean else "Do not allow")
    page.wait_for_url(f"{servers.here.url}/sign-in/callback/partner**")
    expect(page.locator("html")).to_have_attribute("lang", locale[:2])
    main = page.get_by_role("main")
    expect(main).to_contain_text(
        "Partner에서 진행하지 않았습니다." if korean else "You did not go on at Partner."
    )
    assert_accessible(page)
    picture(page, f"provider-refused-{locale}")
    reference = re.search(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", main.inner_text()).group()
    [step] = servers.here.command("trace", reference)["steps"]
    assert (step["code"], step["outcome"]) == ("provider_cancelled", "refused")
