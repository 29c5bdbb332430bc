"""Every way to be refused: the right status, the right error, and nothing sent upstream."""

import json
import time

import pytest

from sumun.audit import AuditUnavailable
from sumun.gateway.hosts import host_name, own_names

HEAD = '{"jsonrpc":"2.0",'
CALL = '"method":"tools/call","params":{"name":"echo","arguments":'
EMAIL = "minjun.kim@example.kr"
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}


def code(answer):
    return answer.json()["error"]["code"]


BROKEN = {
    "nothing": (b"", -32700),
    "no json": (b"{", -32700),
    "trailing": (HEAD + '"id":1,"method":"ping"} x', -32700),
    "not utf-8": (b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', -32700),
    "utf-16": ((HEAD + '"id":1,"method":"ping"}').encode("utf-16"), -32700),
    "byte order mark": (b"\xef\xbb\xbf" + (HEAD + '"id":1,"method":"ping"}').encode(), -32700),
    "NaN": (HEAD + f'"id":1,{CALL}{{"x":NaN}}}}}}', -32700),
    "Infinity": (HEAD + f'"id":1,{CALL}{{"x":-Infinity}}}}}}', -32700),
    "overflow": (HEAD + f'"id":1,{CALL}{{"x":1e999}}}}}}', -32700),
    "huge integer": (HEAD + f'"id":1,{CALL}{{"x":{"9" * 100_000}}}}}}}', -32700),
    "lone surrogate": (HEAD + f'"id":1,{CALL}{{"x":"\\ud800"}}}}}}', -32700),
    "deep": ("[" * 100_000, -32700),
    "deep and closed": ("[" * 100_000 + "]" * 100_000, -32700),
    "deep objects": ('{"a":' * 100_000, -32700),
    "empty batch": ("[]", -32600),
    "batch of initialize": (f'[{HEAD}"id":1,"method":"initialize"}}]', -32600),
    "text": ('"ping"', -32600),
    "null": ("null", -32600),
    "no version": ('{"id":1,"method":"ping"}', -32600),
    "version 1.0": ('{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
    "id null": (HEAD + '"id":null,"method":"ping"}', -32600),
    "id true": (HEAD + '"id":true,"method":"ping"}', -32600),
    "id 1.5": (HEAD + '"id":1.5,"method":"ping"}', -32600),
    "id list": (HEAD + '"id":[1],"method":"ping"}', -32600),
    "no method": (HEAD + '"id":1}', -32600),
    "empty method": (HEAD + '"id":1,"method":""}', -32600),
    "method number": (HEAD + '"id":1,"method":1}', -32600),
    "result and error": (HEAD + '"id":1,"result":{},"error":{}}', -32600),
    "result without id": (HEAD + '"result":{}}', -32600),
    "params list": (HEAD + '"id":1,"method":"ping","params":[1]}', -32602),
    "params text": (HEAD + '"id":1,"method":"ping","params":"x"}', -32602),
    "no name": (HEAD + '"id":1,"method":"tools/call","params":{}}', -32602),
    "name number": (HEAD + '"id":1,"method":"tools/call","params":{"name":1}}', -32602),
    "name list": (HEAD + '"id":1,"method":"prompts/get","params":{"name":["a"]}}', -32602),
    "no uri": (HEAD + '"id":1,"method":"resources/read"}', -32602),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_is_no_message_is_refused(system, what):
    body, expected = BROKEN[what]
    begun = time.monotonic()
    answer = await system.send(body)
    assert time.monotonic() - begun < 2
    assert (answer.status_code, code(answer)) == (400, expected)
    assert answer.headers["content-type"] == "application/json"
    assert system.upstream.requests == []


async def test_what_is_nested_deeper_than_can_be_inspected_is_refused(system):
    nested = "[" * 600 + f'"{EMAIL}"' + "]" * 600
    answer = await system.send(HEAD + f'"id":1,{CALL}{{"x":{nested}}}}}}}')
    assert answer.status_code == 200
    assert answer.json()["error"]["data"]["reason"] == "unscannable"
    assert system.upstream.requests == []


@pytest.mark.parametrize("number", ["123456789012345678901234567890", "-7", "0.25", "1e3"])
async def test_numbers_arrive_with_their_value(system, number):
    await system.send(HEAD + f'"id":1,{CALL}{{"x":{number}}}}}}}')
    assert system.upstream.last[1]["params"]["arguments"]["x"] == json.loads(number)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_another_content_type_is_415(system, content_type):
    answer = await system.send(HEAD + '"id":1,"method":"ping"}', content_type=content_type)
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "HEAD"])
async def test_another_method_is_405(system, method):
    answer = await system.send(b"", method=method)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST, DELETE"


@pytest.mark.parametrize(
    ("method", "accept", "status"),
    [
        ("GET", "application/json", 406),
        ("POST", "text/html", 406),
        ("POST", "application/xml, image/*", 406),
        ("POST", "application/json", 200),
        ("POST", "application/json, text/event-stream", 200),
        ("POST", "text/event-stream;q=0.5 , Application/JSON", 200),
        ("POST", "*/*", 200),
        ("POST", "application/*, text/*", 200),
    ],
)
async def test_who_cannot_take_the_answer_gets_406(system, method, accept, status):
    token = await system.token()
    answer = await system.http.request(
        method,
        "/mcp/crm",
        content=HEAD + '"id":1,"method":"tools/call","params":{"name":"echo"}}',
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": accept,
            "Content-Type": "application/json",
        },
    )
    assert answer.status_code == status
    if status == 200:
        taken = "application/json, text/event-stream"
        assert system.upstream.last[0]["accept"] == (accept if accept in taken else taken)
    else:
        assert system.upstream.requests == []


