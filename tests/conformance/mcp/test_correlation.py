"""One id for all events of a call, over all its rounds, that no caller can choose."""

import json

REVISION = "2026-07-28"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
ASKED = """
[[approval]]
name = "payments are asked about"
server = "crm"
tool = "pay"
approver = "caller"
"""
FORMS = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
}
MODERN = [("MCP-Protocol-Version", REVISION), ("Mcp-Method", "tools/call"), ("Mcp-Name", "pay")]


def questions(message):
    """Answer as a server that asks twice before it is content."""
    round_ = {None: "first", "first": "second"}.get(message["params"].get("requestState"))
    if round_ is None:
        return {"content": []}
    return {"resultType": "input_required", "inputRequests": {}, "requestState": round_}


async def rounds_of_a_call(system, *, headers=(), meta=FORMS):
    """Call a tool until it is content; return what the answers call the call."""
    params = {"name": "pay", "arguments": {"amount": 1}, "_meta": meta}
    named = []
    while True:
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = await system.send(message, headers=[*MODERN, *headers])
        assert answer.status_code == 200, answer.text
        named.append(answer.headers["x-correlation-id"])
        result = answer.json()["result"]
        if "requestState" not in result:
            return named
        said = {
            key: {"action": "accept", "content": {"approve": True}}
            for key in result.get("inputRequests", {})
        }
        params = {**params, "requestState": result["requestState"], "inputResponses": said}


async def of_the_call(system):
    kinds = {"tool_call", "tool_access", "access_refused", "approval"}
    return [event for event in await system.events() if event["event_type"] in kinds]


async def test_questions_of_the_server_are_rounds_of_one_call(system):
    system.upstream.answer = questions
    named = await rounds_of_a_call(system)
    events = await of_the_call(system)
    assert len(named) == 3
    assert len(events) == 6
    assert {event["correlation_id"] for event in events} == set(named) == {named[0]}


async def test_approval_and_the_servers_questions_are_rounds_of_one_call(start):
    async with start(ASKED) as system:
        system.upstream.answer = questions
        named = await rounds_of_a_call(system)
        events = await of_the_call(system)
        actions = [event["action_taken"] for event in events if event["event_type"] == "approval"]
        assert actions[:3] == ["requested", "approved", "used"]
        assert {event["correlation_id"] for event in events} == set(named) == {named[0]}


async def test_two_calls_have_two_ids(system):
    first, second = [(await system.call()).headers["x-correlation-id"] for _ in range(2)]
    assert first != second


async def test_a_refusal_is_named_too(start):
    async with start('[[access]]\nname = "no"\ntool = "pay"\nallow = false\n') as system:
        answer = await system.call("pay")
        (event,) = await system.events("access_refused")
        assert answer.headers["x-correlation-id"] == event["correlation_id"]


async def test_the_caller_names_its_trace_and_not_the_call(system):
    meta = {"traceparent": TRACEPARENT, "correlation_id": "mine"}
    answer = await system.call(
        meta=meta, headers=[("X-Correlation-Id", "mine"), ("X-Request-Id", "mine")]
    )
    events = await of_the_call(system)
    assert {event["trace_id"] for event in events} == {TRACE}
    assert {event["correlation_id"] for event in events} == {answer.headers["x-correlation-id"]}
    assert "mine" not in json.dumps(events)


async def test_what_is_no_trace_is_not_recorded(system):
    for said in (TRACEPARENT.upper(), TRACE, "mine", TRACEPARENT + "-more", 7, None, [TRACEPARENT]):
        await system.call(meta={"traceparent": said})
    assert all("trace_id" not in event for event in await of_the_call(system))


async def test_a_call_at_the_address_of_all_servers_has_one_id(system):
    system.upstream.answer = lambda message: (
        {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}
        if message["method"] == "tools/list"
        else {"content": []}
    )
    headers = [*MODERN[:2], ("Mcp-Name", "crm__echo")]
    answer = await system.call("crm__echo", server="", meta=FORMS, headers=headers)
    assert "result" in answer.json(), answer.text
    events = await of_the_call(system)
    assert {event["server"] for event in events} == {"crm"}
    assert [event["correlation_id"] for event in events] == [answer.headers["x-correlation-id"]] * 2


async def test_all_rounds_of_a_call_that_an_older_client_makes_there_have_one_id(system):
    system.upstream.answer = questions
    answer = await system.call("crm__echo", server="")
    assert '"result"' in answer.text
    events = await of_the_call(system)
    assert len(events) == 6
    assert len({event["correlation_id"] for event in events}) == 1


async def test_each_call_of_a_batch_has_its_own(system):
    calls = [
        {"jsonrpc": "2.0", "id": n, "method": "tools/call", "params": {"name": "echo"}}
        for n in range(3)
    ]
    answer = await system.send(json.dumps(calls), headers=[("MCP-Protocol-Version", "2025-03-26")])
    assert answer.status_code == 200, answer.text
    ids = [event["correlation_id"] for event in await of_the_call(system)]
    assert len(set(ids)) == 3
    assert set(answer.headers.get_list("x-correlation-id")) == set(ids)
