"""The first stage: which triggers occur in a text at all.

Most text holds nothing. One linear pass over its bytes says so for every recognizer at once, at
gigabytes a second, and no pattern of the second stage is run. hyperscan does it where its wheel is
installed; :class:`PythonPresence` gives the same answer with :mod:`re`.
"""

import re
import threading
from collections.abc import Sequence
from typing import Any, Protocol

try:
    import hyperscan
except ImportError:  # no wheel for this platform
    _HYPERSCAN = False
else:
    _HYPERSCAN = True


class Presence(Protocol):
    """A set of triggers, numbered in the order given."""

    def scan(self, data: bytes) -> list[int]:
        """Return the numbers of the triggers that occur in ``data``, each once, in any order.

        Safe to call from several threads at once.
        """


class HyperscanPresence:
    """All triggers in one automaton.

    The binding releases the interpreter lock while it scans, and a scratch space serves one scan
    at a time: each thread has its own.
    """

    def __init__(self, triggers: Sequence[bytes]) -> None:
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=list(triggers),
            ids=list(range(len(triggers))),
            elements=len(triggers),
            flags=hyperscan.HS_FLAG_SINGLEMATCH,
        )
        self._local = threading.local()

    def scan(self, data: bytes) -> list[int]:
        """Return the numbers of the triggers that occur in ``data``."""
        try:
            scratch = self._local.scratch
        except AttributeError:
            scratch = self._local.scratch = hyperscan.Scratch(self._database)
        hits: list[int] = []
        self._database.scan(data, _note, 0, hits, scratch)
        return hits


def _note(trigger: int, _start: int, _end: int, _flags: int, hits: Any) -> None:
    hits.append(trigger)


class PythonPresence:
    """One regular expression after another: slower, and needs nothing."""

    def __init__(self, triggers: Sequence[bytes]) -> None:
        self._patterns = [re.compile(trigger) for trigger in triggers]

    def scan(self, data: bytes) -> list[int]:
        """Return the numbers of the triggers that occur in ``data``."""
        return [n for n, pattern in enumerate(self._patterns) if pattern.search(data)]


def presence(triggers: Sequence[bytes]) -> Presence:
    """Return the fastest engine there is for these triggers."""
    return HyperscanPresence(triggers) if _HYPERSCAN else PythonPresence(triggers)
