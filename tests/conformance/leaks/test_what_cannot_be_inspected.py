"""What no recognizer can read does not pass unless the policy says so, in either direction."""

import json

import pytest
from tests.conformance.leaks.gateway import Gateway, Response
from tests.conformance.leaks.messages import LEGACY, MODERN

from sumun.policy import Policy

PICTURE = {"type": "image", "data": "iVBORw0KGgo=", "mimeType": "image/png"}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "x"}}


@pytest.fixture
def refusing(rooms):
    return Gateway(rooms.guard(Policy.default()))


@pytest.mark.parametrize(
    "result",
    [
        {"content": [PICTURE]},
        {"content": [{"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"}]},
        {"content": [{"type": "resource", "resource": {"uri": "a://b", "blob": "iVBORw0KGgo="}}]},
        {"inputRequests": {"a": {"params": {"messages": [{"role": "user", "content": PICTURE}]}}}},
    ],
    ids=["image", "audio", "blob", "question"],
)
async def test_no_caller_hears_it(refusing, result):
    answer = json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()
    heard = await refusing.down(Response(answer), CALL, LEGACY)
    assert b'"unscannable"' in heard
    assert b"iVBORw0KGgo" not in heard


@pytest.mark.parametrize(
    ("message", "revision"),
    [
        ({"jsonrpc": "2.0", "id": 1, "result": {"content": PICTURE, "role": "assistant"}}, LEGACY),
        (
            CALL | {"params": {"name": "x", "inputResponses": {"a": {"content": PICTURE}}}},
            MODERN,
        ),
    ],
    ids=["response", "answer"],
)
async def test_no_server_hears_it(refusing, message, revision):
    assert await refusing.up(message, revision) == b""


async def test_what_was_protected_for_one_caller_is_nobody_elses_to_keep(refusing):
    text = {"type": "text", "text": "minjun.kim@example.kr"}
    result = {"cacheScope": "public", "ttlMs": 1, "content": [text]}
    answer = json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()
    assert b'"cacheScope":"private"' in await refusing.down(Response(answer), CALL, MODERN)
