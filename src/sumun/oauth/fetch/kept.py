"""Something fetched from elsewhere, kept for a while, and for longer while it cannot be had."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

_FRESH: Final = 3600.0
_STALE: Final = 86_400.0
_AGAIN: Final = 60.0
"""Seconds between two tries to fetch what is known already."""

T = TypeVar("T")


class Kept(Generic[T]):
    """Fetches it when it is first needed, and then every hour.

    Parameters
    ----------
    fetch:
        Returns it, or raises ``refused``.
    refused:
        What it raises if it cannot be had.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[T]],
        refused: type[Exception],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch = fetch
        self._refused = refused
        self._clock = clock
        self._known: T | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def get(self) -> T:
        """Return it; what was known stays good for a day while it cannot be had.

        Raises what ``fetch`` raises if nothing is known.
        """
        async with self._fetching:
            now = self._clock()
            age = now - self._fetched_at
            fresh = age < _FRESH or (age < _STALE and now - self._tried_at < _AGAIN)
            if self._known is not None and fresh:
                return self._known
            self._tried_at = now
            try:
                self._known = await self._fetch()
                self._fetched_at = now
            except self._refused:
                if self._known is None or age >= _STALE:
                    raise
            return self._known
