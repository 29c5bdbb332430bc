import pytest

from sumun.gateway.events import ServerSentEvent, TooLong, read_events

LIMIT = 1000


async def read(*chunks, limit=LIMIT):
    async def stream():
        for chunk in chunks:
            yield chunk

    return [(event.data, event.fields) async for event in read_events(stream(), limit)]


STREAMS = {
    b"data: a\n\n": [(b"a", {})],
    b"data:a\n\n": [(b"a", {})],
    b"data:  a\n\n": [(b" a", {})],
    b"data: a\ndata: b\n\n": [(b"a\nb", {})],
    b"data\n\n": [(b"", {})],
    b"event: message\nid: 7\nretry: 10\ndata: a\n\n": [
        (b"a", {b"event": b"message", b"id": b"7", b"retry": b"10"})
    ],
    b"id: 1\nid: 2\ndata: a\n\n": [(b"a", {b"id": b"2"})],
    b": keep alive\n\n": [(None, {})],
    b"unknown: x\ndata: a\n\n": [(b"a", {})],
    b"\n\n\ndata: a\n\n\n\n": [(b"a", {})],
    b"data: a\n\ndata: b\n\n": [(b"a", {}), (b"b", {})],
    b"data: never ended\n": [],
    b"": [],
}


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("stream", STREAMS)
async def test_events_are_read_however_lines_end_and_pieces_fall(stream, end):
    wire = stream.replace(b"\n", end)
    assert await read(wire) == STREAMS[stream]
    assert await read(*(wire[i : i + 1] for i in range(len(wire)))) == STREAMS[stream]
    for cut in range(len(wire)):
        assert await read(wire[:cut], wire[cut:]) == STREAMS[stream]


@pytest.mark.parametrize(
    "chunks",
    [
        [b"x" * 1001],
        [b"x" * 10] * 101,
        [b"data: x\n"] * 200,
        [b": x\n"] * 300,
        [b"data: a\n\n", b"x" * 1001],
    ],
)
async def test_an_event_over_the_limit_is_too_long(chunks):
    with pytest.raises(TooLong):
        await read(*chunks)


async def test_a_stream_may_be_longer_than_the_limit():
    assert len(await read(*[b"data: " + b"x" * 100 + b"\n\n"] * 100)) == 100


@pytest.mark.parametrize(
    ("event", "wire"),
    [
        (ServerSentEvent(b"a"), b"data: a\n\n"),
        (ServerSentEvent(b"a\nb"), b"data: a\ndata: b\n\n"),
        (ServerSentEvent(b"a", {b"id": b"1"}), b"id: 1\ndata: a\n\n"),
        (ServerSentEvent(), b":\n\n"),
    ],
)
def test_events_are_written(event, wire):
    assert event.encode() == wire
