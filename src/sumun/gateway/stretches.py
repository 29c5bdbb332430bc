"""Stretches of a call's way, as spans and durations of OpenTelemetry."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from types import TracebackType
from typing import Final, Self

import msgspec
from opentelemetry import context as contexts
from opentelemetry.context import Context
from opentelemetry.metrics import Histogram
from opentelemetry.trace import (
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from sumun.gateway.answers import Answer
from sumun.gateway.jsonrpc import Message
from sumun.gateway.outcome import FINE, Outcome, outcome_in, outcome_of
from sumun.gateway.tracing import Fields
from sumun.gateway.upstreams.upstream import UpstreamResponse

Attributes = dict[str, str]

CONTEXT: Final = TraceContextTextMapPropagator()
OF_TRACES: Final = frozenset({"traceparent", "tracestate"})
"""The names of W3C Trace Context, in HTTP and in ``_meta`` alike."""


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """What a request is called.

    Attributes
    ----------
    common:
        Attributes of few values, which are counted by, too.
    target:
        The attributes that name a tool or prompt; a caller can make such names up.
    particulars:
        What tells one request from others.

    """

    common: Attributes
    target: Attributes
    particulars: Attributes

    @property
    def span(self) -> str:
        """The span's name."""
        return " ".join((self.common["mcp.method.name"], *self.target.values()))


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """What all stretches of one side have in common.

    Attributes
    ----------
    counts:
        Whether durations are counted by the target of a request that ended so.

    """

    tracer: Tracer
    kind: SpanKind
    durations: Histogram
    counts: Callable[[Naming, Outcome], bool]


class Watched:
    """A stretch with a span and a duration."""

    def __init__(self, side: Side, naming: Naming, message: Message, parent: Context) -> None:
        self._side = side
        self._naming = naming
        self._id = message.id
        self._outcome = FINE
        self._open = True
        self._streams = False
        self._begun = time.perf_counter()
        attributes = naming.common | naming.target | naming.particulars
        self._span = side.tracer.start_span(naming.span, parent, side.kind, attributes)
        self._context = set_span_in_context(self._span, parent)

    def __enter__(self) -> Self:
        """Let what happens inside be part of this."""
        self._token = contexts.attach(self._context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, unless a stream goes on."""
        contexts.detach(self._token)
        if kind is not None:
            self._outcome = Outcome(kind.__name__)
            self.end()
        elif not self._streams:
            self.end()

    def answer(self, answer: Answer) -> Answer:
        """Watch what the caller hears."""
        if isinstance(answer.body, bytes):
            self._outcome = outcome_of(answer.status, answer.body)
        else:
            self._streams = True
            answer.body = self._watch(answer.body)
        return answer

    def response(self, response: UpstreamResponse) -> UpstreamResponse:
        """Watch what a server says, until it is read."""
        self._streams = True
        return _Heard(response, self)

    def hear(self, outcome: Outcome) -> None:
        """Take in how the request ended."""
        self._outcome = outcome

    def end(self) -> None:
        """End the span and count the duration; only once."""
        if not self._open:
            return
        self._open = False
        naming, outcome = self._naming, self._outcome
        wrong: Attributes = {}
        if outcome.error:
            wrong["error.type"] = outcome.error
            if outcome.code:
                wrong["rpc.response.status_code"] = outcome.code
            self._span.set_attributes(wrong)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()
        target = naming.target if self._side.counts(naming, outcome) else {}
        seconds = time.perf_counter() - self._begun
        self._side.durations.record(seconds, naming.common | target | wrong, self._context)

    async def _watch(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async with aclosing(chunks) as stream:  # type: ignore[type-var]
                async for chunk in stream:
                    self._outcome = outcome_in(chunk, self._id) or self._outcome
                    yield chunk
        finally:
            self.end()


class Leaving(Watched):
    """A stretch upstream: the message that is sent names it."""

    def __init__(
        self, side: Side, naming: Naming, message: Message, parent: Context, headers: Fields
    ) -> None:
        super().__init__(side, naming, message, parent)
        carried: dict[str, str] = {}
        CONTEXT.inject(carried, self._context)
        if not carried:
            return
        headers[:] = [(name, value) for name, value in headers if name not in OF_TRACES]
        headers.extend(carried.items())
        if message.kind != "response":
            params = message.body.setdefault("params", {})
            meta = params.setdefault("_meta", {})
            if isinstance(meta, dict):
                for name in OF_TRACES:
                    meta.pop(name, None)
                meta |= carried


class _Heard:
    """A server's answer, whose end is the end of a stretch."""

    def __init__(self, response: UpstreamResponse, stretch: Watched) -> None:
        self._response = response
        self._stretch = stretch

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self._response.status

    @property
    def content_type(self) -> str:
        """The media type, without parameters."""
        return self._response.content_type

    @property
    def headers(self) -> Mapping[str, str]:
        """The response headers."""
        return self._response.headers

    async def read(self, limit: int) -> bytes:
        """Return the whole body."""
        body = await self._response.read(limit)
        self._stretch.hear(outcome_of(self.status, body))
        self._stretch.end()
        return body

    def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:
        """Yield the body as it arrives."""
        return self._response.chunks(patient=patient)

    async def close(self) -> None:
        """Let go of the answer."""
        try:
            await self._response.close()
        finally:
            self._stretch.end()
