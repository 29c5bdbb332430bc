"""What a server answers, on its way down to the caller."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.events import ServerSentEvent, TooLong, read_events
from sumun.gateway.jsonrpc import Id, Message
from sumun.gateway.passage import is_answer, release, release_unasked, screen
from sumun.gateway.sealing import Seal
from sumun.gateway.upstreams.upstream import UpstreamFailed, UpstreamResponse
from sumun.guard import Admitted, Guard, Refusal

_OK = 200
_SERVER_ERROR = 500
_CLIENT_ERROR = 400
_PASSED_ON = frozenset({200, 202, 204, 400, 404, 405, 406, 409})
_EVENT_STREAM = "text/event-stream"
_LISTEN = "subscriptions/listen"
"""The one request whose stream may be silent for long."""
_LIST = "tools/list"

Heard = Callable[[str, dict[str, Any]], None]
HoldBack = Callable[[str, dict[str, Any]], Awaitable[bool]]
"""Takes out of a server's result what was not approved; returns whether there was any."""


class Reply:
    """Turns an upstream answer into ours.

    Parameters
    ----------
    guard, seal:
        As for the request.
    admitted:
        What the guard let through.
    message:
        The message that is answered; ``None`` for a stream nobody asked a question on.
    limit:
        Bytes an answer, or one event of a stream, may have.
    refused:
        How a refusal is told.
    heard:
        Told what may be news of the server's tools.
    hold_back:
        Looks after what servers say of their tools.

    """

    def __init__(
        self,
        *,
        guard: Guard,
        seal: Seal,
        admitted: Admitted,
        message: Message | None,
        limit: int,
        refused: Callable[[Refusal, Id], Answer],
        heard: Heard | None = None,
        hold_back: HoldBack | None = None,
    ) -> None:
        self._guard = guard
        self._seal = seal
        self._admitted = admitted
        self._asked = message is not None and message.kind == "request"
        self._id = message.id if message is not None else None
        self._limit = limit
        self._refused = refused
        self._heard = heard
        self._hold_back = hold_back

    async def to_message(self, response: UpstreamResponse) -> Answer:
        """Return the answer to a POST.

        Raises
        ------
        UpstreamFailed
            If upstream's answer is of no use.

        """
        if response.content_type == _EVENT_STREAM and response.status == _OK:
            return self._streamed(response)
        try:
            if response.status in {401, 403}:
                raise UpstreamFailed("it does not accept the gateway's credential")
            if response.status >= _SERVER_ERROR:
                raise UpstreamFailed(f"it answered with status {response.status}")
            raw = await response.read(self._limit)
        finally:
            await response.close()
        if not raw and not self._asked:
            return Answer(response.status, b"", self._session(response))
        if response.content_type != "application/json":
            raise UpstreamFailed("it answered with something else than JSON or an event stream")
        message = _decode(raw)
        if response.status >= _CLIENT_ERROR and isinstance(message, dict):
            message["id"] = None  # whatever it could not read, it answers this request
        body = await self._released(message, raw)
        if isinstance(body, Refusal):
            return self._refused(body, self._id)
        return Answer(response.status, body, [answers.JSON, *self._session(response)])

    async def to_stream(self, response: UpstreamResponse) -> Answer:
        """Return the answer to a GET or DELETE."""
        if response.status == _OK and response.content_type == _EVENT_STREAM:
            return self._streamed(response)
        await response.close()
        return Answer(response.status if response.status in _PASSED_ON else 502)

    def _streamed(self, response: UpstreamResponse) -> Answer:
        headers = [answers.EVENT_STREAM, *self._session(response)]
        return Answer(response.status, self._stream(response), headers)

    async def _stream(self, response: UpstreamResponse) -> AsyncIterator[bytes]:
        waiting = self._asked
        resumable = False
        chunks = response.chunks(patient=not self._asked or self._admitted.call.method == _LISTEN)
        try:
            async for event in read_events(chunks, self._limit):
                resumable = resumable or b"id" in event.fields
                event.fields = {
                    name: value for name, value in event.fields.items() if self._is_harmless(value)
                }
                if event.data:
                    message = _decode(event.data)
                    answers_us = waiting and is_answer(message, self._id)
                    body = await self._judged(message, event.data, answers_us=answers_us)
                    waiting = waiting and not answers_us
                    if body is None:
                        continue
                    event.data = body
                yield event.encode()
            if waiting and not resumable:
                waiting = False
                yield await self._broken(UpstreamFailed("its stream ended without an answer"))
        except (UpstreamFailed, TooLong) as failed:
            if waiting:
                waiting = False
                yield await self._broken(failed)
        finally:
            await response.close()
            if waiting:
                await self._guard.abandon(self._admitted, "the stream ended without an answer")

    async def _broken(self, failed: Exception) -> bytes:
        await self._guard.abandon(self._admitted, str(failed) or "too long")
        return ServerSentEvent(_body(answers.upstream_failed(self._id, failed))).encode()

    async def _judged(self, message: Any, raw: bytes, *, answers_us: bool) -> bytes | None:
        """Return what may leave of one message of a stream, if anything."""
        if answers_us:
            body = await self._released(message, raw)
            return _body(self._refused(body, self._id)) if isinstance(body, Refusal) else body
        self._listen(message)
        if await self._held_back(message):
            raw = jsonrpc.encode(message)
        guard, admitted = self._guard, self._admitted
        if self._asked:
            body = await screen(guard, admitted, message, raw)
        else:
            body = await release_unasked(guard, admitted, message, raw, self._seal)
        return None if isinstance(body, Refusal) else body

    async def _released(self, message: Any, raw: bytes) -> bytes | Refusal:
        """Protect an answer, record the outcome, and return what may leave."""
        if not is_answer(message, self._id):
            raise UpstreamFailed("it answered something that was not asked")
        if self._admitted.call.method == _LIST:
            self._listen(message)
        if await self._held_back(message):
            raw = jsonrpc.encode(message)
        if message.get("id") != self._id:
            message["id"] = self._id
            raw = jsonrpc.encode(message)
        return await release(self._guard, self._admitted, message, raw, self._seal)

    def _is_harmless(self, field: bytes) -> bool:
        text = field.decode("utf-8", "replace")
        clean = self._guard.is_clean(field)
        return clean or self._guard.protect_text(self._admitted, text) == text

    async def _held_back(self, message: Any) -> bool:
        """Take out of a list what was not approved; say whether there was any."""
        result = message.get("result") if isinstance(message, dict) else None
        if self._hold_back is None or not isinstance(result, dict):
            return False
        return await self._hold_back(self._admitted.call.server, result)

    def _listen(self, message: Any) -> None:
        if self._heard is not None and isinstance(message, dict):
            self._heard(self._admitted.call.server, message)

    def _session(self, response: UpstreamResponse) -> list[answers.Header]:
        session = response.headers.get("mcp-session-id")
        if not session:
            return []
        admitted = self._admitted
        sealed = self._seal.close(session, "session", admitted.call.server, admitted.principal)
        return [(b"mcp-session-id", sealed.encode())]


def _body(answer: Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b""


def _decode(raw: bytes) -> Any:
    try:
        return jsonrpc.decode(raw)
    except jsonrpc.Invalid:
        raise UpstreamFailed("its answer is not JSON") from None
