"""``subscriptions/listen`` at a legacy server: its one stream of notifications, for many listeners.

A legacy session has one stream of what the server says unasked (GET), and subscribes to resources
one by one; a modern client opens as many streams as it likes and names all at once.
Source: MCP 2026-07-28 basic/patterns/subscriptions, 2025-11-25 transports, "Listening".
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from sumun.gateway.eras import wire
from sumun.gateway.eras.legacy_sessions import Session
from sumun.gateway.eras.revisions import LIST_CHANGES, SUBSCRIPTION, UPDATED
from sumun.gateway.jsonrpc import METHOD_NOT_FOUND, Id
from sumun.gateway.upstreams.upstream import UpstreamFailed, UpstreamResponse

_KEEP_ALIVE: Final = 15.0
_BACKLOG: Final = 256
_URIS: Final = 64
_OK: Final = 200


class Feed:
    """What a session's server says unasked, read while somebody listens.

    Parameters
    ----------
    session:
        The session.
    silent:
        Called when nobody listens any more.

    """

    def __init__(self, session: Session, silent: Callable[[], object]) -> None:
        self._session = session
        self._silent = silent
        self._subscribed: Counter[str] = Counter()
        self._listeners: set[Listener] = set()
        self._reading: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()

    async def join(self, listener: "Listener", wanted: dict[str, Any]) -> dict[str, Any]:
        """Let a listener hear what it wants; return what of that the server tells at all.

        Raises
        ------
        UpstreamFailed
            If the server cannot be reached.

        """
        self._listeners.add(listener)
        self._session.listeners.add(listener.hear)
        self._session.busy += 1
        async with self._opening:
            if self._reading is None:
                response = await self._session.listen()
                if response.status == _OK and response.content_type == wire.EVENTS:
                    self._reading = asyncio.create_task(self._read(response))
                else:
                    await response.close()  # what is said during calls is heard nevertheless
        # Many servers tell of changes without having declared that they would.
        honoured: dict[str, Any] = {
            name: True
            for method, name in LIST_CHANGES.items()
            if wanted.get(name) is True
            and self._session.capability(method.split("/")[1]) is not None
        }
        uris = wanted.get("resourceSubscriptions")
        for uri in uris[:_URIS] if isinstance(uris, list) else ():
            if isinstance(uri, str) and uri not in listener.uris and await self._subscribe(uri):
                listener.uris.add(uri)
        if listener.uris:
            honoured["resourceSubscriptions"] = sorted(listener.uris)
        return honoured

    async def leave(self, listener: "Listener") -> None:
        """Let a listener go, and close the stream after the last."""
        if listener not in self._listeners:
            return
        self._listeners.discard(listener)
        self._session.listeners.discard(listener.hear)
        self._session.busy -= 1
        if not self._listeners:
            self._silent()
            if self._reading is not None:
                self._reading.cancel()
        for uri in listener.uris:
            self._subscribed[uri] -= 1
            if not self._subscribed[uri]:
                del self._subscribed[uri]
                await self._session.ask("resources/unsubscribe", {"uri": uri})

    async def _subscribe(self, uri: str) -> bool:
        if not self._subscribed[uri] and not await self._session.ask(
            "resources/subscribe", {"uri": uri}
        ):
            del self._subscribed[uri]
            return False
        self._subscribed[uri] += 1
        return True

    async def _read(self, response: UpstreamResponse) -> None:
        try:
            async for message in wire.messages(response, self._session.limit, patient=True):
                if message is None:
                    continue
                if "id" not in message:
                    self._session.hear(message)
                elif message.get("method") == "ping":
                    await self._session.tell(wire.result(message["id"], {}))
                elif "method" in message:
                    # Nobody's call: a modern client is asked in answers only.
                    refusal = wire.error(message["id"], METHOD_NOT_FOUND, "No call to answer in")
                    await self._session.tell(refusal)
        except UpstreamFailed:
            pass
        finally:
            await response.close()
        self._reading = None
        for listener in self._listeners:
            listener.end()


class Listener:
    """One ``subscriptions/listen`` under way.

    Parameters
    ----------
    feed:
        Where it hears from.
    id_:
        The request's id, which is the subscription's too.

    """

    def __init__(self, feed: Feed, id_: Id) -> None:
        self.uris: set[str] = set()
        self._feed = feed
        self._id = id_
        self._wanted: frozenset[str] = frozenset()
        self._heard: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_BACKLOG)

    async def start(self, wanted: dict[str, Any]) -> wire.Made:
        """Return the stream of what was wanted.

        Raises
        ------
        UpstreamFailed
            If the server cannot be reached.

        """
        try:
            honoured = await self._feed.join(self, wanted)
        except BaseException:
            await self._feed.leave(self)
            raise
        self._wanted = frozenset(
            method for method, name in LIST_CHANGES.items() if name in honoured
        )
        return wire.Made(body=self._stream(honoured), closing=lambda: self._feed.leave(self))

    def hear(self, message: dict[str, Any]) -> None:
        """Take a notification, if it was wanted; who does not read ends instead of growing."""
        if not self._wants(message) or self._heard.full():
            return
        params = message.get("params")
        own = dict(params) if isinstance(params, dict) else {}
        meta = own.get("_meta")
        own["_meta"] = {**(meta if isinstance(meta, dict) else {}), SUBSCRIPTION: self._id}
        self._heard.put_nowait(wire.notification(message["method"], own))
        if self._heard.full():
            self.end()

    def end(self) -> None:
        """End the stream: there is nothing more to hear."""
        while self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(None)

    def _wants(self, message: dict[str, Any]) -> bool:
        method = message.get("method")
        # A resource below the one subscribed to may be told of, so any is taken.
        return method in self._wanted or (method == UPDATED and bool(self.uris))

    async def _stream(self, honoured: dict[str, Any]) -> AsyncIterator[bytes]:
        meta = {SUBSCRIPTION: self._id}
        yield wire.event(
            wire.notification(
                "notifications/subscriptions/acknowledged",
                {"notifications": honoured, "_meta": meta},
            )
        )
        while True:
            try:
                message = await asyncio.wait_for(self._heard.get(), _KEEP_ALIVE)
            except TimeoutError:
                yield wire.COMMENT
                continue
            if message is None:
                break
            yield wire.event(message)
        yield wire.event(wire.result(self._id, {"resultType": "complete", "_meta": meta}))
