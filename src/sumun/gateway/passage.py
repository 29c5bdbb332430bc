"""How an MCP message passes the guard, whatever transport it came over."""

import os
from typing import Any, Literal

from sumun.gateway import jsonrpc
from sumun.gateway.headers import mirrored_name
from sumun.gateway.jsonrpc import Id, Message
from sumun.gateway.upstream import UpstreamFailed
from sumun.guard import Admitted, Call, Guard, Refusal


def to_call(
    message: Message,
    raw: bytes | None,
    *,
    server: str,
    source: str = "",
    locale: Literal["en", "ko"] = "en",
) -> Call:
    """Return what the guard sees of a client's message."""
    body = message.body
    return Call(
        server=server,
        method=message.method or "notifications/response",
        tool=mirrored_name(message),
        params=body.get("params", body.get("result", body.get("error"))),
        raw=raw,
        correlation_id=os.urandom(8).hex(),
        source=source,
        locale=locale,
    )


def is_answer(message: Any, id_: Id) -> bool:
    """Whether ``message`` is the response to the request ``id_``."""
    if not isinstance(message, dict) or ("result" in message) == ("error" in message):
        return False
    return message.get("id") == id_ or ("error" in message and message.get("id") is None)


async def release(guard: Guard, admitted: Admitted, message: Any, raw: bytes) -> bool | Refusal:
    """Protect an answer in place, record the outcome; return whether ``raw`` may leave as it is."""
    key = "result" if "result" in message else "error"
    value = message[key]
    failed = key == "error" or (isinstance(value, dict) and value.get("isError") is True)
    released = await guard.release(admitted, value, raw, failed=failed)
    if isinstance(released, Refusal):
        return released
    message[key] = released.result
    return released.verbatim


async def screen(guard: Guard, admitted: Admitted, message: Any, raw: bytes) -> bytes | Refusal:
    """Protect a notification or request of the server's own and return what may leave.

    Raises
    ------
    UpstreamFailed
        If it is no message.

    """
    if not isinstance(message, dict):
        raise UpstreamFailed("it sent something that is not a message")
    for key in ("params", "result", "error"):
        if key in message:
            screened = await guard.screen(admitted, message[key], raw)
            if isinstance(screened, Refusal):
                return screened
            message[key] = screened.result
            return raw if screened.verbatim else jsonrpc.encode(message)
    return jsonrpc.encode(message)
