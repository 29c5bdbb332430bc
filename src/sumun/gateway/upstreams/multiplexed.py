"""Servers that many callers share a line to, in the shape of HTTP: standard streams, HTTP+SSE."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from sumun.config import UpstreamConfig
from sumun.gateway import jsonrpc
from sumun.gateway.eras.revisions import LEGACY, MODERN, UNSUPPORTED_VERSION, VERSION
from sumun.gateway.upstreams.connection import Connection
from sumun.gateway.upstreams.handshake import OWN_HELLO, Refused, revision_for
from sumun.gateway.upstreams.inbox import Caller
from sumun.gateway.upstreams.pool import Dial, Lane, Line, Pool
from sumun.gateway.upstreams.responses import Streamed, Whole
from sumun.gateway.upstreams.sessions import TooMuch, hello_in, hello_of, session_id
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed, UpstreamResponse
from sumun.guard import Principal

_OWN: Final = msgspec.json.encode(OWN_HELLO)
_CHECK_PATIENCE: Final = 10.0
_OF_ONE: Final = frozenset({"logging/setLevel", "resources/subscribe", "resources/unsubscribe"})
"""Requests that change what a server says to all who share the line."""
_STATUS: Final[dict[Any, int]] = {
    jsonrpc.METHOD_NOT_FOUND: 404,
    jsonrpc.INVALID_PARAMS: 400,
    jsonrpc.INVALID_REQUEST: 400,
    jsonrpc.PARSE_ERROR: 400,
    -32021: 400,
    UNSUPPORTED_VERSION: 400,
}
"""The HTTP status of an error (MCP 2026-07-28 transports); before, it said that a session ended."""


class MultiplexedUpstream:
    """A server behind lines that are shared.

    Callers of one principal share a line of their own where ``private``; else all of one era share
    one, on which nobody can be asked anything (sampling, elicitation, roots) and nothing is kept
    for anybody (log level, subscriptions): it could not be told whose it is.

    Parameters
    ----------
    name, definition:
        The server.
    dial:
        Opens a line to it.
    private:
        Whether each principal has a line of its own.
    both_eras:
        Whether the server may know revisions without a handshake.

    """

    def __init__(
        self,
        name: str,
        definition: UpstreamConfig,
        dial: Dial,
        *,
        private: bool,
        both_eras: bool = True,
    ) -> None:
        self._timeout = definition.timeout
        self._private = private
        self._modern: bool | None = None if both_eras else False
        self._refused: dict[str, Any] | None = None
        self.result_limit = definition.result_limit
        self._pool = Pool(
            name,
            dial,
            limit=definition.processes,
            idle_timeout=definition.idle_timeout,
            message_limit=definition.result_limit,
        )

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> UpstreamResponse:
        """Send one request; see :class:`Upstream`."""
        owner = _name(principal)
        session = _value(headers, "mcp-session-id")
        if method != "POST":
            if not session or _value(headers, "mcp-protocol-version") >= MODERN:
                return Whole(405)
            lane = self._lane(owner, hello_in(session))
            if method == "DELETE":
                return self._leave(lane)
            line = await self._pool.get(lane, principal, self._timeout)
            return Streamed(
                line.connection, line.connection.listen(Caller(owner, session)), None, self._timeout
            )
        message = msgspec.json.decode(body)
        if _value(headers, "mcp-protocol-version") >= MODERN or _states_modern(message):
            return await self._send_modern(message, owner, principal)
        if message.get("method") == "initialize":
            return await self._initialize(message, owner, principal)
        lane = self._lane(owner, hello_in(session) if session else _OWN)
        line = await self._pool.get(lane, principal, self._timeout)
        return await self._pass(line, message, Caller(owner, session))

    async def check(self) -> None:
        """See :class:`Transport`; a server that was not needed yet is taken to be well."""
        lines = self._pool.open_lines
        if not lines and self._pool.failure:
            raise UpstreamAway(self._pool.failure)
        for line in lines:
            meta = {"_meta": {VERSION: MODERN}} if line.lane.modern else {}
            method = "server/discover" if line.lane.modern else "ping"
            ping = {"jsonrpc": "2.0", "id": 0, "method": method, "params": meta}
            inbox = await line.connection.ask(ping)
            try:
                async with asyncio.timeout(_CHECK_PATIENCE):
                    await inbox.get()
            except TimeoutError:
                raise UpstreamFailed("it does not answer") from None
            finally:
                line.connection.forget(inbox)

    async def close(self) -> None:
        """See :class:`Transport`."""
        await self._pool.close()

    def _lane(self, owner: str, hello: bytes, *, modern: bool = False) -> Lane:
        """Return whose line is used; the gateway itself has one, too."""
        return Lane(modern, owner or "sumun", hello) if self._private else Lane(modern, "", _OWN)

    async def _initialize(
        self, message: dict[str, Any], owner: str, principal: Principal | None
    ) -> UpstreamResponse:
        params = message.get("params") or {}
        if self._refused is not None:
            return _whole(message, {"error": self._refused})
        try:
            hello = hello_of(params) if self._private else b""
            line = await self._pool.get(self._lane(owner, hello), principal, self._timeout)
        except TooMuch as problem:
            return _error(message, jsonrpc.INVALID_PARAMS, str(problem))
        except Refused as refused:
            self._refused = refused.error
            return _whole(message, {"error": refused.error})
        result = _for_client(line, params.get("protocolVersion"), private=self._private)
        answer = jsonrpc.encode({"jsonrpc": "2.0", "id": message.get("id"), "result": result})
        return Whole(200, answer, {"mcp-session-id": session_id(hello)})

    async def _send_modern(
        self, message: dict[str, Any], owner: str, principal: Principal | None
    ) -> UpstreamResponse:
        if self._modern is not False:
            lane = self._lane(owner, _OWN, modern=True)
            line = await self._pool.get(lane, principal, self._timeout)
            self._modern = line.lane.modern
            if self._modern:
                return await self._pass(line, message, Caller(owner))
        data = {"supported": list(LEGACY), "requested": MODERN}
        said = "Unsupported protocol version"
        return _error(message, UNSUPPORTED_VERSION, said, data=data, status=400)

    async def _pass(self, line: Line, message: dict[str, Any], caller: Caller) -> UpstreamResponse:
        try:
            async with asyncio.timeout(self._timeout):
                if "method" in message and "id" in message:
                    return await self._ask(line, message, caller)
                await self._tell(line.connection, message, caller)
        except TimeoutError:
            raise UpstreamFailed("it did not answer in time") from None
        return Whole(202)

    async def _ask(self, line: Line, message: dict[str, Any], caller: Caller) -> UpstreamResponse:
        if not self._private and message["method"] in _OF_ONE:
            return _error(message, jsonrpc.METHOD_NOT_FOUND, "Others share this server")
        connection = line.connection
        inbox = await connection.ask(message, caller)
        try:
            first = await inbox.get()
        except BaseException:
            await connection.leave(inbox)
            raise
        if first is not None and inbox.only_answer:
            return Whole(_status(first) if line.lane.modern else 200, first)
        return Streamed(connection, inbox, first, self._timeout)

    async def _tell(self, connection: Connection, message: dict[str, Any], caller: Caller) -> None:
        method = message.get("method")
        params = message.get("params")
        if method == "notifications/cancelled":
            if isinstance(params, dict):
                await connection.cancel(caller, params.get("requestId"))
        elif method == "notifications/initialized":
            pass  # the gateway said so itself
        elif self._private and method is None:
            await connection.reply(message)
        elif self._private:
            await connection.tell(message)

    def _leave(self, lane: Lane) -> UpstreamResponse:
        """End the line of a session, if it is one principal's and nobody else uses it."""
        for line in self._pool.open_lines:
            if self._private and line.lane == lane and line.connection.idle:
                self._pool.end(line)
        return Whole(204)


