"""What a model said of the texts it has read lately."""

from collections import OrderedDict
from hashlib import blake2b

from sumun.models.protocol import Span

_ENTRY = 200
"""Bytes of an entry without spans; measured, and a little more."""

_SPAN = 190
"""Bytes of a span, likewise."""


class Cache:
    """Answers by a digest of the text; the text itself is not kept.

    Parameters
    ----------
    limit:
        About how many bytes it may take; the answer not asked for the longest is forgotten.

    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held: OrderedDict[bytes, tuple[Span, ...]] = OrderedDict()
        self.size = 0

    @staticmethod
    def key(text: str) -> bytes:
        """Return what a text is remembered by."""
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest()

    def get(self, key: bytes) -> tuple[Span, ...] | None:
        """Return what was found, if it is still known."""
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
        return found

    def put(self, key: bytes, spans: tuple[Span, ...]) -> None:
        """Remember what was found."""
        if key in self._held:
            return
        self._held[key] = spans
        self.size += _cost(spans)
        while self.size > self._limit:
            _, forgotten = self._held.popitem(last=False)
            self.size -= _cost(forgotten)


def _cost(spans: tuple[Span, ...]) -> int:
    return _ENTRY + _SPAN * len(spans)
