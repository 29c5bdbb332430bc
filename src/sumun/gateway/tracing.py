"""Where a call can be watched on its way: the request of the caller, and the one sent upstream."""

from types import TracebackType
from typing import Protocol, Self

from sumun.gateway.answers import Answer
from sumun.gateway.headers import Headers
from sumun.gateway.jsonrpc import Message
from sumun.gateway.upstreams.upstream import UpstreamResponse
from sumun.guard import Call

Fields = list[tuple[str, str]]


class Stretch(Protocol):
    """A stretch of a call's way; it may last beyond its block, for as long as a stream does."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, unless a stream goes on."""

    def answer(self, answer: Answer) -> Answer:
        """Watch what the caller hears."""

    def response(self, response: UpstreamResponse) -> UpstreamResponse:
        """Watch what a server says."""


class Tracing(Protocol):
    """Watches calls."""

    def request(self, message: Message, call: Call, headers: Headers) -> Stretch:
        """Watch the answering of a caller's message."""

    def upstream(self, message: Message, call: Call, headers: Fields) -> Stretch:
        """Watch a message on its way upstream; its ``_meta`` and headers say whose part it is."""


class Untraced:
    """Nobody watches."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""

    def answer(self, answer: Answer) -> Answer:
        """Return the answer."""
        return answer

    def response(self, response: UpstreamResponse) -> UpstreamResponse:
        """Return the response."""
        return response

    def request(self, message: Message, call: Call, headers: Headers) -> Stretch:  # noqa: ARG002 - there is nothing to watch them for
        """Watch nothing."""
        return self

    def upstream(self, message: Message, call: Call, headers: Fields) -> Stretch:  # noqa: ARG002 - as above
        """Watch nothing, but let no baggage through."""
        drop_baggage(message)
        return self


UNTRACED = Untraced()


def drop_baggage(message: Message) -> None:
    """Keep what a caller packed for others from a server that need not know it (W3C Baggage §4).

    Its percent-encoding hides from the guard what it holds.
    """
    params = message.body.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    if isinstance(meta, dict):
        meta.pop("baggage", None)
