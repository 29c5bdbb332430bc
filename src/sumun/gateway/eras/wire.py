"""What translators send, hear and answer: JSON-RPC over HTTP, in either of its two forms."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from sumun.gateway import jsonrpc
from sumun.gateway.events import ServerSentEvent, TooLong, read_events
from sumun.gateway.headers import ANSWERS
from sumun.gateway.jsonrpc import Id
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.guard import Principal

SESSION: Final = "mcp-session-id"
REVISION: Final = "mcp-protocol-version"
JSON, EVENTS = ANSWERS
COMMENT: Final = b":\n\n"
"""Keeps a connection open, and says nothing."""

Pairs = list[tuple[str, str]]

_OK: Final = 200
_NOT_FOR_US: Final = frozenset({401, 403})
_SERVER_ERROR: Final = 500
_OF_THE_CALLER: Final = frozenset({"accept-language", "traceparent", "tracestate"})


class Made:
    """An answer that a translator made.

    Parameters
    ----------
    status:
        The HTTP status.
    body:
        One JSON text, or the chunks of an event stream.
    headers:
        Response headers.
    closing:
        Called when nobody listens any more.

    """

    def __init__(
        self,
        status: int = _OK,
        body: bytes | AsyncIterator[bytes] = b"",
        *,
        headers: Mapping[str, str] | None = None,
        closing: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.status = status
        self.headers = headers or {}
        self.content_type = JSON if isinstance(body, bytes) else EVENTS
        self._body = body
        self._closing = closing

    async def read(self, limit: int) -> bytes:
        """Return the body; see :class:`UpstreamResponse`."""
        parts: list[bytes] = []
        async for chunk in self.chunks(patient=True):
            parts.append(chunk)
            if sum(map(len, parts)) > limit:
                raise UpstreamFailed(f"its answer is longer than {limit} bytes")
        return b"".join(parts)

    async def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:  # noqa: ARG002 - bounded where it is made
        """Yield the body."""
        if isinstance(self._body, bytes):
            yield self._body
            return
        async for chunk in self._body:
            yield chunk

    async def close(self) -> None:
        """Let go of what the answer is made from."""
        if self._closing is not None:
            await self._closing()


def answer(message: dict[str, Any], status: int = _OK, **headers: str) -> Made:
    """Return one message as the answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Made(status, jsonrpc.encode(message), headers=named)


def result(id_: Id, value: dict[str, Any]) -> dict[str, Any]:
    """Return a result response."""
    return {"jsonrpc": "2.0", "id": id_, "result": value}


def error(id_: Id, code: int, message: str, data: Any = None) -> dict[str, Any]:
    """Return an error response."""
    fault = {"code": code, "message": message} | ({} if data is None else {"data": data})
    return failure(id_, fault)


def failure(id_: Id, fault: dict[str, Any]) -> dict[str, Any]:
    """Return an error response with an error that somebody else worded."""
    return {"jsonrpc": "2.0", "id": id_, "error": fault}


def request(id_: Id, method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return a request."""
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}


def notification(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """Return a notification."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def event(message: dict[str, Any]) -> bytes:
    """Return one message as it goes on an event stream."""
    return ServerSentEvent(jsonrpc.encode(message), {b"event": b"message"}).encode()


def header(headers: Sequence[tuple[str, str]], wanted: str) -> str:
    """Return a header's value, or the empty string; names are in lower case."""
    return next((value for name, value in headers if name == wanted), "")


def of_the_caller(headers: Sequence[tuple[str, str]]) -> Pairs:
    """Return the headers that say the same in every era."""
    return [pair for pair in headers if pair[0] in _OF_THE_CALLER]


async def post(
    upstream: Upstream,
    headers: Sequence[tuple[str, str]],
    message: dict[str, Any],
    principal: Principal | None,
) -> UpstreamResponse:
    """Send one message."""
    own = [("content-type", JSON), ("accept", f"{JSON}, {EVENTS}")]
    return await upstream.send("POST", [*own, *headers], jsonrpc.encode(message), principal)


async def tell(
    upstream: Upstream,
    headers: Sequence[tuple[str, str]],
    message: dict[str, Any],
    principal: Principal | None,
) -> int:
    """Send what has no answer, and return the status."""
    response = await post(upstream, headers, message, principal)
    await response.close()
    return response.status


async def messages(
    response: UpstreamResponse,
    limit: int,
    *,
    patient: bool,
    fields: dict[bytes, bytes] | None = None,
) -> AsyncIterator[Any]:
    """Yield the messages of an answer as they come, and ``None`` for each sign of life.

    ``fields`` is filled with what events last said beside their data.

    Raises
    ------
    UpstreamFailed
        If one is no JSON object, or too long.

    """
    if response.content_type != EVENTS:
        raw = await response.read(limit)
        if raw:
            yield _decode(raw)
        return
    try:
        async for each in read_events(response.chunks(patient=patient), limit):
            if fields is not None:
                fields.update(each.fields)
            yield _decode(each.data) if each.data else None
    except TooLong:
        raise UpstreamFailed(f"one of its messages is longer than {limit} bytes") from None


async def answer_in(response: UpstreamResponse, id_: Id, limit: int) -> dict[str, Any]:
    """Return the response to ``id_`` among the messages of an answer, and close it.

    Raises
    ------
    UpstreamFailed
        If it is not among them.

    """
    try:
        async for message in messages(response, limit, patient=False):
            if message is not None and response.status != _OK:
                message["id"] = None  # whatever it could not read, it answers this request
            if message is not None and is_response(message, id_):
                return dict(message)
    finally:
        await response.close()
    raise UpstreamFailed("it answered nothing that was asked")


def is_no_answer(response: UpstreamResponse) -> bool:
    """Whether what came is about a credential or a breakdown, not about what was asked."""
    return response.status in _NOT_FOR_US or response.status >= _SERVER_ERROR


def is_response(message: dict[str, Any], id_: Id) -> bool:
    """Whether a message is the response to the request ``id_``."""
    if "method" in message:
        return False
    answered = message.get("id")
    return answered == id_ or (answered is None and "error" in message)


def _decode(raw: bytes) -> dict[str, Any]:
    """Return a message whose members are what JSON-RPC says they are."""
    try:
        message = jsonrpc.decode(raw)
    except jsonrpc.Invalid:
        raise UpstreamFailed("its answer is not JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("id"), str | int | None):
        raise UpstreamFailed("it sent something that is not a message")
    if "method" in message:
        sound = isinstance(message["method"], str)
        body = message.get("params", {})
    else:
        sound = ("result" in message) != ("error" in message)
        body = message.get("result", message.get("error"))
    if not sound or not isinstance(body, dict):
        raise UpstreamFailed("it sent something that is not a message")
    return message
