"""Numbers: runs of digits are found once, and looked up by their shape.

Which recognizers fit a run, and where in it, :mod:`sumun.detection.shapes` says. Here they are
asked how sure they are.

Everything here counts bytes: digits and what stands between them is ASCII.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sumun.detection.context import Context
from sumun.detection.overlaps import Candidate
from sumun.detection.recognizer import CONTEXT_BOOST, DECIDED, SURE, NumberRecognizer, lifted
from sumun.detection.shapes import BEGINNING, LONG, Fit, Shapes, Slot, beginning, shape_of

_NOT_DIGITS = b"-. ()+"
_BEFORE = frozenset(b"+(")
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_DASH, _EXTENSION = b"-x"

_REMEMBERED = 4096
_FEW = 16
"""Up to so many candidates of one run are compared with each other."""

Judged = tuple[float, int, int, NumberRecognizer]


class _Text(NamedTuple):
    """A text, and what was said of the numbers in it: what is written the same is judged once."""

    context: Context
    verdicts: dict[tuple[int, bytes], list[Candidate]]


class Numbers:
    """The number recognizers of one detector. Safe to share between threads.

    Away from context words, which is nearly everywhere, only those are asked that need none.
    """

    def __init__(self, recognizers: Iterable[NumberRecognizer], min_score: float) -> None:
        possible = [
            each for each in recognizers if each.ceiling + CONTEXT_BOOST * each.context >= min_score
        ]
        alone = [each for each in possible if each.ceiling >= min_score]
        self._min_score = min_score
        self._beside_words = Shapes(possible, min_score, beside_words=True)
        self._alone = Shapes(alone, min_score)
        self._beginning_alone = beginning(alone)

    def find(self, runs: Sequence[tuple[int, int]], context: Context, out: list[Candidate]) -> None:
        """Append the candidates in the runs, scored; their spans count bytes."""
        data, reach = context.data, context.reach
        text = _Text(context, {})
        for begin, end in runs:
            start = begin
            while start and begin - start < 2 and data[start - 1] in _BEFORE:  # noqa: PLR2004
                start -= 1
            reached = reach(start)
            if end - start <= LONG:
                shapes = self._beside_words if start < reached else self._alone
                self._take(start, shapes.of_run(data[start:end]), reached, text, out)
                continue
            for first, fit in self._along(data[start:end], reached - start):
                self._take(start + first, fit, reached, text, out)

    def _take(self, at: int, fit: Fit, reached: int, text: "_Text", out: list[Candidate]) -> None:
        """Append the candidates of what fits at a place."""
        length, slots = fit
        if not slots:
            return
        if at < reached:
            self._judge(at, slots, text.context, out)
            return
        data = text.context.data
        if len(slots) == 1 and not data.startswith(slots[0].leads, at + slots[0].start):
            return
        written = min(at, 2), data[max(0, at - 2) : at + length + 2]
        found = text.verdicts.get(written)
        if found is None:
            found = self._judge_alone(at, slots, data)
            if len(text.verdicts) < _REMEMBERED:
                text.verdicts[written] = found
        for start, end, score, entity_type, name in found:
            out.append((at + start, at + end, score, entity_type, name))

    def _judge_alone(self, at: int, slots: tuple[Slot, ...], data: bytes) -> list[Candidate]:
        """Return the candidates of a number that no words are beside, as from its beginning."""
        least = self._min_score
        found: list[Candidate] = []
        decided = decided_end = -1
        for first, last, alone, _, leads in slots:
            start, end = at + first, at + last
            if (
                (first < decided_end and decided < last)
                or not data.startswith(leads, start)
                or _is_part_of_word(data, start, end)
            ):
                continue
            number = data[start:end]
            written, digits = number.decode(), number.translate(None, _NOT_DIGITS).decode()
            for each in alone:
                score = each.judge(digits, written)
                if score >= least and score:
                    found.append((first, last, score, each.entity_type, each.name))
                if score >= DECIDED:
                    decided, decided_end = first, last
                    break
        return found

    def _judge(
        self, at: int, slots: tuple[Slot, ...], context: Context, out: list[Candidate]
    ) -> None:
        """Ask the recognizers of a number for their scores, and add what the words beside it do."""
        data = context.data
        judged: list[Judged] = []
        decided = decided_end = -1
        for first, last, alone, labelled, _ in slots:
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

    def _along(self, run: bytes, reached: int) -> Iterator[tuple[int, Fit]]:
        """Yield what fits a long run, by where it begins: as much as it has numbers.

        Up to ``reached`` words are near. A run has no letters in it, so none are behind that.
        """
        shape = shape_of(run)
        last = 0
        yield 0, (self._beside_words if reached > 0 else self._alone).of_beginning(shape, 0)
        for match in BEGINNING.finditer(shape):
            last = match.end()
            if last >= reached:
                break
            yield last, self._beside_words.of_beginning(shape, last)
        for match in self._beginning_alone.finditer(run, max(0, last - 2)):
            at = match.end()
            if at >= reached:
                yield at, self._alone.of_beginning(shape, at)


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
