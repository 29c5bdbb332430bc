"""Numbers: runs of digits are found once, and looked up by their shape.

The shape of ``010-1234-5678`` is ``000-0000-0000``. Which recognizers fit a shape, and where in
the run, is worked out once and remembered, so that a number costs one dictionary look-up instead
of one regular expression per recognizer.

Everything here counts bytes: digits and what stands between them is ASCII.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from sumun.detection.context import Context
from sumun.detection.overlaps import Candidate
from sumun.detection.recognizer import (
    CONTEXT_BOOST,
    DECIDED,
    SURE,
    NumberRecognizer,
    lifted,
)

_SHAPE = bytes.maketrans(b"123456789", b"000000000")
_NOT_DIGITS = b"-. ()+"
_BEFORE = frozenset(b"+(")
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_DIGITS = frozenset(b"0123456789")
_DASH, _EXTENSION = b"-x"

_CACHED_SHAPES = 4096
_LONG = 64
_TAIL = 48
_FEW = 16
"""Up to so many candidates of one run are compared with each other."""

# Where in a long run a number may begin: not behind a digit and one dash, dot or bracket, and not
# where single digits follow each other.
_BEGINNING = re.compile(rb"(?:\A|(?<=[ (])|(?<=[-.)][-.)]))(?=[(]?0)(?!0(?:[-. ()]{1,3}0(?!0)){6})")

Slot = tuple[int, int, tuple[NumberRecognizer, ...], tuple[NumberRecognizer, ...]]
"""A span of a run, and who takes it: at once, and beside a context word only."""

_UNKNOWN: tuple[Slot, ...] = ((0, 0, (), ()),)

Judged = tuple[float, int, int, NumberRecognizer]


class Numbers:
    """The number recognizers of one detector. Safe to share between threads."""

    def __init__(self, recognizers: Iterable[NumberRecognizer], min_score: float) -> None:
        shapes: dict[str, list[NumberRecognizer]] = {}
        for each in recognizers:
            if each.ceiling + CONTEXT_BOOST * each.context >= min_score:
                shapes.setdefault(each.shape, []).append(each)
        self._shapes = [(_shape(shape), fits) for shape, fits in shapes.items()]
        self._any = _shape("|".join(shapes) or "(?!)")
        self._min_score = min_score
        self._slots: dict[bytes, tuple[Slot, ...]] = {}

    def find(self, runs: Sequence[tuple[int, int]], context: Context, out: list[Candidate]) -> None:
        """Append the candidates in the runs, scored; their spans count bytes."""
        known, data = self._slots, context.data
        for begin, end in runs:
            start = begin
            while start and begin - start < 2 and data[start - 1] in _BEFORE:  # noqa: PLR2004
                start -= 1
            shape = data[start:end].translate(_SHAPE)
            if end - start > _LONG:
                for at, slots in self._along(shape):
                    self._judge(start + at, slots, context, out)
                continue
            slots = known.get(shape, _UNKNOWN)
            if slots is _UNKNOWN:
                slots = self._remember(shape, self._fit(shape))
            if slots:
                self._judge(start, slots, context, out)

    def _judge(
        self, at: int, slots: tuple[Slot, ...], context: Context, out: list[Candidate]
    ) -> None:
        """Ask the recognizers of a number for their scores, and add what the words beside it do."""
        data = context.data
        judged: list[Judged] = []
        decided = decided_end = -1
        for first, last, alone, labelled in slots:
            if first < decided_end and decided < last:
                continue
            start, end = at + first, at + last
            if not (alone or context.near(start)) or _is_part_of_word(data, start, end):
                continue
            number = data[start:end]
            if _judged(number, start, alone, judged) or (
                labelled
                and (boosts := context.near(start))
                and _judged(
                    number, start, [it for it in labelled if it.entity_type in boosts], judged
                )
            ):
                decided, decided_end = first, last
        if judged:
            self._weigh(judged, context, out)

    def _weigh(self, judged: list[Judged], context: Context, out: list[Candidate]) -> None:
        """Append the candidates that are sure enough, with what the words beside them add."""
        least = self._min_score
        few = 1 < len(judged) <= _FEW
        for score, start, end, recognizer in judged:
            total = score
            if (
                score < SURE
                and recognizer.context
                and score + CONTEXT_BOOST >= least
                and not (few and _is_outdone(score, start, end, judged))
            ):
                total = lifted(score, context.near(start).get(recognizer.entity_type, 0.0))
            if total >= least:
                out.append((start, end, total, recognizer.entity_type, recognizer.name))

    def _fit(self, shape: bytes) -> tuple[Slot, ...]:
        spans: dict[tuple[int, int], list[NumberRecognizer]] = {}
        if not self._any.search(shape):
            return ()
        for pattern, recognizers in self._shapes:
            for match in pattern.finditer(shape):
                spans.setdefault(match.span(), []).extend(recognizers)
        slots = [self._slot(start, shape[start:end], fits) for (start, end), fits in spans.items()]
        return tuple(sorted(slots, key=_surest))

    def _along(self, shape: bytes) -> Iterator[tuple[int, tuple[Slot, ...]]]:
        """Yield the slots of a long run, by where they begin: as many as it has numbers."""
        known = self._slots
        for match in _BEGINNING.finditer(shape):
            at = match.start()
            tail = shape[at : at + _TAIL]
            if at + _TAIL < len(shape):  # the last group may have been cut
                tail = tail.rstrip(b"0") + b"."
            slots = known.get(tail, _UNKNOWN)
            if slots is _UNKNOWN:
                slots = self._remember(tail, self._fit_beginning(tail))
            if slots:
                yield at, slots

    def _fit_beginning(self, tail: bytes) -> tuple[Slot, ...]:
        spans: dict[int, list[NumberRecognizer]] = {}
        if not self._any.match(tail):
            return ()
        for pattern, recognizers in self._shapes:
            match = pattern.match(tail)
            if match:
                spans.setdefault(match.end(), []).extend(recognizers)
        return tuple(self._slot(0, tail[:end], fits) for end, fits in spans.items())

    def _slot(self, start: int, written: bytes, fits: list[NumberRecognizer]) -> Slot:
        alone: list[NumberRecognizer] = []
        labelled: list[NumberRecognizer] = []
        for each in fits:
            ceiling = min(each.ceiling, each.bare_ceiling if written.isdigit() else 1.0)
            (alone if ceiling >= self._min_score else labelled).append(each)
        alone.sort(key=_ceiling, reverse=True)
        labelled.sort(key=_ceiling, reverse=True)
        return start, start + len(written), tuple(alone), tuple(labelled)

    def _remember(self, shape: bytes, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        if len(self._slots) >= _CACHED_SHAPES:
            self._slots.clear()
        self._slots[shape] = slots
        return slots


def _shape(shape: str) -> re.Pattern[bytes]:
    """Compile a shape: neither a piece of a longer number, of a decimal, nor of a composite."""
    return re.compile(rf"(?<!0)(?<!0[-.)])(?:{shape})(?!0)(?![-.]0)".encode())


def _ceiling(recognizer: NumberRecognizer) -> float:
    return recognizer.ceiling


def _surest(slot: Slot) -> tuple[float, int]:
    start, end, alone, _ = slot
    return -max(map(_ceiling, alone), default=0.0), start - end


def _judged(
    number: bytes, start: int, recognizers: Iterable[NumberRecognizer], judged: list[Judged]
) -> bool:
    """Add what the recognizers say of a number, and tell whether one has decided what it is."""
    digits = number.translate(None, _NOT_DIGITS).decode()
    written = number.decode()
    for recognizer in recognizers:
        score = recognizer.judge(digits, written)
        if score:
            judged.append((score, start, start + len(number), recognizer))
            if score >= DECIDED:
                return True
    return False


def _is_outdone(score: float, start: int, end: int, judged: list[Judged]) -> bool:
    """Tell whether an overlapping candidate is surer than this one can become by context."""
    best = lifted(score, CONTEXT_BOOST)
    for other, other_start, other_end, _ in judged:
        if other >= best and other_start < end and start < other_end:
            return True
    return False


def _is_part_of_word(data: bytes, start: int, end: int) -> bool:
    """Tell whether letters touch the number, as in identifiers, hashes and UUIDs.

    Only ASCII letters count: Korean particles follow numbers without a space.
    """
    if start:
        before = data[start - 1]
        if before in _WORD:
            return True
        if before == _DASH and start > 1 and data[start - 2] in _WORD:
            return True
    if end < len(data):
        after = data[end]
        if after in _WORD:
            return not (after == _EXTENSION and data[end + 1 : end + 2].isdigit())
        if after == _DASH and end + 1 < len(data) and data[end + 1] in _WORD:
            return True
    return False
