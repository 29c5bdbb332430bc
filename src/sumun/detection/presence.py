"""What a detector asks of its engine: where in some bytes do fixed patterns occur.

Most text holds nothing. One linear pass over its bytes says so for every recognizer at once, at
gigabytes a second, and no pattern of the second stage is run. hyperscan does it where its wheel is
installed; :mod:`sumun.detection.python_engine` gives the same answers with :mod:`re`.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

EngineName = Literal["auto", "hyperscan", "python"]

WORD_BITS = 16
"""A word's number and where it ends share one integer: ``end << WORD_BITS | number``."""

Presence = Callable[[bytes], list[int]]
"""Takes bytes, returns the numbers of the patterns that occur, each once, in any order."""


class Places(Protocol):
    """Takes bytes, returns where matches of one pattern begin and end, by where they begin.

    Of matches that end together the one that begins first counts; of those that begin together
    there is one or more. Soon after ``most`` matches it gives up and returns those there are.
    """

    def __call__(self, data: bytes, most: int = sys.maxsize) -> list[tuple[int, int]]:
        """Return the places."""


Words = Callable[[bytes], list[int]]
"""Takes bytes, returns every occurrence of every word, in any case of ASCII letters, by end."""

Runs = Callable[[bytes], list[tuple[int, int]]]
"""Takes bytes, returns the spans of the runs of digits, ascending; see :data:`RUN`."""

RUN = rb"[0-9](?:[-. ()]{0,3}[0-9]){6,}"
"""At least seven digits with at most three separators between neighbours.

A last group of digits that a letter touches does not belong to the run.
"""

IN_RUN = rb"[0-9](?:[-. ()]{0,3}[0-9]){6}"
"""Occurs in every run."""


class Engine(Protocol):
    """Makes the scanners. Those are safe to call from several threads at once."""

    def presence(self, patterns: Sequence[bytes], first: int = 0) -> Presence:
        """Return what tells which of the patterns occur; they are numbered from ``first``."""

    def places(self, pattern: bytes) -> Places | None:
        """Return what finds the places of a pattern; nothing if the pattern is too large."""

    def words(self, words: Sequence[bytes]) -> Words:
        """Return what finds words, which are lower case and at most ``2 ** WORD_BITS``."""

    def runs(self) -> Runs:
        """Return what finds runs of digits."""


def open_engine(name: EngineName = "auto") -> Engine:
    """Return the engine of that name; ``auto`` is the fastest there is.

    Raises
    ------
    ImportError
        If hyperscan is asked for and there is no wheel of it for this platform.

    """
    if name != "python":
        try:
            from sumun.detection.hyperscan_engine import HyperscanEngine  # noqa: PLC0415 - optional
        except ImportError:
            if name == "hyperscan":
                raise
        else:
            return HyperscanEngine()
    from sumun.detection.python_engine import PythonEngine  # noqa: PLC0415 - the other one

    return PythonEngine()
