"""Answers in the shape of HTTP, for servers that are not reached over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType

from sumun.gateway.upstreams.connection import Connection
from sumun.gateway.upstreams.inbox import Inbox
from sumun.gateway.upstreams.upstream import UpstreamFailed

_NONE: Mapping[str, str] = MappingProxyType({})


class Whole:
    """An answer that is all there."""

    def __init__(
        self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.content_type = "application/json" if body else ""
        self.headers = headers or _NONE
        self._body = body

    async def read(self, limit: int) -> bytes:
        """Return the body; see :class:`UpstreamResponse`."""
        if len(self._body) > limit:
            raise UpstreamFailed(f"its answer is longer than {limit} bytes")
        return self._body

    async def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:  # noqa: ARG002 - it is here
        """Yield the body."""
        yield self._body

    async def close(self) -> None:
        """Do nothing: nobody works for it any more."""


class Streamed:
    """An answer that begins with something else: an event stream.

    Parameters
    ----------
    connection, inbox:
        Where it comes from.
    first:
        What came already.
    timeout:
        Seconds a pause may have.

    """

    status = 200
    content_type = "text/event-stream"
    headers = _NONE

    def __init__(
        self, connection: Connection, inbox: Inbox, first: bytes | None, timeout: float
    ) -> None:
        self._connection = connection
        self._inbox = inbox
        self._first = first
        self._timeout = timeout

    async def read(self, limit: int) -> bytes:
        """Return all events together."""
        parts: list[bytes] = []
        size = 0
        async for chunk in self.chunks(patient=False):
            size += len(chunk)
            if size > limit:
                raise UpstreamFailed(f"its answer is longer than {limit} bytes")
            parts.append(chunk)
        return b"".join(parts)

    async def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:
        """Yield one event after the other."""
        message = self._first
        try:
            while True:
                if message is not None:
                    yield b"event: message\ndata: " + message + b"\n\n"
                async with asyncio.timeout(None if patient else self._timeout):
                    message = await self._inbox.get()
                if message is None:
                    return
        except TimeoutError:
            raise UpstreamFailed("its stream paused for too long") from None

    async def close(self) -> None:
        """Leave; the server is told to stop."""
        await self._connection.leave(self._inbox)
