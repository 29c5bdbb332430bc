"""Servers behind the gateway that break, hang, lie or never end."""

import asyncio
import contextlib
import gzip
import json
import time
import tracemalloc

import httpx2
import pytest

from sumun.config import Config, OAuthConfig, ServerConfig, UpstreamConfig
from sumun.server.app import Application
from sumun.server.listener import Listener
from sumun.server.process import DrainingServer

ISSUER = "http://127.0.0.1:8081"
TIMEOUT = 1.0
LIMIT = 100_000
EMAIL = "minjun.kim@example.kr"
UPSTREAM_FAILED = -32011

OK = {"jsonrpc": "2.0", "id": 1, "result": {"content": []}}
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def http(body, *, status="200 OK", media_type="application/json", more=b"", length=None):
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {size}\r\n"
    head += "Connection: close\r\n"
    return head.encode() + more + b"\r\n" + body


def event(message):
    return b"data: " + json.dumps(message).encode() + b"\n\n"


def progress(text):
    params = {"progressToken": 1, "progress": 1, "message": text}
    return event({"jsonrpc": "2.0", "method": "notifications/progress", "params": params})


class Upstream:
    """Answers every request with the same bytes, then closes, hangs, or repeats the last piece."""

    def __init__(self):
        self.pieces = [http(json.dumps(OK).encode())]
        self.then = "close"
        self.left = asyncio.Event()
        self.requests = 0

    async def serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    line
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                b":0",
            )
            await reader.readexactly(int(length.split(b":")[1]))
            self.requests += 1
            for piece in self.pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
            while self.then == "repeat":
                writer.write(self.pieces[-1])
                await writer.drain()
                await asyncio.sleep(0)
            if self.then == "hang":
                await reader.read()
                self.left.set()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left.set()
        finally:
            writer.close()


class System:
    def __init__(self, application, client, upstream, token):
        self.application = application
        self.client = client
        self.upstream = upstream
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
        }

    def message(self, method="tools/call"):
        params = {"name": "echo", "arguments": {}}
        return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}

    async def call(self, server="crm"):
        return await self.client.post(f"/mcp/{server}", json=self.message(), headers=self.headers)

    async def outcome(self):
        log = self.application.house.rooms.audit
        for _ in range(50):
            for found in await log.tail(10):
                if found["event_type"] == "tool_access":
                    return found
            await asyncio.sleep(0.02)
        raise AssertionError("no outcome was recorded")


@pytest.fixture
async def system(tmp_path):
    upstream = Upstream()
    listening = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    healthy = Upstream()
    well = await asyncio.start_server(healthy.serve, "127.0.0.1", 0)
    config = Config(
        mode="development",
        issuer=ISSUER,
        data_dir=str(tmp_path),
        oauth=OAuthConfig(demo_client=True),
        servers={
            name: UpstreamConfig(url=url, timeout=TIMEOUT, result_limit=LIMIT)
            for name, url in {
                "crm": url_of(listening),
                "well": url_of(well),
                "dead": "http://127.0.0.1:1/mcp",
                "nowhere": "http://nowhere.invalid/mcp",
            }.items()
        },
    )
    application = Application(config)
    ready = asyncio.Event()
    limits = ServerConfig(port=0, drain_timeout=0.1)
    server = DrainingServer(Listener(lambda: application, limits), ready.set)
    running = asyncio.create_task(server.serve())
    await ready.wait()
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield System(application, client, upstream, await token(client))
    server.should_exit = True
    await running
    for each in (listening, well):
        each.close()


def url_of(listening):
    return f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/mcp"


async def token(client, server="crm"):
    form = {
        "grant_type": "client_credentials",
        "client_id": "mcp-client",
        "client_secret": "secret",
        "resource": f"{ISSUER}/mcp/{server}",
    }
    return (await client.post("/oauth2/token", data=form)).json()["access_token"]


