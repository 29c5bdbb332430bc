"""Numbers: runs of digits are found once, and looked up by their shape.

The shape of ``010-1234-5678`` is ``000-0000-0000``. Which recognizers fit a shape, and where in
the run, is worked out once and remembered, so that a number costs one dictionary look-up instead
of one regular expression per recognizer.
"""

import re
from collections.abc import Iterable, Iterator

from sumun.detection.finding import Finding
from sumun.detection.recognizer import CONTEXT_BOOST, SURE, NumberRecognizer, context_score

TRIGGER = rb"[0-9](?:[-. ()]{0,3}[0-9]){6}"
"""At least seven digits with at most three separators between neighbours."""

_RUN = re.compile(r"[+(]{0,2}[0-9](?:[-. ()]{0,3}[0-9]){6,}")
_SHAPE = str.maketrans("123456789", "000000000")
_NOT_DIGITS = str.maketrans("", "", "-. ()+")
_CACHED_SHAPES = 4096
_CACHED_LENGTH = 64
_FEW = 16
"""Up to so many candidates of one run are compared with each other."""

_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")

Slot = tuple[int, int, tuple[NumberRecognizer, ...]]
"""A span of a run and the recognizers whose shape it has."""

Judged = tuple[float, int, int, NumberRecognizer]


class Numbers:
    """The number recognizers of one detector. Safe to share between threads."""

    def __init__(self, recognizers: Iterable[NumberRecognizer]) -> None:
        self._shapes = [
            # Neither a piece of a longer number, nor of a decimal, nor of a longer composite.
            (re.compile(rf"(?<!0)(?<!0[-.)])(?:{each.shape})(?!0)(?![-.]0)"), each)
            for each in recognizers
        ]
        self._slots: dict[str, tuple[Slot, ...]] = {}

    def find(self, text: str) -> Iterator[Finding]:
        """Yield the candidates with their scores."""
        for run in _RUN.finditer(text):
            at = run.start()
            judged = self._judged(text, at, run.group())
            for score, start, end, recognizer in judged:
                total = score
                if recognizer.context and score < SURE:
                    if len(judged) <= _FEW and _is_outdone(
                        score + CONTEXT_BOOST, start, end, judged
                    ):
                        continue
                    total += context_score(recognizer.entity_type, text, start)
                yield Finding(recognizer.entity_type, start, end, min(1.0, total), recognizer.name)

    def _judged(self, text: str, at: int, value: str) -> list[Judged]:
        judged: list[Judged] = []
        for start, end, recognizers in self._fitting(value.translate(_SHAPE)):
            if _is_part_of_word(text, at + start, at + end):
                continue
            number = value[start:end]
            digits = number.translate(_NOT_DIGITS)
            for recognizer in recognizers:
                score = recognizer.judge(digits, number)
                if score:
                    judged.append((score, at + start, at + end, recognizer))
        return judged

    def _fitting(self, shape: str) -> tuple[Slot, ...]:
        slots = self._slots.get(shape)
        if slots is None:
            slots = self._fit(shape)
            if len(shape) <= _CACHED_LENGTH:
                if len(self._slots) >= _CACHED_SHAPES:
                    self._slots.clear()
                self._slots[shape] = slots
        return slots

    def _fit(self, shape: str) -> tuple[Slot, ...]:
        spans: dict[tuple[int, int], list[NumberRecognizer]] = {}
        for pattern, recognizer in self._shapes:
            for match in pattern.finditer(shape):
                spans.setdefault(match.span(), []).append(recognizer)
        return tuple((start, end, tuple(fits)) for (start, end), fits in spans.items())


def _is_outdone(best: float, start: int, end: int, judged: list[Judged]) -> bool:
    """Tell whether an overlapping candidate is surer than this one can become by context."""
    return any(
        score >= best and other_start < end and start < other_end
        for score, other_start, other_end, _ in judged
    )


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    """Tell whether letters touch the number, as in identifiers, hashes and UUIDs.

    Only ASCII letters count: Korean particles follow numbers without a space.
    """
    if start:
        before = text[start - 1]
        if before in _WORD:
            return True
        if before == "-" and start > 1 and text[start - 2] in _WORD:
            return True
    if end < len(text):
        after = text[end]
        if after in _WORD:
            return not (after == "x" and text[end + 1 : end + 2].isdigit())  # an extension
        if after == "-" and end + 1 < len(text) and text[end + 1] in _WORD:
            return True
    return False
