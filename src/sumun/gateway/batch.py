"""Several messages in one request, as revision 2025-03-26 has it (and no other).

Each goes its own way through the guard; only their answers travel together. Source: MCP 2025-03-26
transports, "Sending Messages to the Server"; lifecycle, "Initialization"; JSON-RPC 2.0 §6.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

import msgspec

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.events import ServerSentEvent
from sumun.gateway.headers import Headers

_REVISIONS: Final = frozenset({"", "2025-03-26"})
"""That revision had no header that names it."""
_MOST: Final = 64
_STEP_UP: Final = 403
_ABOUT_THE_BODY: Final = frozenset({b"content-type"})

_split = msgspec.json.Decoder(list[msgspec.Raw]).decode


def is_batch(headers: Headers, raw: bytes) -> bool:
    """Whether a body holds several messages, and the revision allows that."""
    return raw.lstrip()[:1] == b"[" and headers.revision in _REVISIONS


async def answer_batch(raw: bytes, answer_one: Callable[[bytes], Awaitable[Answer]]) -> Answer:
    """Return the answer to several messages, which are answered one after another.

    Parameters
    ----------
    raw:
        The body.
    answer_one:
        Answers one message.

    """
    try:
        parts = [bytes(part) for part in _split(raw)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return answers.error(400, None, jsonrpc.PARSE_ERROR, "The body is not valid JSON")
    if not 0 < len(parts) <= _MOST:
        return _refused(f"A batch holds 1 to {_MOST} messages")
    for part in parts:
        try:
            if jsonrpc.parse(part).method == "initialize":
                return _refused("initialize must not be part of a batch")
        except jsonrpc.Invalid:
            continue  # it is answered for itself
    return _together([await answer_one(part) for part in parts])


def _together(given: list[Answer]) -> Answer:
    said = [answer for answer in given if answer.body]
    status = _STEP_UP if any(answer.status == _STEP_UP for answer in said) else 200
    headers = [
        header for answer in said for header in answer.headers if header[0] not in _ABOUT_THE_BODY
    ]
    if not said:
        return Answer(202)
    if all(isinstance(answer.body, bytes) for answer in said):
        bodies = [answer.body for answer in said if isinstance(answer.body, bytes)]
        return Answer(status, b"[" + b",".join(bodies) + b"]", [answers.JSON, *headers])
    return Answer(200, _streamed(said), [answers.EVENT_STREAM, *headers])


async def _streamed(said: list[Answer]) -> AsyncIterator[bytes]:
    for answer in said:
        if isinstance(answer.body, bytes):
            yield ServerSentEvent(answer.body).encode()
        else:
            async for chunk in answer.body:
                yield chunk


def _refused(why: str) -> Answer:
    return answers.error(400, None, jsonrpc.INVALID_REQUEST, why)
