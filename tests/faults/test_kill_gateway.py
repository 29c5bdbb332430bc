"""Killing the server in the middle of a burst of calls loses no event whose answer was received."""

import asyncio
import contextlib
import itertools
import json
import multiprocessing
import random
import signal
import string
from functools import partial

import httpx2
from aiohttp import web

from sumun.config import Config, OAuthConfig, ServerConfig, UpstreamConfig
from sumun.guard import Rooms
from sumun.server.serve import serve

ROUNDS = 100
CALLERS = 8
EMAIL = "minjun.kim@example.kr"

# A process of its own in every round, but one that need not import everything again.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["sumun.server.serve", "sumun.server.app", "sumun.tools.server"])


def names():
    """Yield names of tools, each for one call; letters only, as a log may hold."""
    for letters in itertools.product(string.ascii_lowercase, repeat=5):
        yield "tool_" + "".join(letters)


async def answer(request):
    message = await request.json()
    return web.json_response(
        {"jsonrpc": "2.0", "id": message["id"], "result": {"structuredContent": {"to": EMAIL}}}
    )


@contextlib.asynccontextmanager
async def upstream():
    app = web.Application()
    app.router.add_post("/mcp", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/mcp"
    finally:
        await runner.cleanup()


async def call(post, tools, answered, first):
    """Call until nobody answers any more; note every tool whose answer was received."""
    with contextlib.suppress(httpx2.TransportError):
        while True:
            tool = next(tools)
            params = {"name": tool, "arguments": {"to": EMAIL}}
            message = {"jsonrpc": "2.0", "id": tool, "method": "tools/call", "params": params}
            received = await post(json=message)
            assert received.status_code == 200, received.text
            assert "EMAIL_ADDRESS" in received.text
            answered.add(tool)
            first.set()


async def ask_for_token(client, url, issuer):
    form = {
        "grant_type": "client_credentials",
        "client_id": "mcp-client",
        "client_secret": "secret",
        "resource": f"{issuer}/mcp/crm",
    }
    return (await client.post(f"{url}/oauth2/token", data=form)).json()["access_token"]


async def burst(config, tools, token):
    """Start the server, call it from all sides, kill it somewhen; return what was answered."""
    receiving, sending = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=serve, args=(config,), kwargs={"ready": sending.send})
    process.start()
    sending.close()
    answered = set()
    first = asyncio.Event()
    try:
        url = await asyncio.to_thread(receiving.recv)
        async with httpx2.AsyncClient(timeout=10) as client:
            token = token or await ask_for_token(client, url, config.issuer)
            headers = {"Authorization": f"Bearer {token}"}
            post = partial(client.post, f"{url}/mcp/crm", headers=headers)
            callers = [
                asyncio.create_task(call(post, tools, answered, first)) for _ in range(CALLERS)
            ]
            await asyncio.wait_for(first.wait(), 10)
            await asyncio.sleep(random.uniform(0, 0.1))
            process.kill()
            await asyncio.gather(*callers)
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        receiving.close()
    assert process.exitcode == -signal.SIGKILL
    return answered, token


async def recorded(config):
    """Open the rooms as a restart does, verify the log, and return the events of every tool."""
    rooms = Rooms(config)
    await rooms.open()
    try:
        verification = await rooms.audit.verify()
        assert verification.ok, verification
    finally:
        await rooms.close()
    lines = config.audit_log_path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == verification.size
    found = {}
    for line in lines:
        event = json.loads(line)
        found.setdefault(event.get("tool_name"), []).append(event["event_type"])
    return found


async def test_a_hundred_kills_lose_nothing_that_was_answered(tmp_path):
    tools = names()
    token = None
    answered = set()
    async with upstream() as url:
        config = Config(
            mode="development",
            issuer="http://127.0.0.1:8081",
            data_dir=str(tmp_path),
            oauth=OAuthConfig(demo_client=True),
            server=ServerConfig(port=0),
            servers={"crm": UpstreamConfig(url=url)},
        )
        for _ in range(ROUNDS):
            received, token = await burst(config, tools, token)
            answered |= received
            found = await recorded(config)
            lost = {tool for tool in received if found.get(tool) != ["tool_call", "tool_access"]}
            assert not lost
    assert len(answered) > 5 * ROUNDS
    called = {tool for tool in found if tool and tool.startswith("tool_")}
    assert called - answered, "no kill came between an intent and its answer"
    assert all(found[tool] == ["tool_call", "tool_access"] for tool in answered)
