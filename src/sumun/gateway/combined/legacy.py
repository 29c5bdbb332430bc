"""The servers together, as the translator for legacy clients reaches them."""

import asyncio
from collections.abc import AsyncGenerator, MutableMapping, Sequence
from typing import Any, Final, cast

from sumun.gateway import jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.combined.together import Together
from sumun.gateway.eras.wire import Made
from sumun.gateway.headers import Headers
from sumun.gateway.upstreams.upstream import UpstreamResponse
from sumun.guard import Principal

_OF_EVERY_ERA: Final = frozenset({403, 429, 502, 503})
"""Statuses that tell clients of any revision the same; a translator passes on the message only."""


class TogetherUpstream:
    """Sends the modern requests that one legacy request is translated to.

    Parameters
    ----------
    together:
        What answers them.
    result_limit:
        See :class:`Upstream`.

    Attributes
    ----------
    refusal:
        The last answer whose status says something.

    """

    def __init__(self, together: Together, result_limit: int) -> None:
        self.result_limit = result_limit
        self.refusal: Answer | None = None
        self._together = together

    async def send(
        self,
        method: str,  # noqa: ARG002 - a modern request is a POST
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,  # noqa: ARG002 - the exchanges know for whom they are
    ) -> UpstreamResponse:
        """Send one request; see :class:`Upstream`."""
        gone = asyncio.Event()

        async def leave() -> MutableMapping[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        asked = Headers([(name.encode(), value.encode("latin-1")) for name, value in headers])
        message = jsonrpc.parse(body)
        answering = asyncio.create_task(self._together.answer(asked, message, leave))
        try:
            answer = await asyncio.shield(answering)
        except asyncio.CancelledError:
            gone.set()  # the exchange ends by itself, and records that
            answering.add_done_callback(_close_unread)
            raise
        if answer.status in _OF_EVERY_ERA:
            self.refusal = answer
        return _made(answer)


def _made(answer: Answer) -> Made:
    named = {name.decode(): value.decode("latin-1") for name, value in answer.headers}
    if isinstance(answer.body, bytes):
        return Made(answer.status, answer.body, headers=named)
    body = cast("AsyncGenerator[bytes, None]", answer.body)
    return Made(answer.status, body, headers=named, closing=body.aclose)


def _close_unread(answering: asyncio.Task[Answer]) -> None:
    if answering.cancelled() or answering.exception() is not None:
        return
    body = answering.result().body
    if not isinstance(body, bytes):
        closing = cast("AsyncGenerator[bytes, None]", body).aclose()
        _closing.add(task := asyncio.ensure_future(closing))
        task.add_done_callback(_closing.discard)


_closing: set[asyncio.Future[None]] = set()
