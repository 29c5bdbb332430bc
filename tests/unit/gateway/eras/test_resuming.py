"""Streams that a legacy server ends early, taken up for a modern client that could not."""

import json

import pytest
from tests.unit.gateway.eras.scripted import Said, Server, Stream, modern, principal, read, result

from sumun.gateway import jsonrpc
from sumun.gateway.eras.legacy_server import LegacyServer
from sumun.gateway.upstreams.upstream import UpstreamFailed

GREETING = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}}
HEADERS = [("mcp-protocol-version", "2026-07-28")]


def stream(*events):
    """Return a stream of events: the fields as text, and a message if there is one."""
    made = Stream(open_=True)
    for fields, message in events:
        data = b"" if message is None else b"data: " + json.dumps(message).encode() + b"\n"
        made.put_raw(fields.encode() + data + b"\n")
    made.end()
    return made


def server(*resumed, begins="id: a1\nretry: 0\ndata: \n"):
    """Return a server that ends the stream of every call, and says the rest when asked for it."""
    rest = iter(resumed)
    streams = []

    def say(method, headers, message):
        if message.get("method") == "initialize":
            return result(message, GREETING, headers={"mcp-session-id": "s-1"})
        if method == "GET":
            assert headers["mcp-session-id"] == "s-1"
            assert headers["accept"] == "text/event-stream"
            answer = next(rest)
            return answer(streams[0]) if callable(answer) else answer
        if "id" not in message:
            return Said(202)
        streams.append(message)
        return stream((begins, None))

    return Server(say)


def ends(called):
    return stream(("id: a3\n", {"jsonrpc": "2.0", "id": called["id"], "result": {"content": []}}))


async def call(upstream):
    message = jsonrpc.encode(modern("tools/call", name="t", meta={"progressToken": "p"}))
    return await read(await LegacyServer(upstream).send("POST", HEADERS, message, principal()))


def resumed_after(upstream):
    return [headers["last-event-id"] for method, headers, *_ in upstream.sent if method == "GET"]


async def test_the_answer_comes_on_the_second_stream():
    upstream = server(ends)
    assert (await call(upstream))[-1]["result"]["content"] == []
    assert resumed_after(upstream) == ["a1"]


async def test_each_stream_goes_on_after_the_last_event_of_the_one_before():
    def half_way(called):
        params = {"progressToken": called["id"], "progress": 1}
        return stream(
            ("id: a2\n", {"jsonrpc": "2.0", "method": "notifications/progress", "params": params})
        )

    upstream = server(half_way, stream(), ends)
    assert (await call(upstream))[-1]["result"]["content"] == []
    assert resumed_after(upstream) == ["a1", "a2", "a2"]


@pytest.mark.parametrize("answer", [Said(405), Said(404), Said(200, {"jsonrpc": "2.0"})])
async def test_a_server_that_does_not_go_on_has_failed(answer):
    with pytest.raises(UpstreamFailed, match="could not be taken up"):
        await call(server(answer))


@pytest.mark.parametrize("begins", ["data: \n", "id: \n", "id: \x01\n", f"id: {'x' * 2000}\n"])
async def test_without_an_id_there_is_nothing_to_go_on_from(begins):
    upstream = server(begins=begins)
    said = await LegacyServer(upstream).send(
        "POST", HEADERS, jsonrpc.encode(modern("tools/call", name="t")), principal()
    )
    assert [chunk async for chunk in said.chunks(patient=False)] == [b":\n\n"]
    assert resumed_after(upstream) == []


async def test_a_stream_is_not_taken_up_for_ever():
    upstream = server(*(stream() for _ in range(300)))
    with pytest.raises(UpstreamFailed, match="too often"):
        await call(upstream)
    assert len(resumed_after(upstream)) == 256


async def test_who_leaves_while_a_stream_is_awaited_cancels_the_call():
    upstream = server(begins="id: a1\nretry: 999999999\ndata: \n")
    said = await LegacyServer(upstream).send(
        "POST", HEADERS, jsonrpc.encode(modern("tools/call", name="t")), principal()
    )
    chunks = said.chunks(patient=False)
    assert await anext(chunks) == b":\n\n"
    await said.close()
    assert upstream.methods()[-1] == "notifications/cancelled"
