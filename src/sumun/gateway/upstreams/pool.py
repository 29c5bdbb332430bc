"""The open lines to one server: begun when needed, again when they broke, ended when unused."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

import msgspec

from sumun.gateway.eras.revisions import UNSUPPORTED_VERSION
from sumun.gateway.upstreams.backoff import Backoff
from sumun.gateway.upstreams.connection import Connection
from sumun.gateway.upstreams.handshake import Refused, initialize, is_modern
from sumun.gateway.upstreams.link import Link
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed
from sumun.guard import Principal

_STEADY: Final = 60.0
"""Seconds after which a line that breaks is no sign that the next one will."""
_TICK: Final = 5.0
_OF_ONE_OWNER: Final = 4
"""Lines one principal may have: of both eras, and of clients that can do different things."""

_log = logging.getLogger("sumun")

Dial = Callable[[Principal | None], Awaitable[Link]]
"""Opens a line for a principal; raises :class:`UpstreamFailed`."""


class Lane(NamedTuple):
    """Who shares a line: callers of one era, of one principal, who said the same of themselves."""

    modern: bool
    owner: str
    hello: bytes


class Line:
    """An open line.

    Attributes
    ----------
    connection:
        What goes over it.
    lane:
        Who shares it.
    greeting:
        What the server said of itself; empty where no handshake was needed.
    used_at:
        Monotonic seconds.

    """

    def __init__(self, connection: Connection, lane: Lane, greeting: dict[str, Any]) -> None:
        self.connection = connection
        self.lane = lane
        self.greeting = greeting
        self.begun_at = self.used_at = time.monotonic()


class _Place:
    """What is known of a lane."""

    def __init__(self) -> None:
        self.line: Line | None = None
        self.opening: asyncio.Task[Line] | None = None
        self.backoff = Backoff()

    @property
    def empty(self) -> bool:
        return self.line is None and self.opening is None


class Pool:
    """Opens lines, and ends them.

    Parameters
    ----------
    name:
        The server's, for the log.
    dial:
        Opens a line.
    limit:
        How many there may be.
    idle_timeout:
        Seconds after which one that nobody uses is ended.
    message_limit:
        Bytes of one message.

    """

    def __init__(
        self, name: str, dial: Dial, *, limit: int, idle_timeout: float, message_limit: int
    ) -> None:
        self._name = name
        self._dial = dial
        self._limit = limit
        self._idle_timeout = idle_timeout
        self._message_limit = message_limit
        self._places: dict[Lane, _Place] = {}
        self._running: dict[Connection, asyncio.Task[None]] = {}
        self._sweeping: asyncio.Task[None] | None = None
        self._closed = False
        self.failure = ""
        """Why the last line that should have been there is not; empty if it is."""

    @property
    def open_lines(self) -> list[Line]:
        """The lines that are open now."""
        return [place.line for place in self._places.values() if place.line is not None]

    async def get(self, lane: Lane, principal: Principal | None, patience: float) -> Line:
        """Return the line of a lane; if there is none, begin one for ``principal``.

        It is one of the other era if the server does not speak that of the lane.

        Raises
        ------
        UpstreamAway
            If it broke a moment ago, or cannot be begun.
        UpstreamFailed
            If it is not there within ``patience`` seconds; it goes on beginning.

        """
        place = self._places.setdefault(lane, _Place())
        if place.line is not None:
            place.line.used_at = time.monotonic()
            return place.line
        if place.opening is None:
            if place.backoff.wait:
                raise UpstreamAway(f"it is tried again in {place.backoff.wait:.1f} s")
            self._make_room(lane.owner)
            place.opening = asyncio.create_task(self._open(place, lane, principal))
            place.opening.add_done_callback(_looked_at)
        try:
            async with asyncio.timeout(patience):
                return await asyncio.shield(place.opening)
        except TimeoutError:
            raise UpstreamFailed("it is still starting") from None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self._closed and task is not None and not task.cancelling():
                raise UpstreamAway("it was taken away") from None
            raise

    def end(self, line: Line) -> None:
        """End a line; what is left of it is seen to in the background."""
        place = self._places.get(line.lane)
        if place is not None and place.line is line:
            place.line = None
        self._stop(line.connection)

    async def close(self) -> None:
        """End all lines."""
        self._closed = True
        tasks = [place.opening for place in self._places.values() if place.opening is not None]
        self._places.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        running = dict(self._running)
        for connection in running:
            self._stop(connection)
        if self._sweeping is not None:
            self._sweeping.cancel()
        await asyncio.gather(*running.values(), return_exceptions=True)
        await asyncio.gather(*(connection.link.end() for connection in running))

    def _make_room(self, owner: str) -> None:
        """See to it that there may be one line more, in all and for ``owner``."""
        if self._closed:
            raise UpstreamAway("it was taken away")
        if self._sweeping is None:
            self._sweeping = asyncio.create_task(self._sweep())
        taken = {lane: place for lane, place in self._places.items() if not place.empty}
        own = {lane: place for lane, place in taken.items() if owner and lane.owner == owner}
        for places, limit in ((own, _OF_ONE_OWNER), (taken, self._limit)):
            if len(places) >= limit:
                lines = [place.line for place in places.values() if place.line is not None]
                idle = [line for line in lines if line.connection.idle]
                if not idle:
                    raise UpstreamFailed(f"all {limit} lines to it are busy")
                self.end(min(idle, key=lambda line: line.used_at))
                return

    async def _open(self, place: _Place, lane: Lane, principal: Principal | None) -> Line:
        try:
            link = await self._dial(principal)
            connection = Connection(link, limit=self._message_limit, private=bool(lane.owner))
            self._running[connection] = asyncio.create_task(self._run(connection))
            try:
                return self._settle(await self._greeted(connection, lane))
            except BaseException:
                self._stop(connection)
                raise
        except UpstreamFailed as failed:
            self._note(place, str(failed))
            raise
        except msgspec.DecodeError:
            self._note(place, "it did not begin as an MCP server does")
            raise UpstreamAway(self.failure) from None
        finally:
            place.opening = None

    async def _greeted(self, connection: Connection, lane: Lane) -> Line:
        if lane.modern and await is_modern(connection):
            return Line(connection, lane, {})
        try:
            greeting = await initialize(connection, msgspec.json.decode(lane.hello))
        except TimeoutError:
            raise UpstreamAway("it did not begin in time") from None
        except Refused as refused:
            if lane.modern and refused.error.get("code") == UNSUPPORTED_VERSION:
                return Line(connection, lane, {})  # it was late to hear the first question
            raise
        return Line(connection, lane._replace(modern=False), greeting)

    def _settle(self, line: Line) -> Line:
        """Give a line its place, which is another one if the server speaks another era."""
        if line.connection.over:
            raise UpstreamAway(line.connection.link.fate)
        place = self._places.setdefault(line.lane, _Place())
        self.failure = ""
        if place.line is not None:
            self.end(line)
            return place.line
        place.line = line
        return line

    async def _run(self, connection: Connection) -> None:
        """Serve a line until it ends, and see to it that nothing is left of it."""
        try:
            await connection.run()
            self._broke(connection)
        finally:
            try:
                await connection.link.end()
            finally:
                self._running.pop(connection, None)

    def _stop(self, connection: Connection) -> None:
        """End a connection; once, since the end takes a moment that nothing may cut short."""
        running = self._running.get(connection)
        if running is not None and not running.cancelling():
            running.cancel()

    def _broke(self, connection: Connection) -> None:
        for place in self._places.values():
            if place.line is not None and place.line.connection is connection:
                if time.monotonic() - place.line.begun_at > _STEADY:
                    place.backoff.succeeded()
                place.line = None
                self._note(place, connection.link.fate)
                _log.warning("server %s: %s", self._name, self.failure)

    def _note(self, place: _Place, failure: str) -> None:
        place.backoff.failed()
        self.failure = failure

    async def _sweep(self) -> None:
        """End lines that nobody uses, and forget lanes of which nothing is left."""
        while True:
            await asyncio.sleep(min(_TICK, self._idle_timeout / 2))
            now = time.monotonic()
            for lane, place in list(self._places.items()):
                if place.line is not None and not place.line.connection.idle:
                    place.line.used_at = now
                elif place.line is not None and now - place.line.used_at > self._idle_timeout:
                    self.end(place.line)
                elif place.empty and place.backoff.forgotten:
                    del self._places[lane]


def _looked_at(task: asyncio.Task[Line]) -> None:
    """Take note of a failure that no caller waited for to its end."""
    if not task.cancelled():
        task.exception()
