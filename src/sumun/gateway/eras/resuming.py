"""The messages of an answer whose stream a legacy server ends early, to be taken up again.

Source: MCP 2025-11-25 transports, "Sending Messages to the Server" and "Resumability and
Redelivery"; a modern client could not take it up itself.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from sumun.gateway.eras import wire
from sumun.gateway.eras.legacy_sessions import Session
from sumun.gateway.upstreams.upstream import UpstreamFailed, UpstreamResponse

_OK: Final = 200
_MOST: Final = 256
_PAUSE: Final = 1.0
"""Seconds until the stream is taken up, where the server does not say."""
_LONGEST_PAUSE: Final = 30.0
_LONGEST_ID: Final = 1024
_DIGITS: Final = 6


class Resuming:
    """What a server answers to one request, over as many streams as it takes.

    Parameters
    ----------
    session:
        Where the request was made.
    response:
        The answer's first stream, or all of it.

    """

    def __init__(self, session: Session, response: UpstreamResponse) -> None:
        self._session = session
        self._response = response
        self._said: dict[bytes, bytes] = {}

    async def messages(self) -> AsyncIterator[Any]:
        """Yield the messages as they come, and ``None`` for each sign of life.

        Raises
        ------
        UpstreamFailed
            If one is of no use, or the stream cannot be taken up again.

        """
        for _ in range(_MOST):
            async for message in wire.messages(
                self._response, self._session.limit, patient=False, fields=self._said
            ):
                yield message
            last = _event_id(self._said)
            if not last:
                return
            await self._response.close()
            await asyncio.sleep(_pause(self._said))
            self._response = await self._session.listen(after=last)
            if self._response.status != _OK or self._response.content_type != wire.EVENTS:
                raise UpstreamFailed("its stream ended and could not be taken up again")
        raise UpstreamFailed("its stream ended too often")

    async def close(self) -> None:
        """Let the server know that nobody listens any more."""
        await self._response.close()


def _event_id(said: dict[bytes, bytes]) -> str:
    """Return the id of the last event, if a header can hold it."""
    text = said.get(b"id", b"").decode("latin-1")
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST_ID else ""


def _pause(said: dict[bytes, bytes]) -> float:
    milliseconds = said.get(b"retry", b"")
    if not milliseconds.isdigit():
        return _PAUSE
    if len(milliseconds) > _DIGITS:
        return _LONGEST_PAUSE
    return min(int(milliseconds) / 1000, _LONGEST_PAUSE)