FAILURES = {
    "html": [http(b"<html>", media_type="text/html")],
    "no content type": [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
    "unauthorised": [http(b"{}", status="401 Unauthorized")],
    "forbidden": [http(b"{}", status="403 Forbidden")],
    "error": [http(b"oops", status="500 Internal Server Error")],
    "error as stream": [http(event(OK), status="503 Busy", media_type="text/event-stream")],
    "not found": [http(b"nothing here", status="404 Not Found", media_type="text/plain")],
    "accepted": [http(b"", status="202 Accepted")],
    "no content": [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "redirect": [http(b"", status="307 Moved", more=b"Location: http://127.0.0.1:1/\r\n")],
    "compressed": [http(gzip.compress(b"x" * 10**6), more=b"Content-Encoding: gzip\r\n")],
    "broken off": [http(b'{"jsonrpc":', length=1000)],
    "broken off in the head": [b"HTTP/1.1 200 OK\r\nContent-"],
    "nothing at all": [b""],
    "no http": [b"\x00\x01\x02\x03 hello\r\n\r\n"],
    "endless head": [b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n"],
    "many headers": [b"HTTP/1.1 200 OK\r\n" + b"X-A: y\r\n" * 100_000 + b"\r\n"],
    "wrong length": [b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"],
    "bad chunk": [CHUNKED, b"zz\r\n{}"],
    "wrong id": [http(json.dumps({**OK, "id": 2}).encode())],
    "not a message": [http(b"[1,2]")],
    "nested": [http(b"[" * 50_000)],
    "not text": [http(b"\xff\xfe\x00")],
    "too long": [http(b'"' + b"x" * (LIMIT + 1) + b'"')],
    "claims to be long": [http(b'{"x":', length=10**12)],
    "stream of another answer": [STREAM, event({**OK, "id": 2})],
    "stream without an answer": [STREAM, progress("half")],
    "empty stream": [STREAM],
    "garbage stream": [STREAM, b"data: {]\n\n"],
    "binary stream": [STREAM, bytes(range(256)) * 10 + b"\n\ndata: \xff\n\n"],
    "stream of a list": [STREAM, b"data: [1]\n\n"],
    "stream broken off": [STREAM, b"data: {"],
    "stream of one endless line": [STREAM, b"data: " + b"x" * (LIMIT + 1)],
    "stream of one endless event": [STREAM, b"data: x\n" * LIMIT],
}


@pytest.mark.parametrize("what", FAILURES)
async def test_failures_are_told_and_recorded(system, what):
    system.upstream.pieces = FAILURES[what]
    answer = await system.call()
    assert answer.status_code in ({200, 502} if "stream" in what else {502}), answer.text
    text = answer.text.split("data: ")[-1] if "data: " in answer.text else answer.text
    message = json.loads(text)
    assert (message["id"], message["error"]["code"]) == (1, UPSTREAM_FAILED)
    assert "Traceback" not in answer.text
    assert "127.0.0.1" not in answer.text
    outcome = await system.outcome()
    assert outcome["reason"]


@pytest.mark.parametrize("server", ["dead", "nowhere"])
async def test_who_cannot_be_reached(system, server):
    system.headers["Authorization"] = f"Bearer {await token(system.client, server)}"
    answer = await system.call(server)
    assert answer.status_code == 502
    assert answer.json()["error"]["code"] == UPSTREAM_FAILED
    assert (await system.outcome())["reason"]


HANGING = {
    "from the start": [],
    "in the head": [b"HTTP/1.1 200 OK\r\n"],
    "in the body": [http(b"{", length=10)],
    "before the first event": [STREAM],
    "in an event": [STREAM, b"data: {"],
    "after some progress": [STREAM, progress("half")],
}


@pytest.mark.parametrize("where", HANGING)
async def test_a_hanging_server_is_given_up_and_delays_nobody_else(system, where):
    system.upstream.pieces = HANGING[where]
    system.upstream.then = "hang"
    begun = time.monotonic()
    hanging = [asyncio.create_task(system.call()) for _ in range(20)]
    await asyncio.sleep(0.1)
    well = await token(system.client, "well")
    others = time.monotonic()
    for _ in range(5):
        answer = await system.client.post(
            "/mcp/well",
            json=system.message(),
            headers={**system.headers, "Authorization": f"Bearer {well}"},
        )
        assert answer.status_code == 200
    assert time.monotonic() - others < TIMEOUT
    for answer in await asyncio.gather(*hanging):
        assert str(UPSTREAM_FAILED) in answer.text
    assert time.monotonic() - begun < 6 * TIMEOUT
    await asyncio.wait_for(system.upstream.left.wait(), 5)


ENDLESS = {
    "line": [STREAM, b"x" * 10_000],
    "line in small pieces": [STREAM, b"x"],
    "event": [STREAM, b"data: x\n"],
    "comments in one event": [STREAM, b": x\n"],
    "json": [http(b"", length=10**12), b"x" * 10_000],
    "chunks": [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"a\r\n0123456789\r\n",
    ],
}


@pytest.mark.parametrize("what", ENDLESS)
async def test_what_never_ends_is_cut_at_the_limit(system, what):
    system.upstream.pieces = ENDLESS[what]
    system.upstream.then = "repeat"
    answer = await asyncio.wait_for(system.call(), 20)
    assert str(UPSTREAM_FAILED) in answer.text
    assert len(answer.content) < 1000
    await asyncio.wait_for(system.upstream.left.wait(), 5)


@pytest.mark.parametrize("what", ["line", "json", "chunks"])
async def test_what_never_ends_costs_little_and_holds_up_nobody(system, what):
    system.upstream.pieces = ENDLESS[what]
    system.upstream.then = "repeat"
    system.headers["Authorization"] = f"Bearer {await token(system.client)}"
    well = {**system.headers, "Authorization": f"Bearer {await token(system.client, 'well')}"}
    tracemalloc.start()
    try:
        endless = [asyncio.create_task(system.call()) for _ in range(5)]
        for _ in range(3):
            answer = await system.client.post("/mcp/well", json=system.message(), headers=well)
            assert answer.status_code == 200
        async with asyncio.timeout(20):
            answers = await asyncio.gather(*endless)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert all(str(UPSTREAM_FAILED) in answer.text for answer in answers)
    assert most < 100 * LIMIT


ELSEWHERE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "file:///etc/passwd",
    "//169.254.169.254/",
    "/mcp",
]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(system, status):
    for where in ELSEWHERE:
        location = f"Location: {where}\r\n".encode()
        system.upstream.pieces = [http(b"", status=f"{status} Elsewhere", more=location)]
        answer = await system.call()
        assert answer.status_code == 502
        assert "redirect" in answer.json()["error"]["message"]
        assert where not in answer.json()["error"]["message"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
async def test_every_line_end_of_the_standard_is_read(system, end):
    lines = (progress(EMAIL) + event(OK)).replace(b"\n", end)
    system.upstream.pieces = [STREAM, *(lines[i : i + 1] for i in range(len(lines)))]
    answer = await system.call()
    assert EMAIL not in answer.text
    assert answer.text.count("data: ") == 2
    assert json.loads(answer.text.split("data: ")[-1])["result"] == OK["result"]


@pytest.mark.parametrize(
    "unasked",
    [
        {"method": "notifications/message", "params": {"data": EMAIL}},
        {"method": "notifications/message", "params": {"data": 1}, "extra": EMAIL},
        {"method": "notifications/message", "params": {"data": 1}, "result": {"to": EMAIL}},
        {"id": "s1", "method": "sampling/createMessage", "params": {"messages": [EMAIL]}},
        {"method": "notifications/cancelled", "params": {"_meta": {"traceparent": EMAIL}}},
    ],
)
async def test_what_the_server_says_unasked_is_protected(system, unasked):
    system.upstream.pieces = [STREAM, event({"jsonrpc": "2.0", **unasked}) + event(OK)]
    answer = await system.call()
    assert EMAIL not in answer.text
    assert answer.text.count("data: ") == 2
    assert (await system.outcome())["contains_pii"] == (EMAIL in str(unasked["params"]))


@pytest.mark.parametrize(
    "fields",
    [f"event: {EMAIL}\n", f"id: {EMAIL}\n", f": {EMAIL}\n", f"{EMAIL}: x\n", f"retry: {EMAIL}\n"],
)
async def test_no_field_of_an_event_hides_data(system, fields):
    system.upstream.pieces = [STREAM, fields.encode() + event(OK)]
    answer = await system.call()
    assert EMAIL not in answer.text
    assert "result" in answer.text


async def test_a_session_id_is_sealed(system):
    more = b"Mcp-Session-Id: the-servers-own\r\n"
    system.upstream.pieces = [http(json.dumps(OK).encode(), more=more)]
    answer = await system.call()
    assert answer.headers["mcp-session-id"]
    assert "the-servers-own" not in str(answer.headers)


async def test_a_caller_who_leaves_a_stream_ends_the_request_upstream(system):
    system.upstream.pieces = [STREAM, progress("half")]
    system.upstream.then = "hang"
    async with contextlib.AsyncExitStack() as stack:
        answer = await stack.enter_async_context(
            system.client.stream("POST", "/mcp/crm", json=system.message(), headers=system.headers)
        )
        assert await anext(answer.aiter_bytes())
        left = time.monotonic()
    await asyncio.wait_for(system.upstream.left.wait(), TIMEOUT)
    assert time.monotonic() - left < TIMEOUT
    assert (await system.outcome())["reason"]


async def test_progress_arrives_before_the_answer_does(system):
    system.upstream.pieces = [STREAM, progress("half")]
    system.upstream.then = "hang"
    async with system.client.stream(
        "POST", "/mcp/crm", json=system.message(), headers=system.headers
    ) as answer:
        assert answer.headers["x-accel-buffering"] == "no"
        begun = time.monotonic()
        first = await anext(answer.aiter_bytes())
        assert b"notifications/progress" in first
        assert time.monotonic() - begun < TIMEOUT / 2
