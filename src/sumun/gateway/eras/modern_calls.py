"""One call of a legacy client at a modern server, asked again until the server has all it needs.

``input_required`` becomes requests to the client on the stream of the answer; its responses come
with other requests, and go to the server in a retry (MCP 2026-07-28 "Multi Round-Trip Requests").
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing, suppress
from typing import Any, Final, TypeVar

from sumun.gateway.eras import as_legacy, wire
from sumun.gateway.eras.conversations import Conversation
from sumun.gateway.eras.questions import Questions
from sumun.gateway.jsonrpc import Id
from sumun.gateway.upstreams.upstream import UpstreamFailed, UpstreamResponse

Ask = Callable[[dict[str, Any]], Awaitable[tuple[int, UpstreamResponse]]]
"""Sends the call with what is added to its parameters; returns its id and the server's answer."""

_ROUNDS: Final = 10
_KEEP_ALIVE: Final = 15.0

T = TypeVar("T")


class ModernCall:
    """A call under way.

    Parameters
    ----------
    conversation:
        The client's.
    request:
        The client's request.
    revision:
        What the client speaks.
    ask:
        Sends it to the server.
    limit:
        Bytes of one message.

    """

    def __init__(
        self,
        conversation: Conversation,
        request: dict[str, Any],
        revision: str,
        ask: Ask,
        limit: int,
    ) -> None:
        self._conversation = conversation
        self._request = request
        self._revision = revision
        self._ask = ask
        self._limit = limit
        self._cancelled = asyncio.Event()
        self._id = 0
        self._said: dict[str, Any] | None = None
        self._response: UpstreamResponse = wire.Made()

    async def answered(self) -> UpstreamResponse:
        """Return what the client hears, in the form the server chose.

        Raises
        ------
        UpstreamFailed
            If the server gives no usable answer, or the client cancels before there is one.

        """
        self._conversation.calls[self._request["id"]] = self._cancelled
        try:
            self._id, self._response = await self._unless_cancelled(self._ask({}))
            if wire.is_no_answer(self._response):
                self._conversation.calls.pop(self._request["id"], None)
                return self._response
            if self._response.content_type == wire.EVENTS:
                return wire.Made(body=self._stream(None), closing=self.leave)
            said = await wire.answer_in(self._response, self._id, self._limit)
            if _asks(said):
                return wire.Made(body=self._stream(said), closing=self.leave)
        except BaseException:
            await self.leave()
            raise
        await self.leave()
        return wire.answer(self._final(said))

    async def leave(self) -> None:
        """Let go: the client heard the answer, or nobody listens any more."""
        self._conversation.calls.pop(self._request["id"], None)
        await self._response.close()

    async def _stream(self, said: dict[str, Any] | None) -> AsyncIterator[bytes]:
        """Yield what the client hears; ``said`` is the server's answer, if it came as JSON."""
        self._said = said
        for _ in range(_ROUNDS):
            if self._said is None:
                async for chunk in self._heard():
                    yield chunk
            if self._said is None:
                return  # who reads this knows that the answer is missing
            if not _asks(self._said):
                yield wire.event(self._final(self._said))
                return
            questions = Questions(self._conversation, self._said["result"], self._revision)
            with closing(questions):
                for question in questions.messages:
                    yield wire.event(question)
                while not await self._unless_cancelled(questions.wait(_KEEP_ALIVE)):
                    yield wire.COMMENT
                if (fault := questions.fault()) is not None:
                    yield wire.event(wire.failure(self._request["id"], fault))
                    return
                again = self._ask(questions.answers())
            self._id, self._response = await self._unless_cancelled(again)
            self._said = None
        raise UpstreamFailed("it asked too often")

    async def _heard(self) -> AsyncIterator[bytes]:
        """Yield what the server says before its answer, and note that."""
        messages = wire.messages(self._response, self._limit, patient=False)
        with suppress(StopAsyncIteration):
            while self._said is None:
                message = await self._unless_cancelled(anext(messages))
                if message is None:
                    yield wire.COMMENT
                elif wire.is_response(message, self._id):
                    self._said = message
                elif "id" not in message and "method" in message:
                    yield wire.event(as_legacy.notification(message))
        await self._response.close()

    def _final(self, said: dict[str, Any]) -> dict[str, Any]:
        id_: Id = self._request["id"]
        if "error" in said:
            return wire.failure(id_, said["error"])
        method = self._request["method"]
        return wire.result(id_, as_legacy.result(method, said["result"], self._revision))

    async def _unless_cancelled(self, awaited: Awaitable[T]) -> T:
        """Wait for something, or until the client cancels (MCP 2025-11-25 "Cancellation")."""
        task = asyncio.ensure_future(awaited)
        cancelled = asyncio.ensure_future(self._cancelled.wait())
        try:
            await asyncio.wait({task, cancelled}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise UpstreamFailed("the client cancelled the call")
            return task.result()
        finally:
            for each in (task, cancelled):
                each.cancel()
            await asyncio.gather(task, cancelled, return_exceptions=True)


def _asks(said: dict[str, Any]) -> bool:
    result = said.get("result")
    return result is not None and result.get("resultType") == "input_required"
