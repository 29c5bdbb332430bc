"""Bodies of bounded size."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LINGER = 2.0
"""Seconds a client that was refused may go on sending, so that it comes to read the answer."""
EXCESS = 4
"""How many times the limit it may send meanwhile."""

_DECIMAL = re.compile(rb"[0-9]{1,19}")
_INVALID_REQUEST = -32600


class BodyLimit:
    """ASGI middleware that answers 413 to a body above ``limit`` bytes (RFC 9110 §15.5.14).

    A declared length is judged before anything is read, a streamed body as it arrives: the
    application is told that the client has gone, and what it still says is not sent. It stands
    outermost, where it also takes the news of a client that really has gone.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless its body is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        for name, value in scope["headers"]:
            if name == b"content-length":
                if not _DECIMAL.fullmatch(value) or int(value) > self._limit:
                    await self._refuse(scope, receive, send, unfinished=True)
                    return
            elif name == b"transfer-encoding":
                counted = _Counted(
                    receive, send, self._limit, partial(self._refuse, scope, receive, send)
                )
                receive, send = counted.receive, counted.send
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, *, unfinished: bool
    ) -> None:
        media_type, body = too_large(scope["path"], self._limit)
        headers = [
            (b"content-type", media_type),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        # The answer is out, but closing while the client still sends would reset the connection
        # and lose it (RFC 9112 §9.6).
        await send({"type": "http.response.body", "body": body, "more_body": True})
        if unfinished:
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER):
                    await _discard(receive, EXCESS * self._limit)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class _Counted:
    """The receive and send of a request whose body says nothing of its length."""

    def __init__(
        self, receive: Receive, send: Send, limit: int, refuse: Callable[..., Awaitable[None]]
    ) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self._refuse = refuse
        self._answered = False
        self._refused = False

    async def receive(self) -> Message:
        if self._refused:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        self._refused = True
        if not self._answered:
            await self._refuse(unfinished=message["more_body"])
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self._answered = True
        if not self._refused:
            await self._send(message)


def too_large(path: str, limit: int) -> tuple[bytes, bytes]:
    """Return the media type and body that the protocol spoken at ``path`` wants of a 413."""
    reason = f"the request body exceeds {limit} bytes"
    if path == "/mcp" or path.startswith("/mcp/"):
        error = {"code": _INVALID_REQUEST, "message": reason}
        body = msgspec.json.encode({"jsonrpc": "2.0", "id": None, "error": error})
    elif path.startswith("/oauth2/"):
        body = msgspec.json.encode({"error": "invalid_request", "error_description": reason})
    else:
        return b"text/plain; charset=utf-8", f"413 Content Too Large: {reason}\n".encode()
    return b"application/json", body


async def _discard(receive: Receive, most: int) -> None:
    remaining = most
    while remaining > 0:
        message = await receive()
        remaining -= len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return
