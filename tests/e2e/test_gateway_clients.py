"""Real MCP clients of both eras against the running server, in front of the sample server."""

import asyncio
import base64
import json
import re
import subprocess
import sys
import threading
import urllib.parse

import fastmcp
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPDeprecationWarning

from sumun.config import Config, OAuthConfig, ServerConfig, UpstreamConfig
from sumun.sample.customers import CUSTOMERS
from sumun.server.app import create_app
from sumun.server.listener import Listener
from sumun.server.process import DrainingServer

ISSUER = "http://127.0.0.1:8081"
FORMS = {
    "json": [],
    "streams": ["--sse"],
    "stateless": ["--stateless"],
    "both": ["--sse", "--stateless"],
}
ERAS = ["legacy", "auto", "2026-07-28"]
TOOLS = {
    "find_customer": {"query": "김"},
    "list_customers": {"limit": 24},
    "export_customers": {},
    "get_order": {"order_id": "ORD-5001"},
    "add_note": {"customer_id": "C-1001", "note": "Call minjun.kim@example.kr, 010-1234-5678"},
    "echo": {"text": "880214-2974120 and 4111-1111-1111-1111"},
}
OWN_TOOLS = {
    "get_oauth2_server_status": {},
    "create_oauth2_test_token": {},
    "get_oauth2_flow_guide": {},
    "validate_oauth2_setup": {},
    "test_pii_detection": {"text": "minjun.kim@example.kr"},
    "test_encryption": {"text": "minjun.kim@example.kr"},
    "get_security_audit_log": {},
    "simulate_data_breach_detection": {},
    "generate_security_report": {},
}
PERSONAL = sorted(
    {
        value
        for customer in CUSTOMERS.values()
        for value in (
            customer.email,
            customer.phone,
            customer.rrn,
            customer.ssn,
            customer.card_number,
            customer.bank_account,
        )
        if value
    }
)
NAMES = sorted(customer.name for customer in CUSTOMERS.values())
RECORDS = {"find_customer", "list_customers", "export_customers"}
"""Where a name stands in a field of its own; in running text it is not found yet."""


def forms_of(value):
    """Return how a value could be written in a message."""
    yield value
    yield json.dumps(value)[1:-1]
    yield urllib.parse.quote(value)
    yield base64.b64encode(value.encode()).decode().rstrip("=")
    if digits := re.sub(r"\D", "", value):
        yield digits if len(digits) >= 9 and "@" not in value else value


def leaks(text, values=PERSONAL):
    return [value for value in values if any(form in text for form in forms_of(value))]


@pytest.fixture(scope="module")
def samples():
    """The sample server in all its forms."""
    processes = {
        form: subprocess.Popen(
            [sys.executable, "-m", "sumun.sample", *options], stdout=subprocess.PIPE, text=True
        )
        for form, options in FORMS.items()
    }
    yield {form: json.loads(each.stdout.readline())["url"] for form, each in processes.items()}
    for process in processes.values():
        process.kill()
        process.stdout.close()
        process.wait()


class Gateway:
    def __init__(self, url, directory):
        self.url = url
        self.log = directory / "logs" / "security_audit.log"
        self.tokens = {}

    def path(self, server):
        return f"/mcp/{server}" if server else "/mcp"

    def token(self, server):
        if server not in self.tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": "mcp-client",
                "client_secret": "secret",
                "resource": ISSUER + self.path(server),
            }
            answer = httpx2.post(f"{self.url}/oauth2/token", data=form)
            self.tokens[server] = answer.json()["access_token"]
        return self.tokens[server]

    def http(self, server, seen):
        """Return an HTTP client that keeps everything it receives."""

        async def keep(response):
            seen.append(str(response.headers))
            stream = response.stream

            class Kept(httpx2.AsyncByteStream):
                async def __aiter__(self):
                    async for chunk in stream:
                        seen.append(chunk.decode())
                        yield chunk

                async def aclose(self):
                    await stream.aclose()

            response.stream = Kept()

        headers = {"Authorization": f"Bearer {self.token(server)}"}
        return httpx2.AsyncClient(headers=headers, event_hooks={"response": [keep]}, timeout=20)


