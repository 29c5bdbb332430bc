"""Legacy clients at a modern server: what it is sent, and what they hear."""

import asyncio

import pytest
from tests.unit.gateway.eras.scripted import (
    Said,
    Server,
    Stream,
    failure,
    next_message,
    principal,
    read,
    request,
    result,
)

from sumun.gateway import jsonrpc
from sumun.gateway.eras.modern_server import ModernServer
from sumun.gateway.upstreams.upstream import UpstreamFailed

META = "io.modelcontextprotocol/"
DISCOVERED = {
    "resultType": "complete",
    "supportedVersions": ["2026-07-28"],
    "capabilities": {"tools": {}, "extensions": {f"{META}tasks": {}, "a.example/b": {}}},
    "instructions": "Gently.",
    "ttlMs": 0,
    "cacheScope": "public",
    "_meta": {f"{META}serverInfo": {"name": "new", "version": "2"}},
}
FORM = {"mode": "form", "message": "Which?", "requestedSchema": {"type": "object"}}
ASKED = {
    "resultType": "input_required",
    "inputRequests": {"which": {"method": "elicitation/create", "params": FORM}},
    "requestState": "opaque",
}


def server(answer=None):
    def say(_method, headers, message):
        assert headers["mcp-protocol-version"] == "2026-07-28"
        assert headers["mcp-method"] == message["method"]
        assert message["params"]["_meta"][f"{META}protocolVersion"] == "2026-07-28"
        if message["method"] == "server/discover":
            return result(message, DISCOVERED)
        return answer(message) if answer else result(message, {"resultType": "complete"})

    return Server(say)


async def mirrored(tool):
    return {("where", "region"): "Region", ("fast",): "Fast"} if tool == "route" else {}


class Client:
    """A legacy client with a session."""

    def __init__(self, upstream, revision="2025-06-18"):
        self.modern = ModernServer(upstream, "new", mirrored)
        self.revision = revision
        self.session = ""

    async def initialize(self, **capabilities):
        params = {
            "protocolVersion": self.revision,
            "capabilities": capabilities,
            "clientInfo": {"name": "agent", "version": "3"},
        }
        response = await self.post(request("initialize", params))
        self.session = response.headers["mcp-session-id"]
        return (await read(response))["result"]

    async def post(self, message):
        return await self.send("POST", jsonrpc.encode(message))

    async def send(self, method, body=b""):
        headers = [("mcp-session-id", self.session)] if self.session else []
        return await self.modern.send(method, headers, body, principal())


async def test_the_handshake_is_discovery():
    greeting = await (client := Client(upstream := server())).initialize(
        roots={"listChanged": True}
    )
    assert greeting == {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}, "extensions": {"a.example/b": {}}},
        "serverInfo": {"name": "new", "version": "2"},
        "instructions": "Gently.",
    }
    await read(await client.post(request("tools/list")))
    meta = upstream.last("tools/list")[1]["params"]["_meta"]
    assert meta[f"{META}clientInfo"] == {"name": "agent", "version": "3"}
    assert meta[f"{META}clientCapabilities"] == {"roots": {}}
    assert meta[f"{META}logLevel"] == "info"


async def test_another_node_goes_on_with_the_session():
    first = Client(server())
    await first.initialize()
    second = Client(upstream := server())
    second.session = first.session
    await read(await second.post(request("tools/list")))
    assert upstream.methods() == ["tools/list"]


async def test_a_result_has_nothing_the_older_schema_does_not_know():
    answer = {
        "resultType": "complete",
        "ttlMs": 5,
        "cacheScope": "public",
        "_meta": {f"{META}serverInfo": {}, "own": 1},
        "content": [{"type": "resource_link", "uri": "a:b", "name": "b"}, 7],
        "structuredContent": [1],
    }
    client = Client(server(lambda message: result(message, answer)), "2025-03-26")
    await client.initialize()
    said = await read(await client.post(request("tools/call", {"name": "t"}, 9)))
    assert said["id"] == 9
    assert said["result"] == {
        "_meta": {"own": 1},
        "content": [{"type": "text", "text": "a:b"}, 7],
    }


