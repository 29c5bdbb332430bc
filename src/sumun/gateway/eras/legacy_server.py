"""A server that speaks legacy revisions only, for clients that speak the modern one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from sumun.gateway import jsonrpc
from sumun.gateway.eras import as_modern, wire
from sumun.gateway.eras.legacy_calls import AGAIN, Call, Waiting
from sumun.gateway.eras.legacy_listening import Feed, Listener
from sumun.gateway.eras.legacy_sessions import Session, Sessions
from sumun.gateway.eras.revisions import (
    CAPABILITIES,
    LEGACY,
    LEVELS,
    LOG_LEVEL,
    MODERN,
    NO_TASKS,
    TASK_METHODS,
    UNSUPPORTED_VERSION,
)
from sumun.gateway.eras.wire import Made
from sumun.gateway.jsonrpc import INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.guard import Principal

_REMOVED: Final = frozenset(
    {
        "initialize",
        "ping",
        "logging/setLevel",
        "resources/subscribe",
        "resources/unsubscribe",
    }
)
"""Methods of legacy revisions that the modern one does not have, or means otherwise."""
_GONE: Final = 404


class LegacyServer:
    """Answers modern requests with the help of legacy sessions.

    Parameters
    ----------
    upstream:
        The server.

    """

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._sessions = Sessions(upstream)
        self._feeds: dict[Session, Feed] = {}
        self._waiting = Waiting()

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None,
    ) -> UpstreamResponse:
        """Answer one HTTP request of a modern client.

        Raises
        ------
        UpstreamFailed
            If the server gives no usable answer.

        """
        if method != "POST":
            return Made(405)
        message = jsonrpc.decode(body)
        if "method" not in message:
            fault = "A client of this revision sends no responses"
            return wire.answer(wire.error(None, INVALID_REQUEST, fault), 400)
        if "id" not in message:
            return Made(202)  # the revision defines none that a server would act on
        if (refusal := _refused(message, wire.header(headers, wire.REVISION))) is not None:
            return refusal
        match message["method"]:
            case "server/discover":
                return await self._discover(message, principal)
            case "subscriptions/listen":
                return await self._listen(message, principal)
        return await self._call(message, wire.of_the_caller(headers), principal)

    async def close(self) -> None:
        """Let the server know that nobody needs it any more."""
        await self._waiting.close()
        await self._sessions.close()

    async def _discover(self, message: dict[str, Any], principal: Principal | None) -> Made:
        session = await self._sessions.of(principal, message["params"]["_meta"])
        found = as_modern.discovered(session.initialized, session.revision)
        server = session.initialized.get("serverInfo")
        return wire.answer(
            wire.result(message["id"], as_modern.result("server/discover", found, server))
        )

    async def _listen(self, message: dict[str, Any], principal: Principal | None) -> Made:
        session = await self._sessions.of(principal, message["params"]["_meta"])
        wanted = message["params"].get("notifications")
        if not isinstance(wanted, dict):
            fault = "params.notifications must be an object"
            return wire.answer(wire.error(message["id"], INVALID_PARAMS, fault), 400)
        if session not in self._feeds:
            self._feeds[session] = Feed(session, lambda: self._feeds.pop(session, None))
        feed = self._feeds[session]
        return await Listener(feed, message["id"]).start(wanted)

    async def _call(
        self, message: dict[str, Any], headers: wire.Pairs, principal: Principal | None
    ) -> UpstreamResponse:
        state = message["params"].get("requestState")
        if state is None or state == AGAIN:
            return await self._begin(message, headers, principal)
        call = self._waiting.take(state, message, principal) if isinstance(state, str) else None
        if call is None:
            fault = "The call that asked does not wait here any more; make it again"
            return wire.answer(wire.error(message["id"], INVALID_PARAMS, fault), 400)
        try:
            await call.go_on(message)
        except BaseException:
            await call.cancel()
            raise
        return await _answered(call)

    async def _begin(
        self, message: dict[str, Any], headers: wire.Pairs, principal: Principal | None
    ) -> UpstreamResponse:
        """Make a call; in another session, if the server has forgotten the one there was."""
        session, id_, response = await self._made(message, headers, principal)
        if response.status == _GONE and session.id:
            await response.close()
            self._sessions.forget(session)
            session, id_, response = await self._made(message, headers, principal)
        if wire.is_no_answer(response):
            return response
        return await _answered(Call(session, message, id_, response, self._waiting))

    async def _made(
        self, message: dict[str, Any], headers: wire.Pairs, principal: Principal | None
    ) -> tuple[Session, int, UpstreamResponse]:
        meta = message["params"]["_meta"]
        session = await self._sessions.of(principal, meta)
        await _hear_logs(session, meta.get(LOG_LEVEL))
        id_ = session.new_id()
        params = as_modern.params_for_legacy(message["params"], id_)
        request = wire.request(id_, message["method"], params)
        try:
            return session, id_, await session.post(request, headers)
        except asyncio.CancelledError:
            await session.cancel(id_)
            raise


async def _hear_logs(session: Session, level: Any) -> None:
    """Have the server send what a request wants to hear; others in the session may want more."""
    if level not in LEVELS or session.capability("logging") is None:
        return
    if session.level is None or LEVELS.index(level) < LEVELS.index(session.level):
        session.level = level
        await session.ask("logging/setLevel", {"level": level})


async def _answered(call: Call) -> Made:
    """Return what a call is answered with, in the form the server chose."""
    if call.streams:
        return Made(body=_events(call), closing=call.leave)
    try:
        said = [message async for message in call.round() if message is not None]
    finally:
        await call.leave()
    if not said:
        raise UpstreamFailed("it answered nothing")
    unknown = said[-1].get("error", {}).get("code") == METHOD_NOT_FOUND
    return wire.answer(said[-1], _GONE if unknown else 200)


async def _events(call: Call) -> AsyncIterator[bytes]:
    async for message in call.round():
        yield wire.COMMENT if message is None else wire.event(message)


def _refused(message: dict[str, Any], revision: str) -> Made | None:
    """Return why a request cannot be one of the modern era, if so (basic, "Per-request fields")."""
    id_ = message["id"]
    if revision != MODERN:
        data = {"supported": [MODERN, *reversed(LEGACY)], "requested": revision}
        fault = wire.error(id_, UNSUPPORTED_VERSION, "Unsupported protocol version", data)
        return wire.answer(fault, 400)
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    if not isinstance(meta, dict) or not isinstance(meta.get(CAPABILITIES), dict):
        fault = wire.error(id_, INVALID_PARAMS, f"params._meta must hold {CAPABILITIES}")
        return wire.answer(fault, 400)
    if message["method"] in TASK_METHODS:
        return wire.answer(wire.error(id_, METHOD_NOT_FOUND, NO_TASKS), _GONE)
    if message["method"] in _REMOVED:
        fault = wire.error(id_, METHOD_NOT_FOUND, "This revision has no such method")
        return wire.answer(fault, _GONE)
    return None
