"""The body of a POST, if it is one that the transport takes (MCP "Sending Messages")."""

from typing import Final

from starlette.types import Receive

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.headers import ANSWERS, Headers, accepted

_ENCODINGS: Final = frozenset({"", "identity"})
"""A small body must not become a large one: none is decompressed (RFC 9110 §15.5.16)."""


async def take_body(headers: Headers, receive: Receive, limit: int) -> bytes | Answer:
    """Return the bytes, or the answer that says why they are not taken."""
    content_type = headers.get(b"content-type").partition(";")[0].strip().lower()
    if content_type != ANSWERS[0]:
        return answers.error(
            415, None, jsonrpc.INVALID_REQUEST, "Content-Type must be application/json"
        )
    if headers.get(b"content-encoding").lower() not in _ENCODINGS:
        answer = answers.error(
            415, None, jsonrpc.INVALID_REQUEST, "Content-Encoding must be identity"
        )
        answer.headers.append((b"accept-encoding", b"identity"))
        return answer
    if not accepted(headers):
        return not_acceptable(" and ".join(ANSWERS))
    raw = await _read(receive, limit)
    if raw is None:
        return answers.error(413, None, jsonrpc.INVALID_REQUEST, "The body is too long")
    return raw


def not_acceptable(needed: str) -> Answer:
    """Return that the caller takes none of the forms an answer has."""
    return answers.error(406, None, jsonrpc.INVALID_REQUEST, f"Accept must include {needed}")


async def _read(receive: Receive, limit: int) -> bytes | None:
    """Return the body, or ``None`` if it is longer than ``limit``."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return b""
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > limit:
            return None
        parts.append(chunk)
        more = event.get("more_body", False)
    return b"".join(parts)