async def test_output_schemas_are_those_of_objects():
    tools = [
        {"name": "a", "outputSchema": {"type": "object"}},
        {"name": "b", "outputSchema": {"type": "array"}},
        {"name": "c"},
        "odd",
    ]
    client = Client(server(lambda message: result(message, {"tools": tools})))
    said = await read(await client.post(request("tools/list")))
    assert said["result"]["tools"] == [tools[0], {"name": "b"}, {"name": "c"}, "odd"]


async def test_arguments_are_mirrored_in_headers():
    client = Client(upstream := server())
    arguments = {"where": {"region": "서울"}, "fast": True, "other": 1}
    await read(await client.post(request("tools/call", {"name": "route", "arguments": arguments})))
    headers, _ = upstream.last("tools/call")
    assert headers["mcp-name"] == "route"
    assert headers["mcp-param-region"] == "=?base64?7ISc7Jq4?="
    assert headers["mcp-param-fast"] == "true"


@pytest.mark.parametrize("status", [400, 404])
async def test_an_error_is_no_lost_session(status):
    client = Client(server(lambda message: failure(message, -32601, status=status)))
    response = await client.post(request("made/up"))
    assert (response.status, (await read(response))["error"]["code"]) == (200, -32601)


async def test_what_the_gateway_answers_itself():
    client = Client(upstream := server())
    await client.initialize()
    upstream.sent.clear()
    for message, expected in [
        (request("ping"), {}),
        (request("logging/setLevel", {"level": "error"}), {}),
        (request("resources/subscribe", {"uri": "a:b"}), {}),
        (request("resources/unsubscribe", {"uri": "a:b"}), {}),
    ]:
        assert (await read(await client.post(message)))["result"] == expected
    for message, code in [
        (request("logging/setLevel", {"level": "loud"}), -32602),
        (request("resources/subscribe", {"uri": 7}), -32602),
        (request("server/discover"), -32601),
        (request("tasks/list"), -32601),
        (request("tasks/get", {"taskId": "t"}), -32601),
        (request("\u0100/list"), -32601),
        (request("tools/list\r\nx: y"), -32601),
    ]:
        assert (await read(await client.post(message)))["error"]["code"] == code
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert (await client.post(note)).status == 202
    assert upstream.sent == []
    await read(await client.post(request("tools/list")))
    assert upstream.last("tools/list")[1]["params"]["_meta"][f"{META}logLevel"] == "error"


async def test_a_session_ends():
    client = Client(server())
    await client.initialize()
    assert (await client.send("DELETE")).status == 204
    for method in ("POST", "GET", "DELETE"):
        response = await client.send(method, jsonrpc.encode(request("ping")))
        assert response.status == 404


@pytest.mark.parametrize("session", ["native", "era1:", "era1:[1]", 'era1:["a","b",{},[]]'])
async def test_a_session_of_somebody_else_is_not_known(session):
    client = Client(server())
    client.session = session
    assert (await client.post(request("ping"))).status == 404


def asking(*, streams):
    """Return a server that asks once, and then says what it was told."""

    def answer(message):
        told = message["params"].get("inputResponses")
        if told is not None:
            assert message["params"]["requestState"] == "opaque"
        value = {"content": [], "told": told} if told is not None else ASKED
        if not streams:
            return result(message, value)
        progress = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}
        return Stream(progress, {"jsonrpc": "2.0", "id": message["id"], "result": value})

    return server(answer)


@pytest.mark.parametrize("streams", [True, False])
async def test_a_question_comes_on_the_stream_of_the_answer(streams):
    client = Client(upstream := asking(streams=streams))
    await client.initialize(elicitation={})
    response = await client.post(request("tools/call", {"name": "t"}, 5))
    chunks = response.chunks(patient=False)
    if streams:
        assert (await next_message(chunks))["method"] == "notifications/progress"
    question = await next_message(chunks)
    assert question["method"] == "elicitation/create"
    assert question["params"] == {key: FORM[key] for key in ("message", "requestedSchema")}
    told = {"jsonrpc": "2.0", "id": question["id"], "result": {"action": "decline"}}
    assert (await client.post(told)).status == 202
    if streams:
        assert (await next_message(chunks))["method"] == "notifications/progress"
    final = await next_message(chunks)
    assert final["id"] == 5
    assert final["result"]["told"] == {"which": {"action": "decline"}}
    await response.close()
    ids = [sent["id"] for _, _, sent, _ in upstream.sent]
    assert len(set(ids)) == len(ids), "a retry is a request of its own"
    again = await client.post(told)
    assert again.status == 400


