"""Modern clients at a legacy server: what it is sent, and what they hear."""

import asyncio

import pytest
from tests.unit.gateway.eras.scripted import (
    Said,
    Server,
    Stream,
    failure,
    modern,
    next_message,
    principal,
    read,
    result,
)

from sumun.gateway import jsonrpc
from sumun.gateway.eras.legacy_server import LegacyServer
from sumun.gateway.upstreams.upstream import UpstreamFailed

GREETING = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"tools": {}, "resources": {"subscribe": True}, "logging": {}, "tasks": {}},
    "serverInfo": {"name": "old", "version": "1"},
    "instructions": "Gently.",
}
REVISION = ("mcp-protocol-version", "2026-07-28")
QUESTION = {
    "jsonrpc": "2.0",
    "id": "q",
    "method": "elicitation/create",
    "params": {"mode": "form", "message": "Which?", "requestedSchema": {"type": "object"}},
}


def server(answer=None, session="s-1"):
    """Return a legacy server that greets, and answers the rest by ``answer``."""

    def say(method, headers, message):
        if message.get("method") == "initialize":
            return result(message, GREETING, headers={"mcp-session-id": session})
        if method == "DELETE" or (method == "POST" and "id" not in message):
            return Said(202)
        assert headers.get("mcp-session-id", "") == session
        assert headers["mcp-protocol-version"] == "2025-06-18"
        return answer(method, message) if answer else result(message, {"content": []})

    return Server(say)


async def send(legacy, message, who="ada", revision=REVISION):
    headers = [revision, ("mcp-method", message.get("method", "")), ("traceparent", "00-a")]
    return await legacy.send("POST", headers, jsonrpc.encode(message), principal(who))


async def test_discovery_is_the_handshake():
    upstream = server()
    found = (await read(await send(LegacyServer(upstream), modern("server/discover"))))["result"]
    assert found["supportedVersions"] == ["2026-07-28", "2025-06-18"]
    assert found["capabilities"].keys() == {"tools", "resources", "logging"}
    assert found["instructions"] == "Gently."
    assert found["_meta"] == {"io.modelcontextprotocol/serverInfo": GREETING["serverInfo"]}
    assert (found["resultType"], found["ttlMs"], found["cacheScope"]) == ("complete", 0, "private")
    _, hello = upstream.last("initialize")
    assert hello["params"]["clientInfo"] == {"name": "agent", "version": "3"}
    assert hello["params"]["capabilities"] == {"elicitation": {"form": {}, "url": {}}}
    assert upstream.methods() == ["initialize", "notifications/initialized"]


async def test_a_call_says_only_what_a_legacy_server_knows():
    upstream = server()
    call = modern("tools/call", name="t", arguments={"a": 1}, meta={"progressToken": "p"})
    said = await read(await send(LegacyServer(upstream), call))
    assert said["id"] == "r1"
    assert said["result"]["resultType"] == "complete"
    headers, sent = upstream.last("tools/call")
    assert sent["params"] == {
        "name": "t",
        "arguments": {"a": 1},
        "_meta": {"progressToken": sent["id"]},
    }
    assert headers["traceparent"] == "00-a"
    assert "mcp-method" not in headers


async def test_one_session_for_each_principal_client_and_set_of_capabilities():
    upstream = server()
    legacy = LegacyServer(upstream)
    other = {"io.modelcontextprotocol/clientCapabilities": {}}
    for who, meta in [("ada", {}), ("ada", {}), ("bob", {}), ("ada", other), ("ada", other)]:
        await read(await send(legacy, modern("tools/list", meta=meta), who))
    assert upstream.methods().count("initialize") == 3
    assert [sent["id"] for _, _, sent, _ in upstream.sent if sent.get("method") == "tools/list"]


async def test_a_session_the_server_forgot_is_begun_again():
    forgotten = [True]

    def answer(_method, message):
        return Said(404) if forgotten and forgotten.pop() else result(message, {"tools": []})

    upstream = server(answer)
    said = await read(await send(LegacyServer(upstream), modern("tools/list")))
    assert said["result"]["tools"] == []
    assert upstream.methods().count("initialize") == 2


@pytest.mark.parametrize(
    ("code", "shown", "status"), [(-32002, -32602, 200), (-32601, -32601, 404), (7, 7, 200)]
)
async def test_errors_have_the_codes_of_the_era(code, shown, status):
    upstream = server(lambda _, message: failure(message, code))
    response = await send(LegacyServer(upstream), modern("resources/read", uri="a:b"))
    assert response.status == status
    assert (await read(response))["error"]["code"] == shown


