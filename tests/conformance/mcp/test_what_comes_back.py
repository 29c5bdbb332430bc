"""What of an answer reaches the caller: every member of every message is judged."""

import base64
import json

import pytest

EMAIL = "minjun.kim@example.kr"
BASE64 = base64.b64encode(b"\x89PNG\r\n" + bytes(range(256))).decode()


def result(value):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": value}).encode()


HIDING_PLACES = {
    "text": {"content": [{"type": "text", "text": f"to {EMAIL}"}]},
    "structured": {"structuredContent": {"to": [{"deep": EMAIL}]}},
    "a key": {"structuredContent": {EMAIL: 1}},
    "json in text": {"content": [{"type": "text", "text": json.dumps({"to": EMAIL})}]},
    "percent": {"content": [{"type": "text", "text": EMAIL.replace("@", "%40")}]},
    "embedded resource": {
        "content": [{"type": "resource", "resource": {"uri": "a://b", "text": EMAIL}}]
    },
    "its uri": {"content": [{"type": "resource_link", "uri": f"crm://{EMAIL}", "name": "x"}]},
    "title": {"content": [{"type": "resource_link", "uri": "a://b", "name": "x", "title": EMAIL}]},
    "annotations": {"content": [{"type": "text", "text": "", "annotations": {"x": EMAIL}}]},
    "meta": {"content": [], "_meta": {"io.modelcontextprotocol/x": EMAIL}},
    "trace": {"content": [], "_meta": {"traceparent": EMAIL}},
    "progress token": {"content": [], "progressToken": EMAIL},
    "result type": {"content": [], "resultType": EMAIL},
    "cache scope": {"content": [], "cacheScope": EMAIL},
    "ttl": {"content": [], "ttlMs": EMAIL},
    "unknown member": {"anything": EMAIL},
    "state that is none": {"requestState": {"to": EMAIL}},
    "cursor that is none": {"nextCursor": [EMAIL]},
    "state": {"requestState": EMAIL},
    "cursor": {"nextCursor": EMAIL},
    "input request": {
        "inputRequests": {
            "a": {"method": "elicitation/create", "params": {"message": EMAIL}},
        }
    },
}


@pytest.mark.parametrize("place", HIDING_PLACES)
async def test_no_place_in_a_result_hides_data(system, place):
    system.upstream.answer = lambda _: HIDING_PLACES[place]
    answer = await system.call()
    assert answer.status_code == 200
    assert "result" in answer.json()
    assert EMAIL not in answer.text
    assert EMAIL.replace("@", "%40") not in answer.text


@pytest.mark.parametrize(
    "raw",
    [
        b'{"jsonrpc":"2.0","id":1,"result":{"content":[]},"extra":"minjun.kim@example.kr"}',
        b'{"jsonrpc":"minjun.kim@example.kr","id":1,"result":{"content":[]}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"a":"minjun.kim@example.kr","a":1}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"a":1},"result":{"a":"minjun.kim@example.kr"}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"a":"minjun.kim\\u0040example.kr"}}',
        b'{"jsonrpc":"2.0","id":1,"result":"minjun.kim@example.kr"}',
        b'{"jsonrpc":"2.0","id":1,"result":["minjun.kim@example.kr"]}',
        b'{"jsonrpc":"2.0","id":1,"error":"minjun.kim@example.kr"}',
        b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"minjun.kim@example.kr"}}',
        b'{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x","data":"a@example.kr"}}',
        b'{"jsonrpc":"2.0","id":"minjun.kim@example.kr","result":{"content":[]}}',
        b'{"jsonrpc":"2.0","id":true,"result":{"content":[]}}',
        b'{"jsonrpc":"2.0","id":2,"result":{"content":[]}}',
        b'{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}}',
        b'[{"jsonrpc":"2.0","id":1,"result":{"content":["minjun.kim@example.kr"]}}]',
        b'"minjun.kim@example.kr"',
        b"<html>minjun.kim@example.kr</html>",
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"jsonrpc":"2.0","id":1,"result":NaN}',
        result({"a": 1}).replace(b"1}}", b"[" * 600 + b'"a@example.kr"' + b"]" * 600 + b"}}"),
    ],
    ids=lambda raw: raw[:75].decode("latin-1"),
)
async def test_an_answer_of_the_wrong_shape_leaks_nothing_and_is_answered(system, raw):
    system.upstream.answer = lambda _: raw
    answer = await system.call()
    assert answer.status_code in {200, 502}
    assert answer.json()["id"] == 1
    assert "example.kr" not in answer.text
    assert (await system.events())[-1]["event_type"] in {"tool_access", "access_refused"}


