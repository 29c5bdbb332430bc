"""Lines of a stream, one at a time, none of them longer than its bound."""

import asyncio
import re
from collections.abc import AsyncIterator

import msgspec

_CHUNK = 64 * 1024
_EDGE = 256
_OPENS = re.compile(rb'\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*,')
_CLOSES = re.compile(
    rb',\s*"id"\s*:\s*(\d{1,15})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*\Z',
)


class Oversized(msgspec.Struct, frozen=True):
    """A line that was too long to keep: how it begins and how it ends."""

    begins: bytes
    ends: bytes

    @property
    def answers(self) -> int | None:
        """The number of the request it answers, if its ends show it.

        Servers write ``id`` before the result, or after it. Both patterns hold at the outermost
        object only, so nothing inside the result is taken for it.
        """
        found = _OPENS.match(self.begins) or _CLOSES.search(self.ends)
        return int(found[1]) if found else None


async def read_lines(stream: asyncio.StreamReader, limit: int) -> AsyncIterator[bytes | Oversized]:
    """Yield each line that says something, without its end.

    Parameters
    ----------
    stream:
        Where the lines come from.
    limit:
        Bytes of a line that are kept; what is longer is read and thrown away.

    """
    kept = bytearray()
    begins = b""
    ends = b""
    while chunk := await stream.read(_CHUNK):
        *complete, rest = chunk.split(b"\n")
        for piece in complete:
            if begins:
                yield Oversized(begins, (ends + piece)[-_EDGE:])
                begins = ends = b""
                continue
            kept += piece
            if len(kept) > limit:
                yield Oversized(bytes(kept[:_EDGE]), bytes(kept[-_EDGE:]))
            elif line := bytes(kept).strip():
                yield line
            kept.clear()
        if not begins:
            kept += rest
            if len(kept) > limit:
                begins, ends = bytes(kept[:_EDGE]), bytes(kept[-_EDGE:])
                kept.clear()
        else:
            ends = (ends + rest)[-_EDGE:]