@pytest.mark.parametrize("server", ["nobody", "crm/echo", "CRM", "crm%00", "%2e%2e"])
async def test_an_unknown_server_is_404(system, server):
    answer = await system.http.post(f"/mcp/{server}", json={})
    assert answer.status_code == 404


async def test_a_foreign_origin_is_403(system):
    answer = await system.call(headers=[("Origin", "https://evil.example")])
    assert answer.status_code == 403
    assert system.upstream.requests == []


@pytest.mark.parametrize(
    ("issuer", "host", "known"),
    [
        ("http://localhost:8080", "evil.example", False),
        ("http://localhost:8080", "localhost.evil.example:8080", False),
        ("http://localhost:8080", "169.254.169.254", False),
        ("http://localhost:8080", "127.0.0.1:8080", True),
        ("http://127.0.0.1:8080", "LOCALHOST:1", True),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("http://localhost:8080", "agents.internal:8080", True),
        ("https://sumun.example", "backend-7:8080", True),
    ],
)
def test_under_which_names_a_machine_of_ones_own_is_called(issuer, host, known):
    """A page that had its name resolve to this machine sends that name as Host."""
    names = own_names(issuer, ["http://agents.internal:8080"])
    assert (names is None or host_name(host) in names) is known


async def test_another_host_is_421_where_the_issuer_is_on_loopback(system, monkeypatch):
    door = system.application.house.door
    monkeypatch.setattr(door, "_names", own_names("http://localhost:8080", []))
    answer = await system.call(headers=[("Host", "evil.example")])
    assert (answer.status_code, code(answer)) == (421, -32600)
    assert system.upstream.requests == []


async def test_a_body_over_the_limit_is_413(start):
    async with start(body_limit=1000) as system:
        answer = await system.call(arguments={"x": "y" * 1000})
        assert answer.status_code == 413
        assert system.upstream.requests == []


async def test_no_token_is_401_with_where_to_get_one(system):
    answer = await system.http.post("/mcp/crm", json={})
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer ")
    assert (
        'resource_metadata="https://sumun.example/.well-known/oauth-protected-resource/mcp/crm"'
        in challenge
    )


@pytest.mark.parametrize("server", ["hr", ""])
async def test_a_token_for_another_server_is_401(system, server):
    token = await system.token(server=server)
    answer = await system.http.post(
        "/mcp/crm", json={}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("message", "scope"),
    [
        ({"method": "tools/call", "params": {"name": "export"}}, "mcp:crm:export"),
        ({"method": "resources/read", "params": {"uri": "a://b"}}, "mcp:crm:resources/read"),
        ({"method": "made/up"}, "mcp:crm:made/up"),
    ],
)
async def test_too_little_scope_is_403_with_all_that_is_needed(system, message, scope):
    answer = await system.send({"jsonrpc": "2.0", "id": 1, **message}, client="narrow")
    assert answer.status_code == 403
    challenge = answer.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert f'scope="{scope}"' in challenge
    assert "resource_metadata=" in challenge
    assert answer.json()["error"]["data"]["scope"] == scope
    assert system.upstream.requests == []


@pytest.mark.parametrize("name", ["김민준", 'a"b', "a\r\nX-Evil: 1", "x" * 10_000, EMAIL, "a\0b"])
async def test_a_name_made_to_break_the_challenge_breaks_nothing(system, name):
    answer = await system.call(name, client="narrow")
    assert answer.status_code == 403
    assert "x-evil" not in answer.headers
    log = json.dumps(await system.events(), ensure_ascii=False)
    assert name not in log
    assert max(len(str(event)) for event in await system.events()) < 2000


