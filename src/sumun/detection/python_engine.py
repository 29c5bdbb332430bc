"""The engine for platforms without hyperscan: slower, and needs nothing."""

import re
import sys
from collections.abc import Sequence
from itertools import islice

from sumun.detection.presence import RUN, WORD_BITS, Places, Presence, Runs, Words

_RUN = re.compile(RUN)
_TOUCHED = re.compile(rb"(?!x[0-9])[A-Za-z_]")
_SHORTEST = 7


class PythonEngine:
    """Regular expressions and searches, one after another."""

    def presence(self, patterns: Sequence[bytes], first: int = 0) -> Presence:
        """Return what tells which of the patterns occur; they are numbered from ``first``."""
        compiled = list(enumerate(map(re.compile, patterns), first))

        def present(data: bytes) -> list[int]:
            return [number for number, each in compiled if each.search(data)]

        return present

    def places(self, pattern: bytes) -> Places:
        """Return what finds the places of a pattern."""
        compiled = re.compile(rb"(?=(" + pattern + rb"))")

        def places(data: bytes, most: int = sys.maxsize) -> list[tuple[int, int]]:
            return [match.span(1) for match in islice(compiled.finditer(data), most)]

        return places

    def words(self, words: Sequence[bytes]) -> Words:
        """Return what finds words."""

        def found(data: bytes) -> list[int]:
            data = data.lower()
            hits: list[int] = []
            for number, word in enumerate(words):
                at = data.find(word)
                while at >= 0:
                    hits.append(at + len(word) << WORD_BITS | number)
                    at = data.find(word, at + 1)
            hits.sort()
            return hits

        return found

    def runs(self) -> Runs:
        """Return what finds runs of digits."""
        return _runs


def _runs(data: bytes) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for match in _RUN.finditer(data):
        start, end = match.span()
        if _TOUCHED.match(data, end):
            end = _before_last_group(data, start, end)
            if sum(48 <= byte <= 57 for byte in data[start:end]) < _SHORTEST:  # noqa: PLR2004
                continue
        runs.append((start, end))
    return runs


def _before_last_group(data: bytes, start: int, end: int) -> int:
    run = data[start:end].rstrip(b"0123456789").rstrip(b"-. ()")
    return start + len(run)
