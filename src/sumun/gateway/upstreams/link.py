"""What a line to a server looks like from those who speak over it."""

from collections.abc import AsyncIterator
from typing import Protocol

from sumun.gateway.upstreams.lines import Oversized


class Link(Protocol):
    """A line to a server that carries JSON-RPC messages both ways."""

    @property
    def fate(self) -> str:
        """Why it ended, for people."""

    async def write(self, message: bytes) -> None:
        """Send a message. Raises :class:`UpstreamFailed` if it cannot be sent."""

    def messages(self, limit: int) -> AsyncIterator[bytes | Oversized]:
        """Yield what the server sends, until the line ends."""

    async def end(self) -> None:
        """Hang up, and wait until that is done, even where the one who waits is stopped."""
