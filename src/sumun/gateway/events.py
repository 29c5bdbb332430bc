"""Server-sent events (WHATWG HTML §9.2), read and written one at a time without buffering more."""

from collections.abc import AsyncIterator

import msgspec


class TooLong(Exception):
    """One event is longer than its bound."""


class ServerSentEvent(msgspec.Struct):
    """One event: its ``data`` and the fields that travel with it, as they came."""

    data: bytes | None
    fields: list[bytes]

    def encode(self) -> bytes:
        """Return the event as it goes on the wire."""
        lines = list(self.fields)
        if self.data is not None:
            lines.extend(b"data: " + line for line in self.data.split(b"\n"))
        return b"\n".join(lines) + b"\n\n"


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
    buffer = b""
    lines: list[bytes] = []
    size = 0
    async for chunk in chunks:
        buffer += chunk
        *complete, buffer = buffer.replace(b"\r\n", b"\n").split(b"\n")
        for line in complete:
            if line:
                lines.append(line)
                size += len(line)
            elif lines:
                yield _event(lines)
                lines, size = [], 0
        if size + len(buffer) > limit:
            raise TooLong


def _event(lines: list[bytes]) -> ServerSentEvent:
    data: list[bytes] = []
    fields: list[bytes] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if name == b"data":
            data.append(value[1:] if value.startswith(b" ") else value)
        elif colon or name:
            fields.append(line)
    return ServerSentEvent(b"\n".join(data) if data else None, fields)