@pytest.fixture(scope="module")
def gateway(samples, tmp_path_factory):
    directory = tmp_path_factory.mktemp("data")
    config = Config(
        mode="development",
        issuer=ISSUER,
        data_dir=str(directory),
        oauth=OAuthConfig(demo_client=True),
        server=ServerConfig(port=0, drain_timeout=0.5),
        servers={form: UpstreamConfig(url=url) for form, url in samples.items()},
    )
    ready = threading.Event()
    server = DrainingServer(Listener(lambda: create_app(config), config.server), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Gateway(f"http://127.0.0.1:{port}", directory)
    server.should_exit = True
    thread.join(10)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("form", FORMS)
async def test_everything_works_through_the_gateway_and_nothing_leaks(gateway, form, era):
    seen, progress = [], []

    async def note(done, total, message):
        progress.append((done, total, message))

    async with gateway.http(form, seen) as http:
        url = gateway.url + gateway.path(form)
        async with Client(streamable_http_client(url, http_client=http), mode=era) as client:
            if era != "2026-07-28":  # told the revision, a client asks no questions first
                assert client.server_info.name == "sample-customers"
            assert {tool.name for tool in (await client.list_tools()).tools} == set(TOOLS)
            for tool, arguments in TOOLS.items():
                result = await client.call_tool(tool, arguments, progress_callback=note)
                assert not result.is_error, (tool, result.content)
                assert result.structured_content
                assert leaks(repr(result), NAMES if tool in RECORDS else []) == []
            resource = await client.read_resource("customers://directory")
            assert "<EMAIL_ADDRESS:" in resource.contents[0].text
            prompt = await client.get_prompt("letter", {"customer_id": "C-1001"})
            assert leaks(repr((resource, prompt, progress))) == []
            if era == "legacy":
                with pytest.warns(MCPDeprecationWarning):
                    await client.send_ping()
    received = "".join(seen)
    assert len(received) > 10_000
    assert leaks(received) == []
    if "--sse" in FORMS[form]:
        assert [done for done, _, _ in progress][-1] == len(CUSTOMERS)
        assert all("example" not in message for _, _, message in progress)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("form", ["json", "streams"])
async def test_the_other_common_client(gateway, form, era):
    url = gateway.url + gateway.path(form)
    async with fastmcp.Client(url, auth=gateway.token(form), mode=era) as client:
        assert {tool.name for tool in await client.list_tools()} == set(TOOLS)
        for tool, arguments in TOOLS.items():
            result = await client.call_tool(tool, arguments)
            assert leaks(repr(result)) == []
        assert leaks(repr(await client.read_resource("customers://directory"))) == []
        prompt = await client.get_prompt("letter", {"customer_id": "C-2001"})
        assert leaks(repr(prompt)) == []


@pytest.mark.parametrize("era", ERAS)
async def test_sumuns_own_tools(gateway, era):
    async with fastmcp.Client(gateway.url + "/mcp", auth=gateway.token(""), mode=era) as client:
        names = {tool.name for tool in await client.list_tools()}
        own = {name for name in names if "__" not in name}  # the others are the servers'
        assert own == {*OWN_TOOLS, "reveal"}
        for tool, arguments in OWN_TOOLS.items():
            result = await client.call_tool(tool, arguments, raise_on_error=False)
            assert not result.is_error, (tool, result.content)


async def test_a_session_ends_when_its_client_says_so(gateway):
    url = gateway.url + gateway.path("json")
    headers = {
        "Authorization": f"Bearer {gateway.token('json')}",
        "Accept": "application/json, text/event-stream",
    }
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    async with httpx2.AsyncClient(headers=headers) as http:
        opened = await http.post(url, json=message)
        session = {"Mcp-Session-Id": opened.headers["mcp-session-id"]}
        listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
        assert (await http.post(url, json=listing, headers=session)).status_code == 200
        assert (await http.delete(url, headers=session)).status_code in {200, 204}
        assert (await http.post(url, json=listing, headers=session)).status_code == 404


async def test_the_log_holds_no_value_token_or_secret(gateway):
    await asyncio.sleep(0.2)
    log = gateway.log.read_text(encoding="utf-8")
    assert log.count("\n") > 50
    assert leaks(log, PERSONAL + NAMES) == []
    for token in gateway.tokens.values():
        assert token not in log
        assert token.rpartition(".")[2] not in log
