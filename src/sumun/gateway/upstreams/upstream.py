"""What every server behind the gateway looks like from the gateway: HTTP, however it is reached."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from sumun.guard import Principal


class UpstreamFailed(Exception):
    """The server behind the gateway gave no usable answer; the message says why, for people."""


class UpstreamAway(UpstreamFailed):
    """The server behind the gateway is not there: it was not asked, or it did not hear."""


class UpstreamResponse(Protocol):
    """An answer from upstream, not read yet."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def content_type(self) -> str:
        """The media type, without parameters."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The response headers."""

    async def read(self, limit: int) -> bytes:
        """Return the whole body.

        Raises
        ------
        UpstreamFailed
            If it is longer than ``limit`` bytes or breaks off.

        """

    def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:
        """Yield the body as it arrives.

        Raises
        ------
        UpstreamFailed
            If it breaks off, or, unless ``patient``, pauses for longer than the bounds.

        """

    async def close(self) -> None:
        """Let go of the answer; upstream sees that nobody listens any more."""


class Upstream(Protocol):
    """Where calls to one server go."""

    @property
    def result_limit(self) -> int:
        """Bytes an answer, or one event of a stream, may have."""

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> UpstreamResponse:
        """Send one HTTP request.

        ``principal`` is for whom; ``None`` when the gateway itself asks.

        Raises
        ------
        UpstreamFailed
            If there is no answer within the bounds.

        """


class Transport(Upstream, Protocol):
    """A way to reach one server, which is held open and looked after."""

    async def check(self) -> None:
        """Find out whether the server is there; nothing is started for that.

        Raises
        ------
        UpstreamFailed
            If it is not.

        """

    async def close(self) -> None:
        """Let go of the server: its connections end, its processes too."""
