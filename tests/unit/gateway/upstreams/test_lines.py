import asyncio

import pytest

from sumun.gateway.upstreams.lines import Oversized, read_lines


def stream(*chunks):
    reader = asyncio.StreamReader()
    for chunk in chunks:
        reader.feed_data(chunk)
    reader.feed_eof()
    return reader


async def lines(*chunks, limit=64):
    return [line async for line in read_lines(stream(*chunks), limit)]


async def test_lines_are_told_apart_however_they_come():
    assert await lines(b"one\ntw", b"o\r\n\n  \nthree\n", b"not ended") == [
        b"one",
        b"two",
        b"three",
    ]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b'{"jsonrpc":"2.0","id":17,"result":"%s"}', 17),
        (b'{ "id" : 17 , "result":"%s"}', 17),
        (b'{"result":"%s","jsonrpc":"2.0","id":17}', 17),
        (b'{"result":"%s", "id": 17, "jsonrpc": "2.0" }', 17),
        (b'{"result":{"id":17,"text":"%s"}}', None),
        (b'{"result":{"text":"%s","id":17}}', None),
        (b'{"id":"17","result":"%s"}', None),
    ],
)
async def test_a_line_that_is_too_long_shows_what_it_answers(line, number):
    found = await lines(line % (b"x" * 200_000) + b"\nnext\n", limit=1000)
    assert isinstance(found[0], Oversized)
    assert found[0].answers == number
    assert len(found[0].begins) + len(found[0].ends) <= 512
    assert found[1:] == [b"next"]


async def test_the_bound_is_exact():
    assert await lines(b"x" * 64 + b"\n") == [b"x" * 64]
    assert isinstance((await lines(b"x" * 65 + b"\n"))[0], Oversized)
