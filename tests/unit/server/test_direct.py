"""Requests answered without ASGI: the same answers, and everything particular left to ASGI."""

import asyncio
import base64
import json
import re

import pytest

from sumun.answer import Answer
from sumun.config import ServerConfig
from sumun.server.app import Application
from sumun.server.direct import DirectEndpoint

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CLIENT = b"client_id=mcp-client&client_secret=secret"
TOKEN = b"grant_type=client_credentials&scope=mcp.access&" + CLIENT
BASIC = b"Authorization: Basic " + base64.b64encode(b"mcp-client:secret") + b"\r\n"
DATE = "Mon, 01 Jan 2029 00:00:00 GMT"


def request(body=TOKEN, fields=FORM, *, line=b"POST /oauth2/token HTTP/1.1"):
    length = b"Content-Length: %d\r\n" % len(body)
    return b"%s\r\nHost: sumun.example\r\n%s%s\r\n%s" % (line, fields, length, body)


class Watched:
    """An application, and how often it was asked by which way."""

    def __init__(self, app=None, **endpoints):
        self.app = app
        self.by_asgi = self.directly = 0
        found = {
            (b"POST", b"/" + name.encode()): DirectEndpoint(each, lambda *_: None)
            for name, each in endpoints.items()
        }
        if app is not None:
            found = app.direct_endpoints
        self.direct_endpoints = {key: self._counted(endpoint) for key, endpoint in found.items()}

    def _counted(self, endpoint):
        def answer(scope, receive):
            self.directly += 1
            return endpoint.answer(scope, receive)

        return endpoint._replace(answer=answer)

    async def __call__(self, scope, receive, send):
        self.by_asgi += 1
        if self.app is not None:
            await self.app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await Answer(200, b"asgi " + body).send(send)


async def settled(protocol):
    """Wait until everything that was asked has been answered."""
    for _ in range(20_000):
        await asyncio.sleep(0.0001)
        cycle = protocol.cycle
        if protocol.transport.closing or (cycle and cycle.response_complete):
            break
    return b"".join(protocol.transport.writes)


def read(answer):
    """Return what a client sees, without what differs from one request to the next."""
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = {name: value for name, _, value in (line.partition(": ") for line in lines)}
    assert int(fields.pop("content-length")) == len(body)
    if "json" in fields["content-type"]:
        body = json.loads(body)
        if "access_token" in body:
            body["access_token"] = body["access_token"].count(".")
        if "error_description" in body:
            body["error_description"] = re.sub(r"ref: \S+\)", "", body["error_description"])
    return status, fields, body


@pytest.mark.parametrize(
    ("raw", "directly"),
    [
        pytest.param(request(), True, id="secret-in-the-form"),
        pytest.param(request(b"grant_type=client_credentials", FORM + BASIC), True, id="basic"),
        pytest.param(request(b"scope=mcp.access&" + CLIENT), True, id="no-grant"),
        pytest.param(request(TOKEN + b"x"), True, id="wrong-secret"),
        pytest.param(request(TOKEN + b"&scope=x"), True, id="scope-twice"),
        pytest.param(request(TOKEN + b"&resource=https://b.example"), True, id="resource"),
        pytest.param(request(b"%ff=%ff"), True, id="not-utf-8"),
        pytest.param(request(b""), True, id="empty"),
        pytest.param(request(fields=b""), True, id="no-media-type"),
        pytest.param(request(fields=FORM * 2), True, id="media-type-twice"),
        pytest.param(request(fields=FORM + b"Content-Encoding: gzip\r\n"), True, id="gzip"),
        pytest.param(request(fields=FORM + b"DPoP: nonsense\r\n"), True, id="bad-proof"),
        pytest.param(request(TOKEN + b"&a=" + b"x" * 66_000), True, id="above-64-KiB"),
        pytest.param(
            request(CLIENT + b"&token=x", line=b"POST /oauth2/introspect HTTP/1.1"),
            True,
            id="introspection",
        ),
        pytest.param(
            request(CLIENT + b"&token=x", line=b"POST /oauth2/revoke HTTP/1.1"), True, id="revoke"
        ),
        pytest.param(request(b"x" * (ServerConfig().body_limit + 1)), False, id="above-the-limit"),
        pytest.param(request(line=b"GET /oauth2/token HTTP/1.1"), False, id="get"),
        pytest.param(request(line=b"POST /oauth2/token?a=b HTTP/1.1"), False, id="query"),
        pytest.param(request(line=b"POST /oauth2/%74oken HTTP/1.1"), False, id="escaped-path"),
        pytest.param(request(line=b"POST /oauth2/token HTTP/1.0"), False, id="http-1.0"),
        pytest.param(request(fields=FORM + b"Connection: close\r\n"), False, id="close"),
        pytest.param(request(fields=FORM + b"Origin: https://a.example\r\n"), False, id="origin"),
        pytest.param(request(fields=FORM + b"Expect: 100-continue\r\n"), False, id="expect"),
    ],
)
async def test_both_ways_answer_the_same(running, connect, raw, directly):
    application = Watched(running.application)
    direct = connect(application)
    direct.data_received(raw)
    answered = await settled(direct)
    assert (application.directly, application.by_asgi) == (directly, not directly)

    application.direct_endpoints = {}
    by_asgi = connect(application)
    by_asgi.data_received(raw)
    assert read(await settled(by_asgi)) == read(answered)