async def test_what_no_rule_touches_comes_back_byte_for_byte(system):
    raw = b'{ "id":1,"jsonrpc":"2.0",\n"result" : {"content":[] , "x":1.10,"y":1E2} }'
    system.upstream.answer = lambda _: raw
    assert (await system.call()).content == raw


async def test_the_callers_progress_token_is_its_own(system):
    token = "a-token-of-the-caller-0123456789"
    note = {"method": "notifications/progress", "params": {"progressToken": token, "progress": 1}}
    system.upstream.answer = lambda _: {"progressToken": token, "at": EMAIL, "note": note["params"]}
    answer = (await system.call(meta={"progressToken": token})).json()["result"]
    assert answer["progressToken"] == token
    assert answer["at"] != EMAIL


BINARY = {
    "image": {"content": [{"type": "image", "data": BASE64, "mimeType": "image/png"}]},
    "audio": {"content": [{"type": "audio", "data": BASE64, "mimeType": "audio/wav"}]},
    "blob": {"contents": [{"uri": "a://b", "blob": BASE64}]},
    "embedded": {"content": [{"type": "resource", "resource": {"uri": "a://b", "blob": BASE64}}]},
    "prompt": {"messages": [{"role": "user", "content": {"type": "image", "data": BASE64}}]},
    "in a tool result": {
        "content": [{"type": "tool_result", "content": [{"type": "image", "data": BASE64}]}]
    },
    "in an input request": {
        "inputRequests": {
            "a": {
                "method": "sampling/createMessage",
                "params": {"messages": [{"content": {"type": "image", "data": BASE64}}]},
            }
        }
    },
}


@pytest.mark.parametrize("place", BINARY)
async def test_content_that_cannot_be_inspected_is_refused(system, place):
    system.upstream.answer = lambda _: BINARY[place]
    answer = (await system.call()).json()
    assert answer["error"]["data"]["reason"] == "unscannable"
    assert BASE64 not in str(answer)


@pytest.mark.parametrize("place", BINARY)
async def test_or_passed_as_it_is_where_policy_allows(start, place):
    async with start('binary = "allow"') as system:
        system.upstream.answer = lambda _: BINARY[place]
        assert (await system.call()).json()["result"] == BINARY[place]


async def test_a_type_that_is_no_word_is_no_crash(system):
    system.upstream.answer = lambda _: {"content": [{"type": ["image"]}, None, 1, [[{}]]]}
    assert (await system.call()).status_code == 200


async def test_answers_made_for_one_caller_are_not_for_shared_caches(system):
    system.upstream.answer = lambda _: {"cacheScope": "public", "contents": [{"text": EMAIL}]}
    assert (await system.call()).json()["result"]["cacheScope"] == "private"
    system.upstream.answer = lambda _: {"cacheScope": "public", "contents": []}
    assert (await system.call()).json()["result"]["cacheScope"] == "public"


async def test_observing_changes_nothing_and_records_it(start):
    async with start('mode = "observe"') as system:
        system.upstream.answer = lambda _: {"structuredContent": {"to": EMAIL}}
        answer = await system.call(arguments={"to": EMAIL})
        assert answer.json()["result"] == {"structuredContent": {"to": EMAIL}}
        assert system.upstream.last[1]["params"]["arguments"] == {"to": EMAIL}
        (outcome,) = await system.events("tool_access")
        assert outcome["action_taken"] == "observed"
        assert outcome["entities"] == {"EMAIL_ADDRESS": 2}


async def test_a_longer_answer_than_the_limit_is_refused(start):
    async with start(result_limit=10_000) as system:
        system.upstream.answer = lambda _: {"text": "x" * 20_000}
        answer = await system.call()
        assert answer.status_code == 502
        assert answer.json()["error"]["code"] == -32011
        assert (await system.events("tool_access"))[0]["reason"]
        system.upstream.answer = lambda _: {"text": "x" * 9_000}
        assert (await system.call()).status_code == 200
