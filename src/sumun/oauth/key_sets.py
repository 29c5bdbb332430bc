"""Key sets of others, fetched from where they publish them and kept for a while (RFC 7517 §5)."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec

from sumun.keys.jwk import ForeignKey, ForeignKeys
from sumun.keys.jws import Jws, Malformed
from sumun.oauth.fetch import Fetcher, FetchRefused

_FRESH: Final = 300.0
"""Seconds after which a set is fetched again."""
_STALE: Final = 3600.0
"""Seconds after which a set that cannot be fetched again is trusted no longer."""
_AGAIN: Final = 10.0
"""Seconds between two fetches of one set, whatever the signatures that come."""
_SIZE_LIMIT: Final = 64 * 1024
_CAPACITY: Final = 512


class _Entry:
    """What is known of one URL: the set last fetched, when, and when it was last tried."""

    __slots__ = ("fetched_at", "fetching", "keys", "tried_at")

    def __init__(self) -> None:
        self.keys: ForeignKeys | None = None
        self.fetched_at = self.tried_at = float("-inf")
        self.fetching = asyncio.Lock()


class KeySets:
    """Finds the key that made a signature, in a set at a URL.

    A set is fetched when it is first needed, then every few minutes, and at once when a
    signature fits none of its keys: a signer may have rotated. One fetch at a time for each URL.

    Parameters
    ----------
    fetcher:
        How strangers' URLs are reached.
    clock:
        Monotonic seconds.

    """

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    async def find(self, url: str, jws: Jws) -> ForeignKey | None:
        """Return the key of the set that made the signature; ``None`` if none did.

        A set that cannot be had has no keys.
        """
        return await self.pick(url, lambda keys: keys.verify(jws))

    async def pick(
        self, url: str, choose: Callable[[ForeignKeys], ForeignKey | None]
    ) -> ForeignKey | None:
        """Return the key of the set that is chosen from it."""
        entry = self._entry(url)
        if self._clock() - entry.fetched_at >= _FRESH:
            await self._refresh(url, entry)
        found = self._choose(entry, choose)
        if found is None and await self._refresh(url, entry):
            found = self._choose(entry, choose)
        return found

    def _entry(self, url: str) -> _Entry:
        # The one asked for last is forgotten last.
        entry = self._entries.pop(url, None) or _Entry()
        self._entries[url] = entry
        if len(self._entries) > _CAPACITY:
            del self._entries[next(iter(self._entries))]
        return entry

    def _choose(
        self, entry: _Entry, choose: Callable[[ForeignKeys], ForeignKey | None]
    ) -> ForeignKey | None:
        if entry.keys is None or self._clock() - entry.fetched_at >= _STALE:
            return None
        return choose(entry.keys)

    async def _refresh(self, url: str, entry: _Entry) -> bool:
        """Fetch the set unless that was just tried; return whether there is another copy now."""
        known = entry.fetched_at
        async with entry.fetching:
            if entry.fetched_at != known:
                return True
            now = self._clock()
            if now - entry.tried_at < _AGAIN:
                return False
            entry.tried_at = now
            try:
                fetched = await self._fetcher.get(url, limit=_SIZE_LIMIT)
                entry.keys = ForeignKeys(msgspec.json.decode(fetched.body))
            except (FetchRefused, Malformed, msgspec.DecodeError, RecursionError):
                return False
            entry.fetched_at = now
            return True
