"""Stand-ins, sessions, request state and cursors: bound to whom they were given."""

import json

import pytest

EMAIL = "minjun.kim@example.kr"
TRUST = """
[[restore]]
name = "the mailer sees addresses"
server = ["crm", "hr"]
tool = "send"
category = "contact"
"""


async def stand_in(system, **options):
    """Let a result carry an address, and return what the model got for it."""
    system.upstream.answer = lambda _: {"structuredContent": {"to": EMAIL}}
    answer = (await system.call(**options)).json()
    system.upstream.answer = lambda message: {
        "structuredContent": message["params"].get("arguments")
    }
    return answer["result"]["structuredContent"]["to"]


def arguments_upstream(system):
    return system.upstream.last[1]["params"]["arguments"]


async def test_a_trusted_tool_sees_the_value_and_the_model_never(start):
    async with start(TRUST) as system:
        token = await stand_in(system)
        assert token.startswith("<EMAIL_ADDRESS:")
        answer = await system.call("send", {"to": token, "text": f"Dear {token}!", token: 1})
        assert arguments_upstream(system) == {"to": EMAIL, "text": f"Dear {EMAIL}!", EMAIL: 1}
        assert EMAIL not in answer.text
        assert token in answer.text
        assert EMAIL not in json.dumps(await system.events())


async def test_the_header_that_mirrors_it_shows_the_value_too(start):
    async with start(TRUST) as system:
        token = await stand_in(system)
        await system.call("send", {"to": token}, headers=[("Mcp-Param-To", token)])
        assert system.upstream.last[0]["mcp-param-to"] == EMAIL


async def test_any_other_tool_sees_the_stand_in(start):
    async with start(TRUST) as system:
        token = await stand_in(system)
        await system.call("echo", {"to": token}, headers=[("Mcp-Param-To", token)])
        assert arguments_upstream(system) == {"to": token}
        assert system.upstream.last[0]["mcp-param-to"] == token


async def test_a_bent_stand_in_is_refused(start):
    async with start(TRUST) as system:
        token = await stand_in(system)
        sent = len(system.upstream.requests)
        bent = token[:-2] + ("A" if token[-2] != "A" else "B") + ">"
        for arguments in ({"to": bent}, {"to": token[:-1]}, {"to": [{"deep": bent}]}):
            answer = await system.call("send", arguments)
            assert answer.json()["error"]["data"]["reason"] == "rejected"
        assert len(system.upstream.requests) == sent


async def test_a_stand_in_made_for_another_server_is_refused(start):
    async with start(TRUST) as system:
        foreign = await stand_in(system, server="hr")
        sent = len(system.upstream.requests)
        answer = await system.call("send", {"to": foreign})
        assert answer.json()["error"]["data"]["reason"] == "rejected"
        assert len(system.upstream.requests) == sent


OTHERS = [
    {"client": "other"},
    {"server": "hr"},
]


async def test_a_session_comes_back_as_the_servers_own(system):
    system.upstream.headers = {"Mcp-Session-Id": "the-servers-own"}
    sealed = (await system.call()).headers["mcp-session-id"]
    await system.call(headers=[("Mcp-Session-Id", sealed)])
    assert system.upstream.last[0]["mcp-session-id"] == "the-servers-own"


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize("other", OTHERS)
async def test_a_session_is_of_no_use_to_anyone_else(system, method, other):
    system.upstream.headers = {"Mcp-Session-Id": "the-servers-own"}
    sealed = (await system.call()).headers["mcp-session-id"]
    sent = len(system.upstream.requests)
    for session in (sealed, "the-servers-own", sealed[:-1], "", " ", "=", "é", "A" * 5000):
        body = '{"jsonrpc":"2.0","id":1,"method":"ping"}' if method == "POST" else b""
        if session.strip() and session.isascii():
            answer = await system.send(
                body, method=method, headers=[("Mcp-Session-Id", session)], **other
            )
            assert answer.status_code == 404
    assert len(system.upstream.requests) == sent


async def test_a_session_says_nothing_where_the_revision_has_none(system):
    """MCP 2026-07-28 streamable HTTP, "Backward Compatibility": it is ignored."""
    modern = [
        ("MCP-Protocol-Version", "2026-07-28"),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", "echo"),
    ]
    answer = await system.call(headers=[*modern, ("Mcp-Session-Id", "somebody-else's")])
    assert answer.status_code == 200
    assert "mcp-session-id" not in system.upstream.last[0]


def with_state(key, value, method="tools/call"):
    params = {"name": "echo", key: value}
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


@pytest.mark.parametrize(("given", "back"), [("requestState", "requestState"),
                                             ("nextCursor", "cursor")])  # fmt: skip
async def test_opaque_values_are_sealed_and_bound(system, given, back):
    opaque = f"hides {EMAIL}"
    system.upstream.answer = lambda _: {given: opaque}
    answer = await system.call()
    sealed = answer.json()["result"][given]
    assert EMAIL not in answer.text
    await system.send(with_state(back, sealed))
    assert system.upstream.last[1]["params"][back] == opaque
    sent = len(system.upstream.requests)
    wrong = "cursor" if back == "requestState" else "requestState"
    bent = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    refused = [
        (with_state(back, sealed), {"client": "other"}),
        (with_state(back, sealed), {"server": "hr"}),
        (with_state(back, bent), {}),
        (with_state(back, opaque), {}),
        (with_state(back, ""), {}),
        (with_state(wrong, sealed), {}),
    ]
    for message, other in refused:
        answer = await system.send(message, **other)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32602)
    assert len(system.upstream.requests) == sent


async def test_a_session_id_is_no_state(system):
    system.upstream.headers = {"Mcp-Session-Id": "the-servers-own"}
    sealed = (await system.call()).headers["mcp-session-id"]
    answer = await system.send(with_state("requestState", sealed))
    assert answer.status_code == 400


async def test_events_name_the_call_and_hold_no_value(system):
    token = await system.token()
    system.upstream.headers = {"Mcp-Session-Id": "the-servers-own"}
    await system.call(arguments={"to": EMAIL, "card": "4111-1111-1111-1111"})
    intent, outcome = (
        (await system.events("tool_call"))[-1],
        (await system.events("tool_access"))[-1],
    )
    assert intent["correlation_id"] == outcome["correlation_id"]
    assert (intent["tool_name"], intent["client_id"]) == ("echo", "mcp-client")
    assert outcome["contains_pii"]
    log = json.dumps(await system.events())
    for secret in (EMAIL, "4111-1111-1111-1111", token, "the-servers-own", "gateway's-own"):
        assert secret not in log
