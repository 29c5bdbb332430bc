import asyncio

import pytest
from aiohttp import web

from sumun.config import UpstreamConfig
from sumun.gateway.credentials.static import StaticHeader
from sumun.gateway.upstreams.http import client_session
from sumun.gateway.upstreams.opening import remote_server
from sumun.gateway.upstreams.sse import same_origin
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed
from sumun.guard import Principal

ANNE = Principal(subject="anne", client_id="agent")
BO = Principal(subject="bo", client_id="agent")
INITIALIZE = (
    b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":'
    b'{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{}}}'
)
HELLO = (
    '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2024-11-05","capabilities":{},'
    '"serverInfo":{"name":"old","version":"1"}}}'
)


class Old:
    """A server of revision 2024-11-05, written by hand."""

    def __init__(self):
        self.endpoint = "/post?session=1"
        self.opened = []
        self.posted = []
        self.asked = asyncio.Event()
        self.streams = []
        self.lines = []
        self.status = 202
        self.first = "event: endpoint\ndata: {endpoint}\n\n"

    async def stream(self, request):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.opened.append(request.headers.get("Authorization"))
        self.streams.append(response)
        self.lines.append(request.transport)
        await response.write(self.first.format(endpoint=self.endpoint).encode())
        await asyncio.Event().wait()
        return response

    async def post(self, request):
        self.posted.append(await request.json())
        if self.posted[-1].get("method") == "tools/list":
            self.asked.set()
        if self.posted[-1].get("method") == "initialize":
            await self.say(HELLO)
        return web.Response(status=self.status)

    async def away(self, _request):
        return web.Response(status=302, headers={"Location": "/sse"})

    async def page(self, _request):
        return web.Response(text="<html>", content_type="text/html")

    async def say(self, text):
        await self.streams[-1].write(f"event: message\ndata: {text}\n\n".encode())


@pytest.fixture
async def server():
    old = Old()
    app = web.Application()
    app.router.add_get("/sse", old.stream)
    app.router.add_post("/post", old.post)
    app.router.add_get("/away", old.away)
    app.router.add_get("/page", old.page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    old.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield old
    await runner.cleanup()


@pytest.fixture
async def reach(server):
    begun = []
    async with client_session() as session:

        def reach(path="/sse", **settings):
            definition = UpstreamConfig(
                transport="sse", url=server.url + path, timeout=2.0, **settings
            )
            credential = StaticHeader("old", definition)
            begun.append(remote_server("old", definition, session, credential))
            return begun[-1]

        yield reach
        for each in begun:
            await each.close()


async def test_messages_are_posted_and_answers_come_on_the_stream(server, reach):
    upstream = reach(authorization="Bearer secret")
    greeted = await upstream.send("POST", [], INITIALIZE, ANNE)
    assert b'"name":"old"' in await greeted.read(10_000)
    session = [("mcp-session-id", greeted.headers["mcp-session-id"])]
    listing = b'{"jsonrpc":"2.0","id":"mine","method":"tools/list"}'
    asked = asyncio.create_task(upstream.send("POST", session, listing, ANNE))
    await server.asked.wait()
    number = server.posted[-1]["id"]
    await server.say(f'{{"jsonrpc":"2.0","id":{number},"result":{{"tools":[]}}}}')
    answer = await (await asked).read(10_000)
    assert answer == b'{"jsonrpc":"2.0","id":"mine","result":{"tools":[]}}'
    assert server.opened == ["Bearer secret"]
    await upstream.send("POST", [], INITIALIZE, BO)
    assert len(server.opened) == 2


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://169.254.169.254/latest", "another origin"),
        ("//evil.example/post", "another origin"),
        ("https://127.0.0.1/post", "another origin"),
        ("http://127.0.0.1:1/post", "another origin"),
        ("http://[::1", "another origin"),
    ],
)
async def test_the_address_to_post_to_is_the_servers_own(server, reach, endpoint, said):
    server.endpoint = endpoint
    with pytest.raises(UpstreamAway, match=said):
        await reach().send("POST", [], INITIALIZE, ANNE)
    assert server.posted == []


@pytest.mark.parametrize(
    ("path", "said"),
    [("/away", "status 302"), ("/page", "status 200"), ("/none", "status 404")],
)
async def test_what_is_no_such_server(reach, path, said):
    with pytest.raises(UpstreamAway, match=said):
        await reach(path).send("POST", [], INITIALIZE, ANNE)


async def test_a_stream_that_ends_fails_what_waits(server, reach):
    upstream = reach()
    await upstream.send("POST", [], INITIALIZE, ANNE)
    listing = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
    asked = asyncio.create_task(upstream.send("POST", [], listing, ANNE))
    await server.asked.wait()
    server.lines[-1].abort()
    with pytest.raises(UpstreamFailed, match="stream"):
        await asked


async def test_a_message_without_end_ends_the_stream(server, reach):
    upstream = reach(result_limit=4096)
    await upstream.send("POST", [], INITIALIZE, ANNE)
    listing = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
    asked = asyncio.create_task(upstream.send("POST", [], listing, ANNE))
    await server.asked.wait()
    await server.say("x" * 10_000)
    with pytest.raises(UpstreamFailed, match="longer than 4096 bytes"):
        await asked


async def test_a_post_that_is_refused_fails_its_call(server, reach):
    upstream = reach()
    await upstream.send("POST", [], INITIALIZE, ANNE)
    server.status = 401
    listing = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
    with pytest.raises(UpstreamFailed, match="status 401"):
        await upstream.send("POST", [], listing, ANNE)


def test_origins_are_compared_as_browsers_do():
    assert same_origin("https://a.example/sse", b"/post") == "https://a.example/post"
    assert same_origin("https://a.example/sse", b"https://A.example:443/p").endswith("/p")
    with pytest.raises(UpstreamAway):
        same_origin("https://a.example/sse", b"/" + b"x" * 4096)
