"""What a server answers, on its way down to the caller."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from sumun.gateway import answers, jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.events import TooLong, read_events
from sumun.gateway.jsonrpc import Id, Message
from sumun.gateway.passage import is_answer, release, screen
from sumun.gateway.sealing import Seal
from sumun.gateway.upstream import UpstreamFailed, UpstreamResponse
from sumun.guard import Admitted, Guard, Refusal

_OK = 200
_SERVER_ERROR = 500
_EVENT_STREAM = "text/event-stream"


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
    ) -> None:
        self._guard = guard
        self._seal = seal
        self._admitted = admitted
        self._asked = message is not None and message.kind == "request"
        self._id = message.id if message is not None else None
        self._limit = limit
        self._refused = refused

    async def to_message(self, response: UpstreamResponse) -> Answer:
        """Return the answer to a POST.

        Raises
        ------
        UpstreamFailed
            If upstream's answer is of no use.

        """
        if response.content_type == _EVENT_STREAM:
            return self._streamed(response)
        if response.status in {401, 403}:
            await response.close()
            raise UpstreamFailed("it does not accept the gateway's credential")
        if response.status >= _SERVER_ERROR:
            await response.close()
            raise UpstreamFailed(f"it answered with status {response.status}")
        raw = await response.read(self._limit)
        await response.close()
        if not raw and not self._asked:
            return Answer(response.status, b"", self._session(response))
        if response.content_type != "application/json":
            raise UpstreamFailed("it answered with something else than JSON or an event stream")
        body = await self._released(_decode(raw), raw)
        if isinstance(body, Refusal):
            return self._refused(body, self._id)
        return Answer(response.status, body, [answers.JSON, *self._session(response)])

    async def to_stream(self, response: UpstreamResponse) -> Answer:
        """Return the answer to a GET or DELETE."""
        if response.status == _OK and response.content_type == _EVENT_STREAM:
            return self._streamed(response)
        await response.close()
        return Answer(response.status if response.status in {200, 202, 204, 404, 405} else 502)

    def _streamed(self, response: UpstreamResponse) -> Answer:
        headers = [answers.EVENT_STREAM, *self._session(response)]
        return Answer(response.status, self._stream(response), headers)

    async def _stream(self, response: UpstreamResponse) -> AsyncIterator[bytes]:
        waiting = self._asked
        try:
            async for event in read_events(response.chunks(), self._limit):
                event.fields = [field for field in event.fields if self._guard.is_clean(field)]
                if event.data:
                    message = _decode(event.data)
                    final = waiting and is_answer(message, self._id)
                    event.data = await self._passed(message, event.data, final=final)
                    waiting = waiting and not final
                yield event.encode()
        except (UpstreamFailed, TooLong) as failed:
            if waiting:
                waiting = False
                yield await self._broken(failed)
        finally:
            await response.close()
            if waiting:
                await self._guard.abandon(self._admitted, "the stream ended without an answer")

    async def _broken(self, failed: Exception) -> bytes:
        await self._guard.abandon(self._admitted, str(failed))
        body = answers.upstream_failed(self._id, failed).body
        return b"data: " + (body if isinstance(body, bytes) else b"") + b"\n\n"

    async def _passed(self, message: Any, raw: bytes, *, final: bool) -> bytes:
        body = await (
            self._released(message, raw)
            if final
            else screen(self._guard, self._admitted, message, raw)
        )
        if isinstance(body, bytes):
            return body
        refused = self._refused(body, self._id).body
        return refused if isinstance(refused, bytes) else b""

    async def _released(self, message: Any, raw: bytes) -> bytes | Refusal:
        """Protect an answer, record the outcome, and return what may leave."""
        if not is_answer(message, self._id):
            raise UpstreamFailed("it answered something that was not asked")
        verbatim = await release(self._guard, self._admitted, message, raw)
        if isinstance(verbatim, Refusal):
            return verbatim
        sealed = self._seal_state(message.get("result"))
        return raw if verbatim and not sealed else jsonrpc.encode(message)

    def _session(self, response: UpstreamResponse) -> list[answers.Header]:
        session = response.headers.get("mcp-session-id")
        if not session:
            return []
        admitted = self._admitted
        sealed = self._seal.close(session, admitted.call.server, admitted.principal)
        return [(b"mcp-session-id", sealed.encode())]

    def _seal_state(self, result: Any) -> bool:
        state = result.get("requestState") if isinstance(result, dict) else None
        if not isinstance(state, str):
            return False
        admitted = self._admitted
        result["requestState"] = self._seal.close(state, admitted.call.server, admitted.principal)
        return True


def _decode(raw: bytes) -> Any:
    try:
        return jsonrpc.decode(raw)
    except jsonrpc.Invalid:
        raise UpstreamFailed("its answer is not JSON") from None
