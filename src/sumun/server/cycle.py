"""One request and its answer on a connection."""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent, HTTPScope
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

Fields = list[tuple[bytes, bytes]]

_LINES: Final = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9a-z-]+: [^\x00-\x08\x0a-\x1f\x7f]*\r\n)*")


class Common:
    """The fields every answer has, such as Date, joined once for each list of them.

    uvicorn makes a new list every second.
    """

    def __init__(self) -> None:
        self._fields: Fields = []
        self._joined = b""

    def join(self, fields: Fields) -> bytes:
        """Return the fields as they are sent."""
        if fields is not self._fields:
            self._joined = b"".join([b"%s: %s\r\n" % field for field in fields])
            self._fields = fields
        return self._joined


common_lines = Common().join


def field_lines(fields: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return the fields as they are sent.

    Raises
    ------
    ValueError
        If a name or a value would smuggle in another field.

    """
    lines = b"".join([b"%s: %s\r\n" % field for field in fields])
    if lines.count(b"\n") != len(fields) or _LINES.fullmatch(lines) is None:
        raise ValueError("a field that is not one line")
    return lines


class Cycle(RequestResponseCycle):
    """uvicorn's, but a whole answer leaves in one piece.

    Where the head says how long the body is, it waits for the body, as ASGI wants it; a stream's
    head leaves at once, because its client may wait for it. Anything out of the ordinary is left
    to uvicorn.

    Parameters
    ----------
    protocol:
        The connection.
    scope:
        The request.
    keep_alive:
        Whether the connection stays open after the answer.
    on_response:
        Called after the answer.

    """

    # As uvicorn's begins, and hardly ever changed: not set for each request.
    disconnected = False
    more_body = True
    response_started = False
    response_complete = False
    chunked_encoding = None
    expected_content_length = 0
    head: dict[str, Any] | None = None
    """The start of the answer, which waits for its body."""

    def __init__(
        self,
        protocol: HttpToolsProtocol,
        scope: HTTPScope,
        *,
        keep_alive: bool,
        on_response: Callable[..., None],
    ) -> None:
        self.scope = scope
        self.transport = protocol.transport
        self.flow = protocol.flow
        self.logger = protocol.logger
        self.access_logger = protocol.access_logger
        self.access_log = protocol.access_log
        self.default_headers = protocol.server_state.default_headers
        self.message_event = asyncio.Event()
        self.on_response = on_response
        self.keep_alive = keep_alive
        self.waiting_for_100_continue = protocol.expect_100_continue
        self.body = bytearray()

    async def send(self, message: ASGISendEvent) -> None:
        """Take the start of an answer, or a piece of its body."""
        head = self.head
        if head is None:
            if self.response_started or not _can_wait(message):
                await super().send(message)
            else:
                self.head = cast("dict[str, Any]", message)
            return
        self.head = None
        block = self._block(head, cast("dict[str, Any]", message))
        if block is None:
            await super().send(cast("ASGISendEvent", head))
            await super().send(message)
            return
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.transport.write(block)
        self.message_event.set()
        self.on_response()

    async def receive(self) -> ASGIReceiveEvent:
        """Return the body as far as it has come, or wait for more of it."""
        event = self.message_event
        if event.is_set() and not (
            self.disconnected or self.response_complete or self.waiting_for_100_continue
        ):
            self.flow.resume_reading()
            event.clear()
            body, self.body = bytes(self.body), bytearray()
            return {"type": "http.request", "body": body, "more_body": self.more_body}
        return await super().receive()

    async def send_500_response(self) -> None:
        """Answer in the place of an application that failed; what it had begun is not sent."""
        self.head = None
        await super().send_500_response()

    def _block(self, head: dict[str, Any], message: dict[str, Any]) -> bytes | None:
        """Return the whole answer; ``None`` if there is anything particular about it."""
        fields: Fields = head["headers"]
        body: bytes = message.get("body", b"")
        named = dict(fields)
        if (
            message.get("more_body")
            or message["type"] != "http.response.body"
            or named[b"content-length"] != b"%d" % len(body)
            or len(named) != len(fields)
            or b"connection" in named
            or b"transfer-encoding" in named
            or not self.keep_alive
            or self.access_log
            or self.disconnected
            or self.flow.write_paused
            or self.scope["method"] == "HEAD"
        ):
            return None
        try:
            lines = field_lines(fields)
        except ValueError:
            return None
        common = common_lines(self.default_headers)
        return b"".join((STATUS_LINE[head["status"]], common, lines, b"\r\n", body))


def _can_wait(message: ASGISendEvent) -> bool:
    return message["type"] == "http.response.start" and b"content-length" in dict(
        message.get("headers", ())
    )