async def test_a_tool_that_policy_denies(start):
    async with start('[[access]]\nname = "no"\ntool = "export"\nallow = false\n') as system:
        answer = await system.call("export")
        assert (answer.status_code, code(answer)) == (200, -32010)
        assert answer.json()["error"]["data"]["reason"] == "denied"
        assert (await system.events("access_refused"))[-1]["rule"] == "no"
        assert system.upstream.requests == []


REJECT = '[[rule]]\nname = "never"\ncategory = "contact"\ndirection = "{}"\naction = "reject"\n'


async def test_arguments_that_policy_rejects_go_nowhere(start):
    async with start(REJECT.format("arguments")) as system:
        answer = await system.call(arguments={"to": EMAIL})
        assert answer.json()["error"]["data"]["reason"] == "rejected"
        assert EMAIL not in answer.text
        assert system.upstream.requests == []


async def test_results_that_policy_rejects_stay_there(start):
    async with start(REJECT.format("results")) as system:
        system.upstream.answer = lambda _: {"structuredContent": {"to": EMAIL}}
        answer = await system.call()
        assert answer.json()["error"]["data"]["reason"] == "rejected"
        assert EMAIL not in answer.text


async def test_too_many_calls_are_429(start):
    async with start("[limits]\ncalls_per_minute = 60\nburst = 2\n") as system:
        statuses = [(await system.call()).status_code for _ in range(4)]
        assert statuses == [200, 200, 429, 429]
        answer = await system.call()
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.json()["error"]["data"]["reason"] == "limited"
        assert (await system.call(client="other")).status_code == 200
        assert len(system.upstream.requests) == 3


@pytest.mark.parametrize("failing", ["tool_call", "tool_access"])
async def test_without_the_log_nothing_passes(system, failing, monkeypatch):
    record = system.rooms.audit.record

    async def fail(*events):
        if any(event.event_type == failing for event in events):
            raise AuditUnavailable("the disk is full")
        return await record(*events)

    monkeypatch.setattr(system.rooms.audit, "record", fail)
    system.upstream.answer = lambda _: {"structuredContent": {"secret": "of the tool"}}
    answer = await system.call()
    assert (answer.status_code, code(answer)) == (503, -32010)
    assert answer.json()["error"]["data"]["reason"] == "unrecorded"
    assert "of the tool" not in answer.text
    assert len(system.upstream.requests) == (failing == "tool_access")


async def test_a_server_list_that_cannot_be_read_again_stops_nobody(system, monkeypatch):
    from sumun.storage.contract import StorageUnavailable

    await system.call()
    registry = system.application.house.registry

    async def away(*_):
        raise StorageUnavailable("away")

    monkeypatch.setattr(registry, "_read_at", float("-inf"))
    monkeypatch.setattr(registry._database, "read", away)
    assert (await system.call()).status_code == 503  # revocation cannot be checked either
    monkeypatch.undo()
    assert (await system.call()).status_code == 200


MISMATCHES = {
    "method": ({}, [("Mcp-Method", "tools/list")]),
    "name": ({}, [("Mcp-Name", "export")]),
    "missing method": (MODERN, [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Name", "echo")]),
    "missing name": (MODERN, [("MCP-Protocol-Version", "2026-07-28"),
                              ("Mcp-Method", "tools/call")]),
    "version": (MODERN, [("MCP-Protocol-Version", "2026-09-01"), ("Mcp-Method", "tools/call"),
                         ("Mcp-Name", "echo")]),
    "no version": (MODERN, []),
    "version of another era": (MODERN, [("MCP-Protocol-Version", "2025-11-25")]),
    "case": ({}, [("Mcp-Name", "Echo")]),
    "two names": ({}, [("Mcp-Name", "echo"), ("Mcp-Name", "echo")]),
    "two params": ({}, [("Mcp-Param-X", "1"), ("Mcp-Param-X", "2")]),
    "two versions": ({}, [("MCP-Protocol-Version", "2025-11-25")] * 2),
    "broken base64": ({}, [("Mcp-Name", "=?base64?####?=")]),
    "base64 of no text": ({}, [("Mcp-Name", "=?base64?/w==?=")]),
    "broken base64 in a param": ({}, [("Mcp-Param-X", "=?base64?a?=")]),
}  # fmt: skip


@pytest.mark.parametrize("what", MISMATCHES)
async def test_headers_that_say_something_else_than_the_body(system, what):
    meta, headers = MISMATCHES[what]
    answer = await system.call(meta=meta, headers=headers)
    assert (answer.status_code, code(answer)) == (400, -32020)
    assert answer.json()["id"] == 1
    assert system.upstream.requests == []
