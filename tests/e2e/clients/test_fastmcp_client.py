"""FastMCP's client: it opens a browser, listens on a port of its own, and starts again later."""

import threading
import time
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import fastmcp
import httpx2
import pytest
from fastmcp.client.auth import OAuth
from key_value.aio.stores.memory import MemoryStore

# It says that what is kept in memory is gone afterwards.
pytestmark = pytest.mark.filterwarnings("ignore:Using in-memory token storage")

ERAS = ["legacy", "2026-07-28"]


class Browser:
    """Goes where it is sent, by itself; the client begins to listen only after opening it."""

    def __init__(self):
        self.asked = []
        self.pages = []
        self._threads = []

    def open(self, url):
        query = parse_qs(urlsplit(url).query)
        self.asked.append({name: values[0] for name, values in query.items()})
        self._threads.append(threading.Thread(target=self._go, args=(url,)))
        self._threads[-1].start()

    def _go(self, url):
        with httpx2.Client(trust_env=False) as http:
            answer = http.get(url)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                with suppress(httpx2.ConnectError):
                    self.pages.append(http.get(answer.headers["location"]))
                    return
                time.sleep(0.05)

    def close(self):
        for thread in self._threads:
            thread.join()


@pytest.fixture
def browser(monkeypatch):
    browser = Browser()
    monkeypatch.setattr("webbrowser.open", browser.open)
    yield browser
    browser.close()


async def call(server, auth, era, tool="find_customer"):
    async with fastmcp.Client(server.mcp, auth=auth, mode=era) as client:
        result = await client.call_tool(tool, {"query": "김"} if tool == "find_customer" else {})
    assert "<EMAIL_ADDRESS:" in repr(result)


@pytest.mark.parametrize("era", ERAS)
async def test_in_one_word(server, browser, era):
    await call(server, "oauth", era)
    (asked,) = browser.asked
    assert asked["resource"] == server.mcp
    assert browser.pages[0].status_code == 200


@pytest.mark.parametrize("era", ERAS)
async def test_starting_again_on_another_port(server, browser, era):
    kept = MemoryStore()
    await call(server, OAuth(token_storage=kept), era)
    await call(server, OAuth(token_storage=kept), era)
    assert len(browser.asked) == 1, "the token was kept"
    again = OAuth(mcp_url=server.mcp, token_storage=kept)
    await again.token_storage_adapter._storage_oauth_token.delete(
        key=again.token_storage_adapter._get_token_cache_key()
    )
    await call(server, again, era)
    first, second = browser.asked
    assert first["client_id"] == second["client_id"]
    assert first["redirect_uri"] != second["redirect_uri"]


@pytest.mark.parametrize("era", ERAS)
async def test_known_by_its_document(server, browser, era):
    document = server.documents.publish(
        f"/fastmcp/{era}.json",
        client_name="FastMCP Client",
        redirect_uris=["http://localhost/callback"],
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="none",
    )
    await call(server, OAuth(client_metadata_url=document), era)
    assert browser.asked[0]["client_id"] == document


async def test_stepping_up(server, browser):
    auth = OAuth()
    await call(server, auth, "2026-07-28")
    await call(server, auth, "2026-07-28", "export_customers")
    first, second = (set(asked["scope"].split()) for asked in browser.asked)
    assert second - first == {"mcp:customers:export_customers", "pii:contact"}


async def test_a_client_that_was_removed_registers_again(server, browser):
    kept = MemoryStore()
    auth = OAuth(mcp_url=server.mcp, token_storage=kept)
    await call(server, auth, "2026-07-28")
    server.command("client", "remove", browser.asked[0]["client_id"], "--yes")
    auth = OAuth(mcp_url=server.mcp, token_storage=kept)
    await auth.token_storage_adapter._storage_oauth_token.delete(
        key=auth.token_storage_adapter._get_token_cache_key()
    )
    await call(server, auth, "2026-07-28")
    first, second = browser.asked
    assert first["client_id"] != second["client_id"]
