"""The one stream of a legacy session (GET), made of a modern server's ``subscriptions/listen``.

A legacy client subscribes to resources one by one while it listens; a modern server is told all at
once, so it is asked anew whenever they change.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from sumun.gateway.eras import as_legacy, wire
from sumun.gateway.eras.conversations import Conversation
from sumun.gateway.eras.revisions import LIST_CHANGES, UPDATED
from sumun.gateway.jsonrpc import Id
from sumun.gateway.upstreams.upstream import UpstreamFailed, UpstreamResponse

Listen = Callable[[dict[str, Any]], Awaitable[tuple[int, UpstreamResponse]]]
"""Sends ``subscriptions/listen``; returns its id and the server's answer."""

_KEEP_ALIVE: Final = 15.0
_BACKLOG: Final = 256
_PATIENCE: Final = 5.0
_OK: Final = 200
_TOLD: Final = frozenset({*LIST_CHANGES, UPDATED})


class Changes:
    """What a modern server says unasked, for one legacy client.

    Parameters
    ----------
    conversation:
        The client's, where its subscriptions are.
    listen:
        Asks the server.
    limit:
        Bytes of one message.

    """

    def __init__(self, conversation: Conversation, listen: Listen, limit: int) -> None:
        self._conversation = conversation
        self._listen = listen
        self._limit = limit
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_BACKLOG)
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> wire.Made:
        """Return the stream; 405 if the server has nothing to say unasked.

        Raises
        ------
        UpstreamFailed
            If the server cannot be reached.

        """
        self._conversation.listening = True
        try:
            await self._listen_anew()
        except BaseException:
            await self.leave()
            raise
        if self._reading is None:
            await self.leave()
            return wire.Made(405)
        return wire.Made(body=self._stream(), closing=self.leave)

    async def leave(self) -> None:
        """Stop listening."""
        self._conversation.listening = False
        self._conversation.settled.set()
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _listen_anew(self) -> None:
        """Ask for what is wanted now; only then let go of what was asked before."""
        wanted: dict[str, Any] = dict.fromkeys(LIST_CHANGES.values(), True)
        if self._conversation.uris:
            wanted["resourceSubscriptions"] = sorted(self._conversation.uris)
        id_, response = await self._listen({"notifications": wanted})
        if response.status != _OK or response.content_type != wire.EVENTS:
            await response.close()
            return
        acknowledged = asyncio.Event()
        reading = asyncio.create_task(self._read(id_, response, acknowledged))
        try:
            async with asyncio.timeout(_PATIENCE):
                await acknowledged.wait()
        except BaseException:
            reading.cancel()
            raise
        before, self._reading = self._reading, reading
        if before is not None:
            before.cancel()

    async def _read(self, id_: Id, response: UpstreamResponse, begun: asyncio.Event) -> None:
        try:
            async for message in wire.messages(response, self._limit, patient=True):
                begun.set()
                if message is None:
                    continue
                if message.get("method") in _TOLD:
                    await self._heard.put(as_legacy.notification(message))
                elif wire.is_response(message, id_):
                    return
        except UpstreamFailed:
            pass
        finally:
            begun.set()
            await response.close()

    async def _stream(self) -> AsyncIterator[bytes]:
        conversation = self._conversation
        yield wire.COMMENT
        while not conversation.ended:
            heard = asyncio.ensure_future(self._heard.get())
            changed = asyncio.ensure_future(conversation.changed.wait())
            try:
                await asyncio.wait(
                    {heard, changed, *filter(None, [self._reading])},
                    timeout=_KEEP_ALIVE,
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                heard.cancel()
                changed.cancel()
            if heard.done() and not heard.cancelled():
                yield wire.event(heard.result())
            elif conversation.changed.is_set():
                conversation.changed.clear()
                await self._listen_anew()
                conversation.settled.set()
            elif self._reading is not None and self._reading.done():
                return  # the client listens again, as after any end
            else:
                yield wire.COMMENT
