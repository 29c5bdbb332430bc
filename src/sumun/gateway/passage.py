"""How an MCP message passes the guard, whatever transport it came over."""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, Literal

from sumun.gateway import jsonrpc, rounds
from sumun.gateway.headers import mirrored_name
from sumun.gateway.jsonrpc import Id, Message
from sumun.gateway.sealing import NotOurs, Purpose, Seal
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.guard import Admitted, Call, Guard, Principal, Refusal

FindSchema = Callable[[str, str], Awaitable[dict[str, Any] | None]]
"""Returns the output schema of a server's tool, if it is known."""

_OPAQUE_PARAMS: Final[dict[str, Purpose]] = {"requestState": "state", "cursor": "cursor"}
_OPAQUE_RESULT: Final[dict[str, Purpose]] = {"requestState": "state", "nextCursor": "cursor"}
_ERROR: Final = {"code", "message", "data"}


def to_call(
    message: Message,
    raw: bytes | None,
    *,
    server: str,
    source: str = "",
    locale: Literal["en", "ko"] = "en",
    session: str = "",
    schemas: FindSchema | None = None,
) -> Call:
    """Return what the guard sees of a client's message."""
    tool = mirrored_name(message)
    find = schemas if message.method == "tools/call" else None
    body = message.body
    return Call(
        server=server,
        method=message.method or "notifications/response",
        tool=tool,
        params=body.get("params", body.get("result", body.get("error"))),
        raw=raw,
        message_id="" if message.id is None else str(message.id),
        correlation_id=os.urandom(8).hex(),
        trace_id=rounds.trace_id(body.get("params")),
        source=source,
        locale=locale,
        session=session,
        output_schema=partial(find, server, tool) if find is not None else None,
    )


def is_answer(message: Any, id_: Id) -> bool:
    """Whether ``message`` is the response to the request ``id_``."""
    if not isinstance(message, dict) or ("result" in message) == ("error" in message):
        return False
    answered = message.get("id")
    if type(answered) is type(id_) and answered == id_:
        return True
    return "error" in message and answered is None


async def release(
    guard: Guard, admitted: Admitted, message: Any, raw: bytes, seal: Seal
) -> bytes | Refusal:
    """Protect an answer, seal what is opaque in it, record the outcome; return what may leave.

    Raises
    ------
    UpstreamFailed
        If it answers something that is no object.

    """
    key = "result" if "result" in message else "error"
    value = message[key]
    if not isinstance(value, dict):
        raise UpstreamFailed(f"the {key} it answered is not an object")
    failed = key == "error" or value.get("isError") is True
    if key == "error":
        _keep(value, _ERROR)
    released = await guard.release(admitted, value, raw, failed=failed)
    if isinstance(released, Refusal):
        return released
    sealed = key == "result" and _seal_opaque(value, admitted, seal)
    if released.verbatim and not sealed:
        return raw
    if not released.verbatim:
        if "cacheScope" in value:
            value["cacheScope"] = "private"  # what was protected was protected for this caller
        _keep(message, {"id", key, "jsonrpc"})
        message["jsonrpc"] = "2.0"
    return jsonrpc.encode(message)


def open_opaque(call: Call, principal: Principal, seal: Seal) -> None:
    """Open what the caller held for the server: cursors, and the state of a request.

    Raises
    ------
    NotOurs
        If it was never given to them, or too long ago.

    """
    for key, purpose in _OPAQUE_PARAMS.items():
        value = call.params.get(key) if isinstance(call.params, dict) else None
        if isinstance(value, str):
            try:
                call.params[key] = rounds.open_(seal, value, purpose, call, principal)
            except NotOurs:
                raise NotOurs(f"{key} was not issued to you, or too long ago") from None


def _seal_opaque(result: dict[str, Any], admitted: Admitted, seal: Seal) -> bool:
    changed = False
    for key, purpose in _OPAQUE_RESULT.items():
        if isinstance(value := result.get(key), str):
            result[key] = rounds.close(seal, value, purpose, admitted.call, admitted.principal)
            changed = True
    return changed


async def screen(guard: Guard, admitted: Admitted, message: Any, raw: bytes) -> bytes | Refusal:
    """Protect a notification or request of the server's own and return what may leave.

    Raises
    ------
    UpstreamFailed
        If it is no message.

    """
    params = _own_words(guard, admitted, message)
    screened = await guard.screen(admitted, params, raw)
    if isinstance(screened, Refusal):
        return screened
    return raw if screened.verbatim else jsonrpc.encode(message)


async def release_unasked(
    guard: Guard, admitted: Admitted, message: Any, raw: bytes, seal: Seal
) -> bytes | Refusal:
    """Protect what comes on a stream nobody asked a question on, and record each of its messages.

    A response may be among them, that of a stream which broke off before (MCP 2025-11-25,
    "Resumability and Redelivery").

    Raises
    ------
    UpstreamFailed
        If it is no message.

    """
    once = guard.again(admitted)
    if isinstance(message, dict) and is_answer(message, message.get("id")):
        return await release(guard, once, message, raw, seal)
    params = _own_words(guard, once, message)
    released = await guard.release(once, params, raw)
    if isinstance(released, Refusal):
        return released
    return raw if released.verbatim else jsonrpc.encode(message)


def _own_words(guard: Guard, admitted: Admitted, message: Any) -> dict[str, Any]:
    """Return the params of a server's own message, of which nothing else may carry data."""
    if not isinstance(message, dict) or not isinstance(message.get("method"), str):
        raise UpstreamFailed("it sent something that is not a message")
    _keep(message, {"id", "method", "params", "jsonrpc"})
    message["jsonrpc"] = "2.0"
    for key in ("id", "method"):
        word = str(message.get(key))
        if guard.protect_text(admitted, word) != word:
            raise UpstreamFailed(f"the {key} of its message holds data")
    params = message.get("params", {})
    if not isinstance(params, dict):
        raise UpstreamFailed("the params of its message are not an object")
    return params


def _keep(message: dict[str, Any], members: set[str]) -> None:
    """Drop all other members: what nobody knows, nobody judges, so it does not go on."""
    for key in message.keys() - members:
        del message[key]
