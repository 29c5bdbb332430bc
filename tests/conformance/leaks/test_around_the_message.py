"""Marked values around the messages: in headers, in the fields of events, in broken answers."""

import asyncio
import contextlib
import itertools
import json

import pytest
from tests.conformance.leaks.gateway import Response
from tests.conformance.leaks.marks import FORMS, MARKS, SENTENCE, found_in
from tests.conformance.leaks.messages import ERAS, LEGACY, MODERN

EMAIL, CARD = MARKS["email"], MARKS["card"]
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
RESULT = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"fine": True}}).encode()
HEADERS = [
    "accept-language",
    "authorization",
    "cookie",
    "last-event-id",
    "mcp-param-region",
    "mcp-protocol-version",
    "proxy-authorization",
    "referer",
    "traceparent",
    "tracestate",
    "user-agent",
    "x-forwarded-for",
    "x-unheard-of",
]
SPOKEN = {form: write(EMAIL) for form, write in FORMS.items() if write(EMAIL).isascii()}


@pytest.mark.parametrize("revision", ERAS)
@pytest.mark.parametrize("header", HEADERS)
async def test_no_server_hears_what_is_in_a_callers_header(gateway, header, revision):
    for value in (*SPOKEN.values(), CARD, SENTENCE):
        assert found_in(await gateway.up(PING, revision, [(header, value)])) == set()


@pytest.mark.parametrize("mark", MARKS.values())
async def test_no_server_hears_what_a_callers_header_is_called(gateway, mark):
    heard = await gateway.up(PING, MODERN, [(f"mcp-param-{mark.lower()}", "x")])
    assert b"ping" in heard
    assert found_in(heard) == set()


async def test_no_server_hears_what_is_in_headers_of_a_stream_that_is_opened(gateway):
    for header in HEADERS:
        heard = await gateway.opened(LEGACY, [(header, SENTENCE)])
        assert b"GET" in heard
        assert found_in(heard) == set()


@pytest.mark.parametrize("status", [200, 202, 400, 401, 403, 404, 405, 409, 418, 429, 500, 503])
async def test_no_caller_hears_how_a_server_answers(gateway, status):
    headers = dict.fromkeys(
        ("set-cookie", "www-authenticate", "location", "mcp-session-id", "retry-after", EMAIL),
        SENTENCE,
    )
    bodies = RESULT, b"", SENTENCE.encode(), f"data: {SENTENCE}\n\n".encode()
    forms = "application/json", "text/html", "text/event-stream", f"text/{EMAIL}", ""
    for body, form in itertools.product(bodies, forms):
        response = Response(body, status=status, form=form, headers=headers.items())
        assert found_in(await gateway.down(response, PING, LEGACY)) == set()
        assert found_in(await gateway.unasked(response, LEGACY)) == set()


@pytest.mark.parametrize("field", ["event", "id", "retry", "", "unheard-of"])
async def test_no_caller_hears_what_is_in_the_fields_of_an_event(gateway, field):
    for value in (*SPOKEN.values(), CARD, SENTENCE):
        stream = f"{field}: {value}\ndata: {RESULT.decode()}\n\n".encode()
        heard = await gateway.down(Response(stream, form="text/event-stream"), PING, LEGACY)
        assert b'"fine"' in heard
        assert found_in(heard) == set()


@pytest.mark.parametrize("head", [
    f"HTTP/1.1 200 {SENTENCE}\r\nContent-Type: application/json\r\nX-{CARD}: {SENTENCE}\r\n",
    f"HTTP/1.1 500 {SENTENCE}\r\nServer: {SENTENCE}\r\n",
    f"HTTP/1.1 302 {SENTENCE}\r\nLocation: http://{EMAIL}/{CARD}\r\n",
    f"HTTP/1.1 200 OK\r\nContent-Encoding: {EMAIL}\r\n",
    f"HTTP/1.1 200 OK\r\nContent-Type: {EMAIL}/{CARD}; charset={EMAIL}\r\n",
    f"HTTP/9.9 abc {SENTENCE}\r\n{SENTENCE}\r\n",
    f"{SENTENCE}\r\n",
], ids=["reason", "error", "redirect", "encoding", "type", "broken", "nothing"])  # fmt: skip
async def test_no_caller_hears_what_is_in_the_head_of_an_answer(gateway, head):
    async with server(head.encode() + b"Connection: close\r\n\r\n" + RESULT) as url:
        heard = await gateway.over_http(url, PING, LEGACY)
    assert heard
    assert found_in(heard) == set()


@contextlib.asynccontextmanager
async def server(said):
    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/mcp"
