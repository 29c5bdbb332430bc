"""The sessions the gateway keeps with a legacy server, for clients that know of none."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import msgspec

from sumun.gateway.eras import wire
from sumun.gateway.eras.as_modern import client_capabilities
from sumun.gateway.eras.revisions import CAPABILITIES, CLIENT, LEGACY, OWN_NAME
from sumun.gateway.eras.wire import Pairs
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.guard import Principal

_MOST: Final = 512
_IDLE: Final = 600.0


class Session:
    """One session: what was agreed at its beginning, and how messages go through it.

    Attributes
    ----------
    initialized:
        The result of ``initialize``.
    level:
        The least severe log messages the server was asked for, if any.
    busy:
        How many calls and listeners need it to stay.

    """

    def __init__(
        self, upstream: Upstream, principal: Principal | None, initialized: dict[str, Any], id_: str
    ) -> None:
        self.initialized = initialized
        self.revision: str = initialized["protocolVersion"]
        self.id = id_
        self.principal = principal
        self.level: str | None = None
        self.busy = 0
        self.used_at = 0.0
        self.listeners: set[Callable[[dict[str, Any]], None]] = set()
        self._upstream = upstream
        self._last_id = 1

    @property
    def limit(self) -> int:
        """Bytes of one message."""
        return self._upstream.result_limit

    def capability(self, name: str) -> dict[str, Any] | None:
        """Return what the server declared it can do, if it did."""
        declared = self.initialized.get("capabilities")
        found = declared.get(name) if isinstance(declared, dict) else None
        return found if isinstance(found, dict) else None

    def hear(self, message: dict[str, Any]) -> None:
        """Let everybody who listens know of a notification."""
        for listener in list(self.listeners):
            listener(message)

    def new_id(self) -> int:
        """Return an id no other request of this session has."""
        self._last_id += 1
        return self._last_id

    async def post(self, message: dict[str, Any], headers: Pairs) -> UpstreamResponse:
        """Send one message."""
        return await wire.post(
            self._upstream, [*headers, *self._headers()], message, self.principal
        )

    async def tell(self, message: dict[str, Any]) -> None:
        """Send what has no answer."""
        await wire.tell(self._upstream, self._headers(), message, self.principal)

    async def cancel(self, id_: int) -> None:
        """Tell the server to stop a request (MCP 2025-11-25 "Cancellation")."""
        params = {"requestId": id_, "reason": "the client has gone"}
        with suppress(UpstreamFailed):  # a server that is away has stopped
            await self.tell(wire.notification("notifications/cancelled", params))

    async def ask(self, method: str, params: dict[str, Any]) -> bool:
        """Send a request of the gateway's own; return whether it succeeded."""
        id_ = self.new_id()
        response = await self.post(wire.request(id_, method, params), [])
        said = await wire.answer_in(response, id_, self.limit)
        return "result" in said

    async def listen(self, after: str = "") -> UpstreamResponse:
        """Open the stream of what the server says unasked, or what came ``after`` an event."""
        headers = [("accept", wire.EVENTS), *self._headers()]
        if after:
            headers.append(("last-event-id", after))
        return await self._upstream.send("GET", headers, b"", self.principal)

    async def end(self) -> None:
        """Tell the server that nobody needs the session any more."""
        if self.id:
            response = await self._upstream.send("DELETE", self._headers(), b"", self.principal)
            await response.close()

    def _headers(self) -> Pairs:
        headers = [(wire.REVISION, self.revision)]
        return [*headers, (wire.SESSION, self.id)] if self.id else headers


class Sessions:
    """Opens a session for each principal, client and set of capabilities, and uses it again.

    Parameters
    ----------
    upstream:
        The server.
    clock:
        Monotonic seconds.

    """

    def __init__(self, upstream: Upstream, clock: Callable[[], float] = time.monotonic) -> None:
        self._upstream = upstream
        self._clock = clock
        self._open: dict[Any, asyncio.Task[Session]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def of(self, principal: Principal | None, meta: dict[str, Any]) -> Session:
        """Return the session for a request, begun if there is none.

        Raises
        ------
        UpstreamFailed
            If the server does not begin one.

        """
        key = (who(principal), msgspec.json.encode([meta.get(CAPABILITIES), meta.get(CLIENT)]))
        opening = self._open.pop(key, None)
        if opening is None:
            self._make_room()
            opening = asyncio.create_task(self._begin(principal, meta))
        self._open[key] = opening  # the last of the dictionary is the one used last
        try:
            session = await asyncio.shield(opening)
        except Exception:
            if self._open.get(key) is opening:
                del self._open[key]
            raise
        session.used_at = self._clock()
        session.principal = principal  # the same one, by what was shown last
        return session

    def forget(self, session: Session) -> None:
        """Begin another one next time: the server does not know this one any more."""
        self._open = {
            key: opening
            for key, opening in self._open.items()
            if not _is_begun(opening) or opening.result() is not session
        }

    async def close(self) -> None:
        """End every session."""
        open_, self._open = self._open, {}
        begun = [opening.result() for opening in open_.values() if _is_begun(opening)]
        await asyncio.gather(*map(_ended, begun), *self._ending)

    async def _begin(self, principal: Principal | None, meta: dict[str, Any]) -> Session:
        hello = {
            "protocolVersion": LEGACY[-1],
            "capabilities": client_capabilities(meta[CAPABILITIES]),
            "clientInfo": _name(meta.get(CLIENT)),
        }
        question = wire.request(1, "initialize", hello)
        response = await wire.post(self._upstream, [], question, principal)
        if wire.is_no_answer(response):
            await response.close()
            raise UpstreamFailed(f"it began no session (status {response.status})")
        id_ = response.headers.get(wire.SESSION, "")
        said = await wire.answer_in(response, 1, self._upstream.result_limit)
        greeted = said.get("result", {})
        if greeted.get("protocolVersion") not in LEGACY:
            raise UpstreamFailed("it began no session")
        session = Session(self._upstream, principal, greeted, id_)
        await session.tell(wire.notification("notifications/initialized", {}))
        return session

    def _make_room(self) -> None:
        """End the sessions nobody used for long, and the one unused for longest if all are taken.

        Raises
        ------
        UpstreamFailed
            If every one is in use.

        """
        idle = {
            key: opening.result()
            for key, opening in self._open.items()
            if _is_begun(opening) and not opening.result().busy
        }
        old = [key for key, each in idle.items() if self._clock() - each.used_at > _IDLE]
        if not old and len(self._open) >= _MOST:
            if not idle:
                raise UpstreamFailed("too many of its sessions are in use")
            old = [next(iter(idle))]
        for key in old:
            del self._open[key]
            ending = asyncio.create_task(_ended(idle[key]))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)


async def _ended(session: Session) -> None:
    with suppress(UpstreamFailed):  # it ends the session itself in time
        await session.end()


def _is_begun(opening: asyncio.Task[Session]) -> bool:
    return opening.done() and not opening.cancelled() and opening.exception() is None


def who(principal: Principal | None) -> tuple[str, ...]:
    """Return what stays the same of a principal, whatever token it shows."""
    if principal is None:
        return ()
    return (principal.tenant, principal.client_id, principal.subject)


def _name(stated: Any) -> dict[str, Any]:
    """Return who the client says it is; a name and a version are the least (2025-11-25)."""
    if isinstance(stated, dict) and isinstance(stated.get("name"), str):
        return {"version": "0", **stated}
    return dict(OWN_NAME)