async def test_what_is_counted_and_recorded_is_the_same(running, connect):
    protocol = connect(running.application)
    for body in (TOKEN, TOKEN + b"x"):
        protocol.data_received(request(body))
        await settled(protocol)
    issued = await running.events("token_issued")
    (refused,) = await running.events("token_refused")
    assert [event["source"] for event in issued] == [refused["source"]] == ["127.0.0.1"]
    counted = running.house.metrics.render().decode()
    for status in (200, 401):
        assert f'requests_total{{route="/oauth2/token",status="{status}"}} 1.0' in counted
    assert 'response_seconds_count{route="/oauth2/token"} 2.0' in counted


async def test_a_trusted_proxy_says_who_calls(start, connect):
    trusting = ServerConfig(trusted_proxies=("127.0.0.1",), forwarded_header="X-Forwarded-For")
    async with start(server=trusting) as running:
        application = Watched(running.application)
        protocol = connect(application)
        protocol.data_received(request(fields=FORM + b"X-Forwarded-For: 192.0.2.7\r\n"))
        await settled(protocol)
        (issued,) = await running.events("token_issued")
    assert application.directly == 1
    assert issued["source"] == "192.0.2.7"


async def test_outside_the_lifespan_nothing_is_direct(start, config, connect):
    assert Application(config()).direct_endpoints == {}
    async with start() as running:
        application = running.application
        assert (b"POST", b"/oauth2/token") in application.direct_endpoints
    protocol = connect(application)
    protocol.data_received(request())
    assert b"HTTP/1.1 503 " in await settled(protocol)


async def echo(scope, receive):
    message = await receive()
    await asyncio.sleep(0)
    return Answer(200, b"direct " + message["body"], ((b"x-path", scope["raw_path"]),))


@pytest.mark.parametrize("at", [1, 20, 60, 130, 150, -1])
async def test_a_request_in_two_reads_goes_by_asgi(connect, at):
    application = Watched(echo=echo)
    protocol = connect(application)
    raw = request(b"0123456789" * 10, line=b"POST /echo HTTP/1.1")
    head = raw.index(b"\r\n\r\n") + 4
    protocol.data_received(raw[:at])
    await asyncio.sleep(0)
    protocol.data_received(raw[at:])
    answered = await settled(protocol)
    # The way is chosen when the head is complete.
    whole = 0 < at < head
    assert answered.endswith((b"direct " if whole else b"asgi ") + b"0123456789" * 10)


async def test_answers_to_a_pipeline_come_in_order(connect):
    application = Watched(echo=echo)
    protocol = connect(application)
    protocol.data_received(
        b"".join(request(b"%d" % n, line=b"POST /echo HTTP/1.1") for n in range(5))
    )
    answered = await settled(protocol)
    assert re.findall(rb"(?:direct|asgi) \d", answered) == [
        b"direct 0",
        *(b"asgi %d" % n for n in range(1, 5)),
    ]


async def test_a_request_behind_one_is_judged_by_the_same_rules(connect):
    protocol = connect(Watched(echo=echo))
    bad = b"POST /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
    protocol.data_received(request(b"x", line=b"POST /echo HTTP/1.1") + bad)
    for _ in range(10):
        await asyncio.sleep(0)
    first, last = protocol.transport.writes
    assert first.endswith(b"direct x")
    assert last.startswith(b"HTTP/1.1 400 ")
    assert protocol.transport.closing


async def test_a_body_that_does_not_come_is_not_waited_for(connect):
    application = Watched(echo=echo)
    protocol = connect(application, ServerConfig(body_timeout=0.05))
    protocol.data_received(request(b"0123456789", line=b"POST /echo HTTP/1.1")[:-5])
    assert (await settled(protocol)).startswith(b"HTTP/1.1 408 ")


@pytest.fixture
async def held(connect):
    """A connection that waits for a direct answer, and what lets the answer go."""
    go = asyncio.Event()

    async def endpoint(_scope, _receive):
        await go.wait()
        return Answer(200, b"{}")

    protocol = connect(Watched(held=endpoint))
    protocol.data_received(request(b"", line=b"POST /held HTTP/1.1"))
    await asyncio.sleep(0)
    return protocol, go


async def test_draining_finishes_what_was_begun(held):
    protocol, go = held
    protocol.shutdown()
    assert not protocol.transport.closing
    assert len(protocol.tasks) == 1
    go.set()
    answered = await settled(protocol)
    assert b"\r\nconnection: close\r\n" in answered
    assert protocol.transport.closing


async def test_who_is_not_waited_for_any_longer_is_told_by_closing(held):
    protocol, _ = held
    (task,) = protocol.tasks
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert protocol.transport.closing
    assert protocol.transport.writes == []
    assert not protocol.tasks


async def test_nothing_is_written_to_who_has_gone(held):
    protocol, go = held
    protocol.connection_lost(ConnectionResetError())
    go.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert protocol.cycle.response_complete
    assert protocol.transport.writes == []
    assert not protocol.tasks


async def test_a_client_that_does_not_read_is_waited_for(held):
    protocol, go = held
    protocol.pause_writing()
    go.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert protocol.transport.writes == []
    protocol.resume_writing()
    assert (await settled(protocol)).endswith(b"{}")


async def fail(_scope, _receive):
    raise RuntimeError


async def smuggle(_scope, _receive):
    return Answer(200, b"hello", ((b"x", b"y\r\nset-cookie: evil=1"),))


@pytest.mark.parametrize("endpoint", [fail, smuggle])
async def test_an_endpoint_that_fails_is_a_500(connect, endpoint, capsys):
    protocol = connect(Watched(endpoint=endpoint))
    protocol.data_received(request(b"", line=b"POST /endpoint HTTP/1.1"))
    answered = await settled(protocol)
    assert answered.startswith(b"HTTP/1.1 500 ")
    assert b"connection: close" in answered
    assert b"evil" not in answered
    assert protocol.transport.closing
    assert "Exception in direct endpoint" in capsys.readouterr().err
