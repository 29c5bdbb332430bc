"""A person signs in at the authorization server of a server behind the gateway, in a real browser.

The server behind the gateway is guarded by another Sumun. The program is the client of the MCP
Python SDK, which knows nothing of that: it opens the page it is asked to open.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, NamedTuple

import httpx2
import pytest
from mcp import Client, MCPError, UrlElicitationRequiredError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.e2e.pages import (
    assert_accessible,
    chromium_fixture,  # noqa: F401
    picture,
    visit_fixture,  # noqa: F401
)
from tests.e2e.program import Program

PASSWORD = "correct horse battery staple"
REDIRECT_URI = "http://127.0.0.1:49154/callback"
THERE = """
[servers.customers]
url = "{sample}"
"""
HERE = """
[servers.customers]
url = "{hop}/mcp"

[servers.customers.credential]
kind = "sign_in"
issuer = "{issuer}"
resource = "{issuer}/mcp/customers"
client_id = "{client_id}"
client_secret = "{client_secret}"
scope = "mcp:customers"
"""
KOREAN = {
    "User name": "사용자 이름",
    "Password": "비밀번호",
    "Sign in": "로그인",
    "Allow": "허용",
    "Connected": "연결됨",
    "Withdraw": "철회",
}
PASSED = ("content-type", "mcp-session-id")


class Hop:
    """Stands between the gateway and the server, and keeps what the server is shown."""

    def __init__(self, to: str) -> None:
        self.to = to
        self.shown: list[str] = []

    async def pass_on(self, request: Request) -> Response:
        """Hand a request on."""
        self.shown.append(request.headers.get("authorization", ""))
        left = {"host", "content-length", "accept-encoding", "connection"}
        headers = {name: text for name, text in request.headers.items() if name not in left}
        async with httpx2.AsyncClient(trust_env=False, timeout=20) as http:
            answer = await http.request(
                request.method, self.to, content=await request.body(), headers=headers
            )
        kept = {name: answer.headers[name] for name in PASSED if name in answer.headers}
        return Response(answer.content, answer.status_code, headers=kept)


class Pair(NamedTuple):
    """The gateway ``here``, and what guards the server ``there``."""

    here: Any
    there: Any
    hop: Hop

    def person(self, name: str) -> None:
        """Register somebody at both, by another name there."""
        self.here.command("user", "add", name, stdin=f"{PASSWORD}\n")
        self.there.command("user", "add", f"{name}-there", stdin=f"{PASSWORD}\n")

    def calls_there(self) -> list[dict[str, Any]]:
        """What the server's own log says of tool calls."""
        log = self.there.directory / "data" / "logs" / "security_audit.log"
        events = map(json.loads, log.read_text(encoding="utf-8").splitlines())
        return [each for each in events if each["event_type"] == "tool_call"]


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
def pair(
    at_home: Callable[..., Any],
    sample: str,
    served: Callable[..., Any],
    free_port: Callable[[], int],
) -> Iterator[Pair]:
    there = at_home("guarded")
    here = at_home("gate")
    # Two servers at one name would share their cookies, whatever their ports (RFC 6265 §8.5).
    url = here.url.replace("localhost", "127.0.0.1")
    here = replace(here, url=url, environ={**here.environ, "SUMUN_ISSUER": url})
    hop = Hop(f"{there.url}/mcp/customers")
    routes = [Route("/mcp", hop.pass_on, methods=["POST", "DELETE"])]
    with ExitStack() as running:
        (there.directory / "sumun.toml").write_text(THERE.format(sample=sample), encoding="utf-8")
        running.enter_context(there.running())
        registered = there.command(
            "client",
            "add",
            "gate",
            "--redirect-uri",
            f"{here.url}/upstream/callback/customers",
            "--scope",
            "mcp:customers",
        )
        settings = HERE.format(
            hop=running.enter_context(served(Starlette(routes=routes), free_port())),
            issuer=there.url,
            client_id=registered["client_id"],
            client_secret=registered["client_secret"],
        )
        (here.directory / "sumun.toml").write_text(settings, encoding="utf-8")
        running.enter_context(here.running())
        yield Pair(here, there, hop)


class Finding(Program):
    """It looks somebody up, and goes where it is told to send the person first."""

    def __init__(self, url: str, mode: str) -> None:
        super().__init__(url, REDIRECT_URI)
        self._mode = mode

    async def call(self) -> None:
        async with httpx2.AsyncClient(auth=self.auth(), timeout=30, trust_env=False) as http:
            self.result = await self._find(http)
            if isinstance(self.result, MCPError):
                needed = UrlElicitationRequiredError.from_error(self.result.error)
                await self.open(needed.elicitations[0].url)
                assert await self.answered() == "accept"
                self.result = await self._find(http)  # in a session of the server's own

    async def _elicit(self, _context: Any, params: Any) -> ElicitResult:
        assert params.mode == "url"
        await self.open(params.url)
        return ElicitResult(action=await self.answered())

    async def _find(self, http: httpx2.AsyncClient) -> Any:
        async with Client(
            streamable_http_client(self.url, http_client=http),
            mode=self._mode,
            elicitation_callback=self._elicit,
        ) as client:
            try:
                return await client.call_tool("find_customer", {"query": "김"})
            except MCPError as error:
                return error