@pytest.mark.parametrize("method", ["ping", "initialize", "tasks/get", "logging/setLevel"])
async def test_methods_that_are_gone_are_not_found(method):
    upstream = server()
    response = await send(LegacyServer(upstream), modern(method))
    assert (response.status, (await read(response))["error"]["code"]) == (404, -32601)
    assert upstream.sent == []


@pytest.mark.parametrize(
    ("message", "revision", "code"),
    [
        (modern("tools/list"), "2027-01-01", -32022),
        ({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, "2026-07-28", -32602),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, "2026-07-28", -32600),
    ],
)
async def test_what_is_no_request_of_the_era_is_refused(message, revision, code):
    upstream = server()
    response = await send(LegacyServer(upstream), message, revision=(REVISION[0], revision))
    assert (response.status, (await read(response))["error"]["code"]) == (400, code)
    assert upstream.sent == []


async def test_get_and_delete_are_no_part_of_the_era():
    for method in ("GET", "DELETE"):
        assert (await LegacyServer(server()).send(method, [REVISION], b"", None)).status == 405


async def test_notifications_on_the_stream_of_a_call():
    def answer(_method, message):
        if message["method"] == "logging/setLevel":
            return result(message, {})
        told = {"jsonrpc": "2.0", "method": "notifications/message"}
        progress = {"progressToken": message["id"], "progress": 1}
        return Stream(
            told | {"params": {"level": "debug", "data": "quiet"}},
            told | {"params": {"level": "error", "data": "loud"}},
            {"jsonrpc": "2.0", "method": "notifications/progress", "params": progress},
            {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": 0}},
            {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"},
            {"jsonrpc": "2.0", "id": message["id"], "result": {"content": []}},
        )

    upstream = server(answer)
    wish = {"progressToken": "p", "io.modelcontextprotocol/logLevel": "warning"}
    heard = await read(
        await send(LegacyServer(upstream), modern("tools/call", meta=wish, name="t"))
    )
    assert [each.get("method") for each in heard] == [
        "notifications/message",
        "notifications/progress",
        None,
    ]
    assert heard[0]["params"]["data"] == "loud"
    assert heard[1]["params"]["progressToken"] == "p"
    assert upstream.last("logging/setLevel")[1]["params"] == {"level": "warning"}


def asking(stream):
    """Return a server whose call asks on ``stream`` and that takes the answer."""

    def answer(_method, message):
        if message.get("method") != "tools/call":
            return Said(202)
        stream.put(QUESTION)
        return stream

    return server(answer)


async def test_a_question_ends_a_round_and_the_retry_goes_on():
    stream = Stream(open_=True)
    upstream = asking(stream)
    legacy = LegacyServer(upstream)
    (asked,) = await read(await send(legacy, modern("tools/call", name="t")))
    required = asked["result"]
    assert required["resultType"] == "input_required"
    assert required["inputRequests"] == {
        "input": {"method": "elicitation/create", "params": QUESTION["params"]}
    }
    assert not stream.closed.is_set()
    again = modern(
        "tools/call",
        "r2",
        name="t",
        requestState=required["requestState"],
        inputResponses={"input": {"action": "accept", "content": {}}},
    )
    _, call = upstream.last("tools/call")
    stream.put({"jsonrpc": "2.0", "id": call["id"], "result": {"content": []}})
    (final,) = await read(await send(legacy, again))
    assert (final["id"], final["result"]["resultType"]) == ("r2", "complete")
    response = upstream.sent[-1][2]
    assert response == {"jsonrpc": "2.0", "id": "q", "result": {"action": "accept", "content": {}}}
    assert upstream.methods().count("tools/call") == 1
    assert stream.closed.is_set()


async def test_a_retry_without_the_answer_is_asked_again():
    legacy = LegacyServer(asking(Stream(open_=True)))
    (asked,) = await read(await send(legacy, modern("tools/call", name="t")))
    again = modern("tools/call", "r2", name="t", requestState=asked["result"]["requestState"])
    (asked_again,) = await read(await send(legacy, again))
    assert asked_again["id"] == "r2"
    assert asked_again["result"]["inputRequests"] == asked["result"]["inputRequests"]


@pytest.mark.parametrize(
    "change", [{"who": "bob"}, {"name": "other"}, {"state": "made up"}, {"state": 7}]
)
async def test_a_call_is_taken_up_by_nobody_else_and_by_no_other_call(change):
    legacy = LegacyServer(asking(Stream(open_=True)))
    (asked,) = await read(await send(legacy, modern("tools/call", name="t")))
    state = change.get("state", asked["result"]["requestState"])
    again = modern("tools/call", "r2", name=change.get("name", "t"), requestState=state)
    response = await send(legacy, again, change.get("who", "ada"))
    assert (response.status, (await read(response))["error"]["code"]) == (400, -32602)


async def test_a_client_that_cannot_be_asked_is_not():
    stream = Stream(open_=True)
    legacy = LegacyServer(upstream := asking(stream))
    none = {"io.modelcontextprotocol/clientCapabilities": {}}
    response = await send(legacy, modern("tools/call", meta=none, name="t"))
    stream.end()
    assert await read(response) == []
    refusals = [m for _, _, m, _ in upstream.sent if "error" in m]
    assert [refusal["error"]["code"] for refusal in refusals] == [-32601]


async def test_closing_cancels_the_call():
    stream = Stream(open_=True)
    upstream = server(lambda *_: stream)
    response = await send(LegacyServer(upstream), modern("tools/call", name="t"))
    await response.close()
    assert stream.closed.is_set()
    _, cancelled = upstream.last("notifications/cancelled")
    assert cancelled["params"]["requestId"] == upstream.last("tools/call")[1]["id"]


async def test_a_page_to_visit_is_a_question():
    visit = {"mode": "url", "url": "https://a.example", "message": "Go", "elicitationId": "e"}
    upstream = server(lambda _, m: failure(m, -32042, data={"elicitations": [visit]}))
    legacy = LegacyServer(upstream)
    asked = (await read(await send(legacy, modern("tools/call", name="t"))))["result"]
    (question,) = asked["inputRequests"].values()
    assert question["params"] == {key: visit[key] for key in ("mode", "url", "message")}
    again = modern("tools/call", "r2", name="t", requestState=asked["requestState"])
    await read(await send(legacy, again))
    assert upstream.methods().count("tools/call") == 2


async def test_listening_is_one_stream_for_all():
    stream = Stream(open_=True)

    def answer(method, message):
        return stream if method == "GET" else result(message, {})

    upstream = server(answer)
    legacy = LegacyServer(upstream)
    wanted = {
        "toolsListChanged": True,
        "promptsListChanged": True,
        "resourceSubscriptions": ["a:b"],
    }
    listeners = [
        await send(legacy, modern("subscriptions/listen", id_, notifications=wanted))
        for id_ in ("one", "two")
    ]
    heard = [listener.chunks(patient=True) for listener in listeners]
    for chunks, id_ in zip(heard, ("one", "two"), strict=True):
        params = (await next_message(chunks))["params"]
        assert params["notifications"] == {
            "toolsListChanged": True,
            "resourceSubscriptions": ["a:b"],
        }
        assert params["_meta"] == {"io.modelcontextprotocol/subscriptionId": id_}
    stream.put({"jsonrpc": "2.0", "method": "notifications/prompts/list_changed"})
    updated = {"jsonrpc": "2.0", "method": "notifications/resources/updated"}
    stream.put(updated | {"params": {"uri": "a:b"}})
    for chunks in heard:
        assert (await next_message(chunks))["params"]["uri"] == "a:b"
    assert upstream.methods().count("GET") == 1
    assert upstream.methods().count("resources/subscribe") == 1
    await listeners[0].close()
    assert "resources/unsubscribe" not in upstream.methods()
    stream.end()
    assert (await next_message(heard[1]))["result"]["resultType"] == "complete"
    await listeners[1].close()
    assert upstream.methods()[-1] == "resources/unsubscribe"


async def test_a_server_that_gives_nothing_usable_fails_the_call():
    for response in (Said(), Said(message=[1]), Said(message={"id": 1, "result": 7})):
        legacy = LegacyServer(server(lambda *_, answer=response: answer))
        with pytest.raises(UpstreamFailed):
            await send(legacy, modern("tools/list"))


async def test_callers_at_the_same_time_begin_one_session():
    upstream = server()
    legacy = LegacyServer(upstream)
    await asyncio.gather(*(send(legacy, modern("tools/list", n)) for n in range(5)))
    assert upstream.methods().count("initialize") == 1


async def test_closing_ends_sessions_and_calls_that_wait():
    stream = Stream(open_=True)
    legacy = LegacyServer(upstream := asking(stream))
    await read(await send(legacy, modern("tools/call", name="t")))
    await legacy.close()
    assert stream.closed.is_set()
    assert upstream.methods()[-2:] == ["notifications/cancelled", "DELETE"]
