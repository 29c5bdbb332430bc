import json

import pytest

from sumun.gateway import answers
from sumun.gateway.answers import Answer
from sumun.gateway.batch import answer_batch, is_batch
from sumun.gateway.headers import Headers


def ping(id_):
    return {"jsonrpc": "2.0", "id": id_, "method": "ping"}


async def answered(messages, answer):
    async def one(raw):
        return answer(json.loads(raw))

    return await answer_batch(json.dumps(messages).encode(), one)


def result(message):
    return Answer(200, json.dumps({"id": message["id"]}).encode(), [answers.JSON])


@pytest.mark.parametrize(
    ("revision", "body", "expected"),
    [
        ("", b" [1]", True),
        ("2025-03-26", b"[]", True),
        ("2025-06-18", b"[]", False),
        ("2026-07-28", b"[]", False),
        ("", b"{}", False),
    ],
)
def test_which_bodies_are_batches(revision, body, expected):
    headers = Headers([(b"mcp-protocol-version", revision.encode())] if revision else [])
    assert is_batch(headers, body) is expected


async def test_answers_in_order():
    answer = await answered([ping(1), ping("2")], result)
    assert (answer.status, json.loads(answer.body)) == (200, [{"id": 1}, {"id": "2"}])
    assert answer.headers == [answers.JSON]


async def test_nothing_to_say():
    assert (await answered([ping(1)], lambda _: Answer(202))).status == 202


async def test_a_stream_among_them_makes_a_stream():
    async def chunks():
        yield b"data: {}\n\n"

    def answer(message):
        if message["id"] == 1:
            return Answer(200, chunks(), [answers.EVENT_STREAM, (b"mcp-session-id", b"s")])
        return result(message)

    combined = await answered([ping(1), ping(2)], answer)
    assert combined.headers == [answers.EVENT_STREAM, (b"mcp-session-id", b"s")]
    assert [chunk async for chunk in combined.body] == [
        b"data: {}\n\n",
        b'data: {"id": 2}\n\n',
    ]


async def test_scope_that_is_missing_is_told_by_the_status():
    def answer(message):
        if message["id"] == 1:
            return result(message)
        return Answer(403, b"{}", [answers.JSON, (b"www-authenticate", b"Bearer")])

    combined = await answered([ping(1), ping(2)], answer)
    assert (combined.status, combined.headers[1:]) == (403, [(b"www-authenticate", b"Bearer")])


@pytest.mark.parametrize("messages", [[], [ping(1)] * 65, [{**ping(1), "method": "initialize"}]])
async def test_what_may_not_be_a_batch_is_refused(messages):
    assert (await answered(messages, result)).status == 400


@pytest.mark.parametrize("raw", [b"[", b"[1,]", b"[" * 100_000, b"[\xff]"])
async def test_what_is_no_json_is_refused(raw):
    async def nobody(_raw):
        raise AssertionError("there is no message")

    assert (await answer_batch(raw, nobody)).status == 400
