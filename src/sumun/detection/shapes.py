"""Shapes of runs of digits, and which number recognizers fit them.

The shape of ``010-1234-5678`` is ``000-0000-0000``. Which recognizers fit a shape, and where in
the run, is worked out once and remembered, so that a number costs one dictionary look-up instead
of one regular expression per recognizer.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sumun.detection.recognizer import NumberRecognizer

LONG = 64
"""A longer run holds many numbers: they are looked for one by one, from where they may begin."""

_SHAPE = bytes.maketrans(b"123456789", b"000000000")
_DIGIT_OF_SHAPE = re.compile(r"\{[^}]*\}|0")
_REMEMBERED = 4096
_TAIL = 48

_BEFORE_NUMBER = rb"(?:[ (]|[-.)][-.)])"
_NUMBER_BEGINS = rb"(?=[(]?0)(?!0(?:[-. ()]{1,3}0(?!0)){6})"
BEGINNING = re.compile(_BEFORE_NUMBER + _NUMBER_BEGINS)
"""What ends, in the shape of a long run, where a number may begin: not behind a digit and one dash,
dot or bracket, and not where single digits follow each other."""

Recognizers = tuple[NumberRecognizer, ...]


class Slot(NamedTuple):
    """A span of a run: who takes it at once, who beside a context word only.

    ``leads`` are what those written begin with that the first do not drop.
    """

    start: int
    end: int
    alone: Recognizers
    labelled: Recognizers
    leads: tuple[bytes, ...]


Fit = tuple[int, tuple[Slot, ...]]
"""Where the last of some slots ends, and they, the surest first."""

_NO_FIT: Fit = (0, ())


def shape_of(run: bytes) -> bytes:
    """Return the shape of a run."""
    return run.translate(_SHAPE)


class Shapes:
    """Which of some recognizers fit a shape, and where; remembered for a while."""

    def __init__(
        self,
        recognizers: Iterable[NumberRecognizer],
        min_score: float,
        *,
        beside_words: bool = False,
    ) -> None:
        self._beside_words = beside_words
        shapes: dict[str, list[NumberRecognizer]] = {}
        for each in recognizers:
            shapes.setdefault(each.shape, []).append(each)
        self._shapes = [(_shape(shape), fits) for shape, fits in shapes.items()]
        self._any = _shape("|".join(shapes) or "(?!)")
        self._min_score = min_score
        self._known: dict[bytes, Fit] = {}

    def of_run(self, run: bytes) -> Fit:
        """Return what fits a short run."""
        shape = shape_of(run)
        return self._known.get(shape) or self._remember(shape, self._fit(shape))

    def of_beginning(self, shape: bytes, at: int) -> Fit:
        """Return what fits a place of a long run, by what follows there."""
        tail = shape[at : at + _TAIL]
        if at + _TAIL < len(shape):  # the last group may have been cut
            tail = tail.rstrip(b"0") + b"."
        return self._known.get(tail) or self._remember(tail, self._fit_beginning(tail))

    def _fit(self, shape: bytes) -> Iterator[Slot]:
        spans: dict[tuple[int, int], list[NumberRecognizer]] = {}
        if self._any.search(shape):
            for pattern, recognizers in self._shapes:
                for match in pattern.finditer(shape):
                    spans.setdefault(match.span(), []).extend(recognizers)
        for (start, end), fits in spans.items():
            yield self._slot(start, shape[start:end], fits)

    def _fit_beginning(self, tail: bytes) -> Iterator[Slot]:
        spans: dict[int, list[NumberRecognizer]] = {}
        if self._any.match(tail):
            for pattern, recognizers in self._shapes:
                match = pattern.match(tail)
                if match:
                    spans.setdefault(match.end(), []).extend(recognizers)
        for end, fits in spans.items():
            yield self._slot(0, tail[:end], fits)

    def _slot(self, start: int, written: bytes, fits: list[NumberRecognizer]) -> Slot:
        alone: list[NumberRecognizer] = []
        labelled: list[NumberRecognizer] = []
        for each in fits:
            ceiling = min(each.ceiling, each.bare_ceiling if written.isdigit() else 1.0)
            if ceiling >= self._min_score:
                alone.append(each)
            elif self._beside_words:
                labelled.append(each)
        alone.sort(key=_ceiling, reverse=True)
        labelled.sort(key=_ceiling, reverse=True)
        leads = {lead.encode() for each in alone for lead in each.leads}
        end = start + len(written)
        return Slot(start, end, tuple(alone), tuple(labelled), tuple(sorted(leads)))

    def _remember(self, shape: bytes, fitting: Iterable[Slot]) -> Fit:
        slots = sorted((slot for slot in fitting if slot.alone or slot.labelled), key=_surest)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        fit = (max(slot.end for slot in slots), tuple(slots)) if slots else _NO_FIT
        self._known[shape] = fit
        return fit


def _shape(shape: str) -> re.Pattern[bytes]:
    """Compile a shape: neither a piece of a longer number, of a decimal, nor of a composite."""
    return re.compile(rf"(?<!0)(?<!0[-.)])(?:{shape})(?!0)(?![-.]0)".encode())


def beginning(recognizers: Iterable[NumberRecognizer]) -> re.Pattern[bytes]:
    """Compile what ends where a number of one of the recognizers may begin in a long run."""
    shapes: dict[str, list[str]] = {}
    for each in recognizers:
        shapes.setdefault(each.shape, []).extend(map(re.escape, each.leads))
    numbers = "|".join(
        f"(?={'|'.join(leads)}){_DIGIT_OF_SHAPE.sub(_digit, f'(?:{shape})')}"
        for shape, leads in shapes.items()
    )
    begins = _NUMBER_BEGINS.replace(b"0", b"[0-9]")
    return re.compile(
        _BEFORE_NUMBER + begins + rf"(?=(?:{numbers or '(?!)'})(?![0-9])(?![-.][0-9]))".encode()
    )


def _digit(found: re.Match[str]) -> str:
    return "[0-9]" if found.group() == "0" else found.group()


def _ceiling(recognizer: NumberRecognizer) -> float:
    return recognizer.ceiling


def _surest(slot: Slot) -> tuple[float, int]:
    return -max(map(_ceiling, slot.alone), default=0.0), slot.start - slot.end
