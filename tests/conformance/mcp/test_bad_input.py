"""What is large, odd or false, of callers and of servers: answered, bounded, nobody held up.

What servers do otherwise to break, or to lead elsewhere, is in ``tests/faults/test_upstreams.py``.
"""

import asyncio
import gzip
import json
import tracemalloc
from functools import cache

import pytest

REFUSED = -32600
FAILED = -32011
MEGABYTE = 2**20
MODERN = [
    ("MCP-Protocol-Version", "2026-07-28"),
    ("Mcp-Method", "tools/call"),
    ("Mcp-Name", "echo"),
]


@cache
def bomb():
    """Return a hundred megabytes, small."""
    return gzip.compress(b"0" * 100 * MEGABYTE)


def message(**members):
    params = {"name": "echo", "arguments": {}}
    return {"jsonrpc": "2.0", "method": "tools/call", "params": params, **members}


def fault(answer):
    return answer.status_code, answer.json()["error"]["code"]


# -- callers ------------------------------------------------------------------------------------

IDS = ["null", "true", "1.5", "1e400", "{}", "[1]", "-0.0", "1e3"]


@pytest.mark.parametrize("id_", IDS)
async def test_an_id_of_an_odd_type_is_no_request(system, id_):
    raw = json.dumps(message()).replace("{", f'{{"id":{id_},', 1)
    answer = await system.send(raw)
    assert answer.status_code == 400
    assert answer.json()["id"] is None
    assert system.upstream.requests == []


@pytest.mark.parametrize("id_", [0, -1, 2**53, 2**64, 10**30, "", "null", "x" * 5000, "번호"])
async def test_an_id_of_a_right_type_comes_back_as_it_was(system, id_):
    answer = await system.send(message(id=id_))
    assert answer.status_code == 200
    assert answer.json()["id"] == id_
    assert type(answer.json()["id"]) is type(id_)


@pytest.mark.parametrize("revision", ["2025-06-18", "2025-11-25", "2026-07-28", "2027-01-01"])
async def test_a_batch_where_the_revision_has_none(system, revision):
    batch = json.dumps([message(id=1), message(id=2)])
    answer = await system.send(batch, headers=[("MCP-Protocol-Version", revision)])
    assert fault(answer) == (400, REFUSED)
    assert system.upstream.requests == []


@pytest.mark.parametrize(
    "response",
    [
        {"id": 99, "result": {}},
        {"id": "nobody", "error": {"code": 1, "message": "no"}},
        {"id": 10**30, "result": {"content": []}},
    ],
)
async def test_a_response_to_nobody_gets_no_answer(system, response):
    answer = await system.send({"jsonrpc": "2.0", **response})
    assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip", "GZIP"])
async def test_a_compressed_body_is_not_opened(system, encoding):
    bomb()
    tracemalloc.start()
    try:
        answer = await system.send(bomb(), headers=[("Content-Encoding", encoding)])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert fault(answer) == (415, REFUSED)
    assert answer.headers["accept-encoding"] == "identity"
    assert most < 10 * MEGABYTE


async def test_a_body_may_say_that_it_is_not_compressed(system):
    answer = await system.send(message(id=1), headers=[("Content-Encoding", "identity")])
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header", [("Mcp-Method", "tools/list"), ("Mcp-Name", "export"), ("Mcp-Name", "ECHO")]
)
async def test_a_header_that_disagrees_with_the_body(system, header):
    headers = [each for each in MODERN if each[0] != header[0]]
    answer = await system.send(message(id=1), headers=[*headers, header])
    assert fault(answer) == (400, -32020)
    assert system.upstream.requests == []


# -- servers ------------------------------------------------------------------------------------


async def meanwhile(system, hostile):
    """Return the hostile answer; another caller is answered in the meantime."""
    good = system.upstream.answer

    def answer(asked):
        hurt = asked["params"]["name"] == "hurt"
        return hostile if hurt else good(asked)

    system.upstream.answer = answer
    await system.call()  # tokens and connections are there
    hurt = asyncio.create_task(system.call("hurt"))
    others = [await system.call(arguments={"n": n}) for n in range(3)]
    assert [each.json()["result"]["structuredContent"]["n"] for each in others] == [0, 1, 2]
    async with asyncio.timeout(20):
        return await hurt


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
async def test_a_compressed_result_is_not_opened(system, encoding):
    system.upstream.headers = {"Content-Encoding": encoding}
    system.upstream.answer = lambda _: bomb()
    bomb()
    tracemalloc.start()
    try:
        answer = await system.call()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert fault(answer) == (502, FAILED)
    assert most < 10 * MEGABYTE


DEEP = {
    "lists": b"[" * 200_000 + b"]" * 200_000,
    "objects": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "a number": b"9" * 1_000_000,
    "keys": b"{" + b",".join(b'"k%d":1' % n for n in range(100_000)) + b"}",
}


@pytest.mark.parametrize("what", DEEP)
async def test_a_result_of_an_extreme_shape_is_answered_either_way(system, what):
    hostile = b'{"jsonrpc":"2.0","id":1,"result":{"structuredContent":' + DEEP[what] + b"}}"
    answer = await meanwhile(system, hostile)
    assert answer.status_code in {200, 502}
    assert answer.json()["id"] == 1
    assert "Traceback" not in answer.text
