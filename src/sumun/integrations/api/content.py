"""Bodies as the guard reads them: JSON by its members, text as one value, nothing else."""

from typing import Any, Final

import msgspec
from starlette.types import Message, Receive, Scope

from sumun.integrations.api.refusals import Refused

_JSON: Final = "application/json"


class Unreadable(Exception):
    """A body that cannot be inspected."""


def header(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    """Return the value of a header; empty if it is not there."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def decode(body: bytes, content_type: str, encoding: str = "") -> Any:
    """Return what a body says.

    Raises
    ------
    Unreadable
        If that cannot be known.

    """
    media_type = content_type.partition(";")[0].strip().lower()
    if encoding not in {"", "identity"}:
        raise Unreadable(f"encoded as {encoding}")
    try:
        if media_type == _JSON or media_type.endswith("+json"):
            return msgspec.json.decode(body)
        if media_type.startswith("text/") and media_type != "text/event-stream":
            return body.decode("utf-8")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable(f"not valid {media_type}") from None
    raise Unreadable(media_type or "of no known type")


def encode(value: Any, content_type: str) -> bytes:
    """Return a body of that type."""
    if content_type.strip().lower().startswith("text/"):
        return str(value).encode()
    return msgspec.json.encode(value)


def replaced(
    headers: list[tuple[bytes, bytes]], length: int, *without: bytes
) -> list[tuple[bytes, bytes]]:
    """Return the headers for a body of another length."""
    gone = {b"content-length", b"transfer-encoding", *without}
    kept = [(name, value) for name, value in headers if name.lower() not in gone]
    return [*kept, (b"content-length", b"%d" % length)]


async def read(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Return a request's body.

    Raises
    ------
    Refused
        If it is longer than ``limit`` bytes (413), or its sender has left.

    """
    declared = header(scope["headers"], b"content-length")
    size = int(declared) if declared.isascii() and declared.isdigit() else 0
    parts: list[bytes] = []
    more = True
    while more and size <= limit:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Refused(400, "incomplete", "The body did not come to its end")
        parts.append(event.get("body", b""))
        size = max(size, sum(map(len, parts)))
        more = event.get("more_body", False)
    if size > limit:
        raise Refused(413, "too_large", f"The body is longer than {limit} bytes")
    return b"".join(parts)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return what hands an application a body that was read already."""
    events: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return events.pop() if events else await receive()

    return receive_again
