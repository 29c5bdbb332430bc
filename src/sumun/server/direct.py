"""Requests answered without ASGI's messages: whole ones, whole answers.

Nearly every request is one read from the socket, and nearly every answer one write. Endpoints that
are called most take such a request from the connection as it is. What is in any way particular (a
body still to come, a place in a pipeline, HTTP/1.0, ``Origin`` …) goes the way of ASGI, to the same
endpoint.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import lru_cache
from time import perf_counter
from typing import Final, NamedTuple

from starlette.types import Message, Receive, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from sumun.answer import Answer
from sumun.server.cycle import common_lines, field_lines


class DirectEndpoint(NamedTuple):
    """What answers a request, and what takes note of its status and of the seconds it took."""

    answer: Callable[[Scope, Receive], Awaitable[Answer]]
    observe: Callable[[int, float], None]


DirectEndpoints = dict[tuple[bytes, bytes], DirectEndpoint]
"""Endpoints by method and request target, both to the letter."""

log = logging.getLogger("uvicorn.error")

_FAILED: Final = Answer(500, b"Internal Server Error", media_type=b"text/plain; charset=utf-8")
_lines = lru_cache(maxsize=64)(field_lines)


class DirectCycle:
    """One request and its answer, with what a connection wants to know of uvicorn's cycles."""

    __slots__ = (
        "_body",
        "_endpoint",
        "_protocol",
        "_scope",
        "disconnected",
        "keep_alive",
        "response_complete",
    )

    waiting_for_100_continue = False
    message_event = asyncio.Event()
    """Set when there is news of the client; nobody here waits for it."""

    def __init__(
        self, protocol: HttpToolsProtocol, endpoint: DirectEndpoint, scope: Scope, body: bytes
    ) -> None:
        self._protocol = protocol
        self._endpoint = endpoint
        self._scope = scope
        self._body = body
        self.keep_alive = True
        self.disconnected = False
        self.response_complete = False

    @property
    def response_started(self) -> bool:
        """Whether any of the answer is out: all of it or nothing."""
        return self.response_complete

    async def run(self) -> None:
        """Answer."""
        endpoint, protocol = self._endpoint, self._protocol
        begun = perf_counter()
        try:
            answer = await endpoint.answer(self._scope, self._receive)
            lines = _lines(answer.fields())
        except asyncio.CancelledError:
            protocol.transport.close()
            raise
        except Exception:
            log.exception("Exception in direct endpoint")
            self.keep_alive = False
            answer = _FAILED
            lines = _lines(answer.fields())
        endpoint.observe(answer.status, perf_counter() - begun)
        if protocol.flow.write_paused and not self.disconnected:
            await protocol.flow.drain()
        self.response_complete = True
        if self.disconnected:
            return
        body = answer.body
        protocol.transport.write(
            b"%s%s%scontent-length: %d\r\n%s\r\n%s"
            % (
                STATUS_LINE[answer.status],
                common_lines(protocol.server_state.default_headers),
                lines,
                len(body),
                b"" if self.keep_alive else b"connection: close\r\n",
                body,
            )
        )
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": self._body, "more_body": False}