class Person:
    """Somebody in front of a browser, in their language."""

    def __init__(self, page: Page, name: str, *, korean: bool) -> None:
        self.page = page
        self.name = name
        self._korean = korean
        self.came: list[str] = []
        page.route(f"{REDIRECT_URI}**", self._arrive)

    def say(self, text: str) -> str:
        """Return what a page calls it."""
        return KOREAN[text] if self._korean else text

    def press(self, text: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=self.say(text), exact=True).first.click()

    def sign_in(self, name: str) -> None:
        """Fill in the sign-in page."""
        self.page.get_by_label(self.say("User name")).fill(name)
        self.page.get_by_label(self.say("Password")).fill(PASSWORD)
        self.press("Sign in")

    def authorize(self, program: Program) -> None:
        """Let the program call the gateway."""
        self.page.goto(program.start())
        self.sign_in(self.name)
        self.press("Allow")
        self.page.wait_for_url(f"{REDIRECT_URI}**")
        program.answer(self.came[-1])

    def connect(self, url: str, pair: Pair) -> None:
        """Let the program use the server as oneself."""
        self.page.goto(url)
        main = self.page.get_by_role("main")
        for said in ("Acme Assistant", "customers", "localhost", "mcp:customers"):
            expect(main).to_contain_text(said)
        self.press("Allow")
        self.page.wait_for_url(f"{pair.there.url}/**")
        self.sign_in(f"{self.name}-there")
        self.press("Allow")
        self.page.wait_for_url(f"{pair.here.url}/upstream/callback/**")
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_text(self.say("Connected"))

    def _arrive(self, route: Any) -> None:
        self.came.append(route.request.url)
        route.fulfill(content_type="text/html", body="<title>Back</title>")


@pytest.mark.parametrize(
    ("locale", "mode"), [("en-GB", "2026-07-28"), ("ko-KR", "auto")], ids=["en", "ko"]
)
def test_a_client_is_asked_the_person_signs_in_and_the_call_goes_through(visit, pair, locale, mode):
    name = f"mina-{locale}-{mode}".lower()
    pair.person(name)
    pair.hop.shown.clear()
    person = Person(visit(locale=locale), name, korean=locale == "ko-KR")
    program = Finding(f"{pair.here.url}/mcp/customers", mode)
    person.authorize(program)
    url = program.opened()
    assert url.startswith(f"{pair.here.url}/account/connect?link=")
    assert pair.hop.shown == [] or set(pair.hop.shown) == {""}, "only looked whether it is there"
    person.page.goto(url)
    assert_accessible(person.page)
    picture(person.page, f"connect-{locale}")
    person.connect(url, pair)
    assert_accessible(person.page)
    picture(person.page, f"connected-{locale}")
    program.answer("accept")
    program.end()
    assert not program.result.is_error
    assert "PERSON:" in repr(program.result)

    own = program.memory.tokens.access_token
    shown = {each for each in pair.hop.shown if each}
    assert shown, "the server was called"
    assert all(each.startswith("Bearer ") and own not in each for each in shown)
    users = {each["username"]: each["user_id"] for each in pair.there.command("user", "list")}
    call = pair.calls_there()[-1]
    assert call["user_id"] == users[f"{name}-there"], "it saw the person as they are there"

    person.page.goto(f"{pair.here.url}/account")
    section = person.page.locator("section[aria-labelledby=connections]")
    expect(section).to_contain_text("Acme Assistant")
    assert_accessible(person.page)
    picture(person.page, f"connections-{locale}")
    section.get_by_role("button", name=person.say("Withdraw")).click()
    expect(person.page.locator("section[aria-labelledby=connections]")).to_have_count(0)


def test_a_legacy_client_gets_the_error_that_names_the_page(visit, pair):
    pair.person("minjun")
    person = Person(visit(locale="en-GB"), "minjun", korean=False)
    program = Finding(f"{pair.here.url}/mcp/customers", "legacy")
    person.authorize(program)
    person.connect(program.opened(), pair)
    program.answer("accept")
    program.end()
    assert "PERSON:" in repr(program.result)


def test_a_link_that_somebody_else_opens_leads_them_nowhere(visit, pair):
    for name in ("sora", "mallory"):
        pair.person(name)
    person = Person(visit(locale="en-GB"), "sora", korean=False)
    program = Finding(f"{pair.here.url}/mcp/customers", "2026-07-28")
    person.authorize(program)
    url = program.opened()
    other = Person(visit(locale="en-GB"), "mallory", korean=False)
    other.page.goto(url)
    other.sign_in("mallory")
    expect(other.page.get_by_role("main")).to_contain_text("made for somebody else")
    assert_accessible(other.page)
    program.answer("decline")
    program.end()
    assert program.result.is_error
    assert "chose not to sign in" in repr(program.result)