def _for_client(line: Line, wanted: Any, *, private: bool) -> dict[str, Any]:
    """Return what a client is told of the server: nothing that a shared line cannot give."""
    greeting = dict(line.greeting)
    greeting["protocolVersion"] = revision_for(wanted, greeting.get("protocolVersion"))
    offered = greeting.get("capabilities")
    if not private and isinstance(offered, dict):
        offered = {name: value for name, value in offered.items() if name != "logging"}
        resources = offered.get("resources")
        if isinstance(resources, dict):
            offered["resources"] = {n: v for n, v in resources.items() if n != "subscribe"}
        greeting["capabilities"] = offered
    return greeting


def _name(principal: Principal | None) -> str:
    if principal is None:
        return ""
    return f"{principal.tenant}\0{principal.client_id}\0{principal.subject}"


def _value(headers: Sequence[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in headers if name == wanted), "")


def _states_modern(message: dict[str, Any]) -> bool:
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return isinstance(meta, dict) and str(meta.get(VERSION, "")) >= MODERN


def _status(answer: bytes) -> int:
    if b'"error"' not in answer[:256]:
        return 200
    error = msgspec.json.decode(answer).get("error")
    return _STATUS.get(error.get("code"), 200) if isinstance(error, dict) else 200


def _error(
    message: dict[str, Any], code: int, said: str, *, data: Any = None, status: int = 200
) -> UpstreamResponse:
    error = {"code": code, "message": said} | ({} if data is None else {"data": data})
    return _whole(message, {"error": error}, status)


def _whole(message: dict[str, Any], outcome: dict[str, Any], status: int = 200) -> UpstreamResponse:
    answer = jsonrpc.encode({"jsonrpc": "2.0", "id": message.get("id"), **outcome})
    return Whole(status, answer)
