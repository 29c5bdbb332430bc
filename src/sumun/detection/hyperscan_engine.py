"""The engine of every platform hyperscan has a wheel for: one automaton for all patterns."""

import contextlib
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import hyperscan

from sumun.detection.compiled import database
from sumun.detection.presence import WORD_BITS, Places, Presence, Runs, Words

_SEPARATORS = b"-. ()"
_DIGITS = b"0123456789"
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_TOUCHING = _LETTERS.union(_SEPARATORS, _DIGITS)

# A match is reported at every byte it can end with: with what follows the run there is but one.
_RUN_TO_ITS_END = (
    rb"[0-9](?:[-. ()]{0,3}[0-9]){6,}"
    rb"(?:[^-. ()0-9A-Za-z_]|x[0-9]|[-. ()]{4}|[-. ()]{1,3}(?:[^-. ()0-9]|[0-9]+[A-Za-z_]))"
)
_SENTINEL = b"\x1e"


class HyperscanEngine:
    """The binding releases the interpreter lock while it scans."""

    def presence(self, patterns: Sequence[bytes], first: int = 0) -> Presence:
        """Return what tells which of the patterns occur; they are numbered from ``first``."""
        if not patterns:
            return _nothing
        return _scanner(patterns, hyperscan.HS_FLAG_SINGLEMATCH, _note_number, first)

    def places(self, pattern: bytes) -> Places | None:
        """Return what finds the places of a pattern; nothing if the pattern is too large."""
        try:
            spans = _scanner([pattern], hyperscan.HS_FLAG_SOM_LEFTMOST, _note_place)
        except hyperscan.error:
            return None

        def places(data: bytes, most: int = sys.maxsize) -> list[tuple[int, int]]:
            found = _Places()
            found.most = most
            with contextlib.suppress(hyperscan.ScanTerminated):
                spans(data, found)
            found.sort()
            return found

        return places

    def words(self, words: Sequence[bytes]) -> Words:
        """Return what finds words."""
        escaped = [b"".join(b"\\x%02x" % byte for byte in word) for word in words]
        return _scanner(escaped, hyperscan.HS_FLAG_CASELESS, _note_word)

    def runs(self) -> Runs:
        """Return what finds runs of digits."""
        spans = _scanner([_RUN_TO_ITS_END], hyperscan.HS_FLAG_SOM_LEFTMOST, _note_span)

        def runs(data: bytes) -> list[tuple[int, int]]:
            data += _SENTINEL
            return [
                (start, end - 1)
                if data[end - 2] in _DIGITS and data[end - 1] not in _TOUCHING
                else (start, _end_of_run(data, start, end))
                for start, end in dict(spans(data)).items()
            ]

        return runs


class _Places(list[tuple[int, int]]):
    most: int


def _scanner(
    patterns: Sequence[bytes], flags: int, note: Callable[..., bool | None], first: int = 0
) -> Callable[..., list[Any]]:
    """Return what scans bytes by one database, and returns what is noted of each match."""
    made = database(patterns, flags, first)
    scan, local = made.scan, threading.local()

    def found(data: bytes, hits: list[Any] | None = None) -> list[Any]:
        try:
            scratch = local.scratch  # it serves one scan at a time: each thread has its own
        except AttributeError:
            scratch = local.scratch = hyperscan.Scratch(made)
        hits = [] if hits is None else hits
        scan(data, note, 0, hits, scratch)
        return hits

    return found


def _nothing(_data: bytes) -> list[int]:
    return []


def _end_of_run(data: bytes, start: int, end: int) -> int:
    last = data[end - 1]
    if last in _DIGITS:  # an extension: x and a digit
        return end - 2
    run = data[start : end - 1].rstrip(_SEPARATORS)
    if last in _LETTERS and data[end - 2] in _DIGITS:
        run = run.rstrip(_DIGITS).rstrip(_SEPARATORS)
    return start + len(run)


def _note_number(number: int, _start: int, _end: int, _flags: int, hits: Any) -> None:
    hits.append(number)


def _note_span(_number: int, start: int, end: int, _flags: int, hits: Any) -> None:
    hits.append((start, end))


def _note_place(_number: int, start: int, end: int, _flags: int, hits: Any) -> bool:
    hits.append((start, end))
    return bool(len(hits) > hits.most)


def _note_word(number: int, _start: int, end: int, _flags: int, hits: Any) -> None:
    hits.append(end << WORD_BITS | number)
