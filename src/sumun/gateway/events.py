"""Server-sent events (WHATWG HTML §9.2), read and written one at a time without buffering more."""

import re
from collections.abc import AsyncIterator

import msgspec

_LINE_END = re.compile(rb"\r\n|\r|\n")
_FIELDS = frozenset({b"event", b"id", b"retry"})


class TooLong(Exception):
    """One event is longer than its bound."""


class ServerSentEvent(msgspec.Struct):
    """One event: its ``data`` and the fields that travel with it.

    An event with neither is a comment: it keeps the connection open, what it says is dropped.
    """

    data: bytes | None = None
    fields: dict[bytes, bytes] = {}

    def encode(self) -> bytes:
        """Return the event as it goes on the wire."""
        lines = [name + b": " + value for name, value in self.fields.items()]
        if self.data is not None:
            lines.extend(b"data: " + line for line in self.data.split(b"\n"))
        return b"\n".join(lines or [b":"]) + b"\n\n"


async def read_events(chunks: AsyncIterator[bytes], limit: int) -> AsyncIterator[ServerSentEvent]:
    """Yield the events of a stream as they become complete.

    Parameters
    ----------
    chunks:
        The bytes of the stream.
    limit:
        How many bytes one event may have.

    Raises
    ------
    TooLong
        If an event exceeds ``limit``.

    """
    under_way = bytearray()
    lines: list[bytes] = []
    size = 0
    after_return = False
    async for chunk in chunks:
        # A carriage return ends the line at once; a line feed that still comes belongs to it.
        begin = 1 if after_return and chunk.startswith(b"\n") else 0
        after_return = chunk.endswith(b"\r")
        pieces = _LINE_END.split(chunk[begin:])
        size += len(chunk)
        for piece in pieces[:-1]:
            under_way += piece
            if under_way:
                lines.append(bytes(under_way))
                under_way.clear()
            elif lines:
                yield _event(lines)
                lines = []
                size = len(chunk)
        under_way += pieces[-1]
        if size > limit:
            raise TooLong


def _event(lines: list[bytes]) -> ServerSentEvent:
    data: list[bytes] = []
    fields: dict[bytes, bytes] = {}
    for line in lines:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            data.append(value)
        elif name in _FIELDS:
            fields[name] = value
    return ServerSentEvent(b"\n".join(data) if data else None, fields)
