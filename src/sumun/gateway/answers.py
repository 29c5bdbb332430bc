"""What the gateway says over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import msgspec
from starlette.types import Receive, Send

from sumun.gateway import jsonrpc
from sumun.gateway.jsonrpc import Id
from sumun.guard import Refusal

Header = tuple[bytes, bytes]

JSON: Header = (b"content-type", b"application/json")
EVENT_STREAM: Header = (b"content-type", b"text/event-stream")
_NO_CONTENT = 204
_ALWAYS: list[Header] = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]


class Answer(msgspec.Struct):
    """An HTTP answer: whole bytes, or a stream of them."""

    status: int
    body: bytes | AsyncIterator[bytes] = b""
    headers: list[Header] = []

    async def send(self, receive: Receive, send: Send) -> None:
        """Write the answer; stop a stream as soon as the caller has gone."""
        headers = [*_ALWAYS, *self.headers]
        if isinstance(self.body, bytes):
            if self.status != _NO_CONTENT:  # RFC 9110 §8.6: it has no Content-Length
                headers.append((b"content-length", str(len(self.body)).encode()))
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            await send({"type": "http.response.body", "body": self.body})
            return
        headers.append((b"x-accel-buffering", b"no"))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        pump = asyncio.create_task(_pump(self.body, send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({pump, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (pump, gone):
                task.cancel()
            await asyncio.gather(pump, gone, return_exceptions=True)


async def _pump(chunks: AsyncIterator[bytes], send: Send) -> None:
    async with aclosing(chunks) as stream:  # type: ignore[type-var]
        async for chunk in stream:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def error(
    status: int, id_: Id, code: int, message: str, data: dict[str, Any] | None = None
) -> Answer:
    """Return a JSON-RPC error with an HTTP status."""
    return Answer(status, jsonrpc.error(id_, code, message, data), [JSON])


def refused(refusal: Refusal, id_: Id, challenge: str) -> Answer:
    """Return how a refusal of the guard reaches the caller.

    More scope would help: HTTP 403 with the complete challenge (RFC 6750 §3.1, MCP
    "Runtime Insufficient Scope Errors"). Everything else is the JSON-RPC error of this one call.

    Parameters
    ----------
    refusal:
        What the guard said.
    id_:
        The request it answers.
    challenge:
        The ``WWW-Authenticate`` value for ``insufficient_scope``.

    """
    data: dict[str, Any] = {"reason": refusal.reason}
    if refusal.question is not None:
        data["approval"] = refusal.question.approval_id
    if refusal.reason == "insufficient_scope":
        data["scope"] = " ".join(refusal.scopes)
        answer = error(403, id_, jsonrpc.REFUSED, refusal.message, data)
        answer.headers.append((b"www-authenticate", challenge.encode("latin-1")))
        return answer
    if refusal.reason == "limited":
        answer = error(429, id_, jsonrpc.REFUSED, refusal.message, data)
        answer.headers.append((b"retry-after", str(refusal.retry_after).encode()))
        return answer
    status = 503 if refusal.reason == "unrecorded" else 200
    return error(status, id_, jsonrpc.REFUSED, refusal.message, data)


def upstream_failed(id_: Id, failed: Exception) -> Answer:
    """Return that the server behind the gateway gave no usable answer, and why."""
    reason = str(failed) or "its answer is too long"
    return error(
        502,
        id_,
        jsonrpc.UPSTREAM_FAILED,
        f"The MCP server behind the gateway failed: {reason}",
    )
