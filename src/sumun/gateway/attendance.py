"""Whether the caller still waits for an answer that takes its time.

Closing the connection cancels a request (MCP 2026-07-28 streamable HTTP, "Cancellation"), and while
no answer has begun there is no stream whose end would show it.
"""

import asyncio
from types import TracebackType
from typing import Final

from starlette.types import Receive

_MOMENT: Final = 0.25
"""Seconds before anybody looks: most answers are there by then."""


class CallerGone(Exception):
    """Nobody waits for the answer any more."""


class Attended:
    """Ends what is done within it as soon as the caller has gone.

    Parameters
    ----------
    receive:
        Where the caller's leaving shows, once its request was read.

    Raises
    ------
    CallerGone
        At the end of the block, if the caller left before.

    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._watching: asyncio.Task[None] | None = None
        self._gone = False

    async def __aenter__(self) -> None:
        """Begin to look after a moment."""
        self._task = asyncio.current_task()
        self._cancelling = self._task.cancelling() if self._task is not None else 0
        self._timer = self._loop.call_later(_MOMENT, self._look)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look no more."""
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self._gone and self._task is not None:
            still = (
                self._task.uncancel()
            )  # as asyncio.timeout tells its own cancelling from others'
            if still <= self._cancelling and kind is asyncio.CancelledError:
                raise CallerGone from None

    def _look(self) -> None:
        self._watching = self._loop.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._task is not None:
            self._gone = True
            self._task.cancel()
