"""Precision, recall and F1 of spans: same type, overlap at least half of the longer, one to one."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A typed piece of one text; ``where`` is the JSON path of the text, or empty."""

    where: str
    start: int
    end: int
    kind: str


class Tally(NamedTuple):
    """How often a prediction met a label, and how often not."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, how much is right; 1 if nothing was found."""
        return self.hits / (self.hits + self.false) if self.hits + self.false else 1.0

    @property
    def recall(self) -> float:
        """Of what is there, how much was found; 1 if nothing is there."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / both if both else 1.0

    @property
    def labels(self) -> int:
        """How many there are."""
        return self.hits + self.missed


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the sum (micro average)."""
    rows = list(tallies)
    return Tally(*map(sum, zip(*rows, strict=True))) if rows else Tally()


def tally(pairs: Iterable[tuple[Iterable[Span], Iterable[Span]]]) -> dict[str, Tally]:
    """Return the tally of each type, given the labels and the predictions of every text."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for labels, predictions in pairs:
        left = list(labels)
        for prediction in predictions:
            shared = [_overlap(label, prediction) for label in left]
            if shared and (best := max(shared)) >= 0.5:
                del left[shared.index(best)]
                counted[prediction.kind][0] += 1
            else:
                counted[prediction.kind][1] += 1
        for label in left:
            counted[label.kind][2] += 1
    return {kind: Tally(*counts) for kind, counts in sorted(counted.items())}


def _overlap(one: Span, other: Span) -> float:
    """Return what the two share, as a part of the longer."""
    if one.kind != other.kind or one.where != other.where:
        return 0.0
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / max(one.end - one.start, other.end - other.start, 1)
