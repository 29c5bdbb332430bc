"""Real MCP clients through the gateway to servers on standard streams, and to one of HTTP+SSE."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import ListRootsResult, Root

from sumun.config import Config, OAuthConfig, ServerConfig, UpstreamConfig
from sumun.server.app import create_app
from sumun.server.listener import Listener
from sumun.server.process import DrainingServer

ISSUER = "http://127.0.0.1:8081"
SERVER = Path(__file__).parents[1] / "unit/gateway/upstreams/servers/modern.py"
SERVERS = ["shared", "private", "old"]
ERAS = ["legacy", "auto", "2026-07-28"]


@pytest.fixture(scope="module")
def old(free_port, wait_for):
    """The server over HTTP+SSE."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(SERVER), str(port)], stderr=subprocess.DEVNULL)
    wait_for(f"http://127.0.0.1:{port}/")
    yield f"http://127.0.0.1:{port}/sse"
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def gateway(old, tmp_path_factory):
    command = [sys.executable, str(SERVER)]
    config = Config(
        mode="development",
        issuer=ISSUER,
        data_dir=str(tmp_path_factory.mktemp("data")),
        oauth=OAuthConfig(demo_client=True),
        server=ServerConfig(port=0, drain_timeout=0.5),
        servers={
            "shared": UpstreamConfig(transport="stdio", command=command),
            "private": UpstreamConfig(transport="stdio", command=command, per_principal=True),
            "old": UpstreamConfig(transport="sse", url=old),
            "broken": UpstreamConfig(transport="stdio", command=["/nowhere/server"]),
        },
    )
    ready = threading.Event()
    server = DrainingServer(Listener(lambda: create_app(config), config.server), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(20)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()
    assert not running()


def running():
    """The processes of the server that are left, of those this one has started."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    mine = " ".join(each.read_text() for each in children).split()
    lines = [Path(f"/proc/{each}/cmdline") for each in mine]
    return [
        each
        for each in lines
        if each.exists() and each.read_bytes().endswith(f"{SERVER}\0".encode())
    ]


def http(gateway, server):
    form = {
        "grant_type": "client_credentials",
        "client_id": "mcp-client",
        "client_secret": "secret",
        "resource": f"{ISSUER}/mcp/{server}",
    }
    token = httpx2.post(f"{gateway}/oauth2/token", data=form).json()["access_token"]
    return httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("server", SERVERS)
async def test_everything_works_and_is_protected(gateway, server, era):
    steps = []

    async def note(done, total, _message):
        steps.append((done, total))

    async with http(gateway, server) as session:
        transport = streamable_http_client(f"{gateway}/mcp/{server}", http_client=session)
        async with Client(transport, mode=era) as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            assert tools == {"add", "letter", "count", "guests"}
            added = await client.call_tool("add", {"one": 1, "other": 2})
            assert added.structured_content == {"result": 3}
            letter = repr(await client.call_tool("letter", {}))
            assert "<EMAIL_ADDRESS:" in letter
            assert "minjun.kim" not in letter
            assert "2974120" not in letter
            await client.call_tool("count", {"to": 3}, progress_callback=note)
    assert steps == [(0, 3), (1, 3), (2, 3)]


@pytest.mark.parametrize("server", ["private", "old"])
async def test_a_server_asks_the_one_principal_it_has(gateway, server):
    async def roots(_context):
        return ListRootsResult(roots=[Root(uri="file:///one"), Root(uri="file:///other")])

    async with http(gateway, server) as session:
        transport = streamable_http_client(f"{gateway}/mcp/{server}", http_client=session)
        async with Client(transport, mode="legacy", list_roots_callback=roots) as client:
            found = await client.call_tool("guests", {})
    assert found.structured_content == {"result": "2"}


async def test_nobody_is_asked_by_a_server_that_is_shared(gateway):
    async with http(gateway, "shared") as session:
        transport = streamable_http_client(f"{gateway}/mcp/shared", http_client=session)
        async with Client(transport, mode="legacy") as client:
            with pytest.raises(MCPError, match="Nobody is there"):
                await client.call_tool("guests", {})


async def test_a_server_that_cannot_start_is_told_and_makes_nothing_else_fail(gateway):
    async with http(gateway, "broken") as session:
        answer = await session.post(
            f"{gateway}/mcp/broken",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
            headers={"Accept": "application/json, text/event-stream"},
        )
        assert answer.status_code == 502
        assert answer.json()["error"]["code"] == -32011
        ready = await session.get(f"{gateway}/readyz?verbose")
        assert ready.status_code == 200
        assert "sumun_server_up" in (await session.get(f"{gateway}/metrics")).text