async def test_who_refuses_a_form_without_a_word_dismissed_it():
    client = Client(asking(streams=False))
    await client.initialize(elicitation={})
    chunks = (await client.post(request("tools/call", {"name": "t"}))).chunks(patient=False)
    question = await next_message(chunks)
    fault = {"code": -1, "message": "no"}
    await client.post({"jsonrpc": "2.0", "id": question["id"], "error": fault})
    assert (await next_message(chunks))["result"]["told"] == {"which": {"action": "cancel"}}


async def test_a_model_that_is_refused_fails_the_call():
    asked = {"resultType": "input_required", "inputRequests": {"m": {"method": "roots/list"}}}
    client = Client(server(lambda message: result(message, asked)))
    await client.initialize(roots={})
    chunks = (await client.post(request("tools/call", {"name": "t"}, 3))).chunks(patient=False)
    question = await next_message(chunks)
    fault = {"code": -1, "message": "no"}
    await client.post({"jsonrpc": "2.0", "id": question["id"], "error": fault})
    final = await next_message(chunks)
    assert (final["id"], final["error"]) == (3, fault)


@pytest.mark.parametrize("requests", [[1], {"a": 7}, {"a": {"method": "tools/call"}}])
async def test_a_question_nobody_knows_fails_the_call(requests):
    asked = {"resultType": "input_required", "inputRequests": requests}
    client = Client(server(lambda message: result(message, asked)))
    await client.initialize()
    response = await client.post(request("tools/call", {"name": "t"}))
    with pytest.raises(UpstreamFailed):
        await read(response)


async def test_cancelling_lets_go_of_the_call():
    stream = Stream(open_=True)
    client = Client(server(lambda _: stream))
    await client.initialize()
    response = await client.post(request("tools/call", {"name": "t"}, "c"))
    reading = asyncio.create_task(read(response))
    await asyncio.sleep(0)
    note = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "c"}}
    assert (await client.post(note)).status == 202
    with pytest.raises(UpstreamFailed, match="cancelled"):
        await reading
    await response.close()
    assert stream.closed.is_set()


async def test_the_stream_of_a_session_is_a_subscription():
    streams = []

    def answer(message):
        acknowledged = {"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged"}
        streams.append(Stream(acknowledged, open_=True))
        return streams[-1]

    client = Client(upstream := server(answer))
    await client.initialize()
    response = await client.send("GET")
    assert (await client.send("GET")).status == 409
    chunks = response.chunks(patient=True)
    assert await anext(chunks) == b":\n\n"
    streams[0].put(
        {
            "jsonrpc": "2.0",
            "method": "notifications/tools/list_changed",
            "params": {"_meta": {f"{META}subscriptionId": 1}},
        }
    )
    heard = await next_message(chunks)
    assert heard == {"jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": {}}
    waiting = asyncio.create_task(next_message(chunks))
    await read(await client.post(request("resources/subscribe", {"uri": "a:b"})))
    wanted = upstream.last("subscriptions/listen")[1]["params"]["notifications"]
    assert wanted["resourceSubscriptions"] == ["a:b"]
    assert len(streams) == 2
    updated = {"jsonrpc": "2.0", "method": "notifications/resources/updated"}
    streams[1].put(updated | {"params": {"uri": "a:b"}})
    assert (await waiting)["params"] == {"uri": "a:b"}
    await response.close()
    assert all(stream.closed.is_set() for stream in streams)


async def test_a_server_that_says_nothing_unasked_has_no_stream():
    client = Client(server(lambda message: failure(message, -32601, status=404)))
    await client.initialize()
    assert (await client.send("GET")).status == 405


async def test_what_is_about_the_credential_is_passed_on():
    client = Client(server(lambda _: Said(401)))
    assert (await client.post(request("tools/call", {"name": "t"}))).status == 401
