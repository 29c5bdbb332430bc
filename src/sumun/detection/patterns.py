"""Recognizers that are not numbers: where each pattern is tried, and what a match is worth."""

import re
from collections.abc import Iterable, Iterator

from sumun.detection.context import Context
from sumun.detection.cores import core, guard, shortened
from sumun.detection.offsets import ByteOffsets, Offsets
from sumun.detection.overlaps import Candidate
from sumun.detection.recognizer import (
    CONTEXT_BOOST,
    END,
    SURE,
    WINDOW,
    FunctionRecognizer,
    PatternRecognizer,
    lifted,
)
from sumun.detection.scanners import Scanners

_OFTEN = 32
"""Where places are so many, one in so many bytes, all text is searched instead of each place."""

_REACH = 160
"""How far behind its context word a value that needs one is looked at."""


class Patterns:
    """The pattern and function recognizers of one detector, by their triggers.

    Attributes
    ----------
    triggers:
        The numbers of the triggers they wait for.

    """

    def __init__(
        self,
        recognizers: Iterable[PatternRecognizer | FunctionRecognizer],
        compiled: Scanners,
        min_score: float,
    ) -> None:
        self._compiled = compiled
        self._cores: dict[str, tuple[bytes, bool] | None] = {}
        self._min_score = min_score
        self._functions: dict[int, list[FunctionRecognizer]] = {}
        self._searched: dict[int, list[PatternRecognizer]] = {}
        self._anchored: dict[int, dict[bytes, list[PatternRecognizer]]] = {}
        self._labelled: dict[int, list[PatternRecognizer]] = {}
        for each in recognizers:
            trigger = compiled.trigger(each)
            if isinstance(each, FunctionRecognizer):
                self._functions.setdefault(trigger, []).append(each)
            elif each.ceiling < min_score:
                if each.context and each.ceiling + CONTEXT_BOOST >= min_score:
                    self._labelled.setdefault(trigger, []).append(each)
            elif each.anchored:
                guarded = self._anchored.setdefault(trigger, {})
                guarded.setdefault(guard(each.pattern.pattern), []).append(each)
            else:
                self._searched.setdefault(trigger, []).append(each)
                pattern = each.pattern.pattern
                bare, before = core(pattern), guard(pattern)
                self._cores[each.name] = (before + bare, bool(before)) if bare else None
        self.triggers = frozenset(
            (*self._functions, *self._searched, *self._anchored, *self._labelled)
        )

    def find(self, present: frozenset[int], context: Context, out: list[Candidate]) -> None:
        """Append the candidates of the recognizers whose triggers are present, scored."""
        least, text = self._min_score, context.text
        labelled: list[PatternRecognizer] = []
        for trigger in present:
            for function in self._functions.get(trigger, ()):
                out.extend(
                    (start, end, score, function.entity_type, function.name)
                    for start, end, score in function.find(text)
                    if score >= least
                )
            for recognizer in self._searched.get(trigger, ()):
                self._take(recognizer, self._search(recognizer, context), context, out)
            for before, recognizers in self._anchored.get(trigger, {}).items():
                starts = self._begins(trigger, before, context)
                for recognizer in recognizers:
                    self._take(recognizer, _at(recognizer, text, starts), context, out)
            labelled.extend(self._labelled.get(trigger, ()))
        if labelled:
            self._find_labelled(labelled, context, out)

    def _begins(self, trigger: int, before: bytes, context: Context) -> list[int]:
        """Return where matches of a trigger begin, behind a byte that may stand there."""
        pattern = before + shortened(self._compiled.triggers[trigger])
        data = b"\n" + context.data if before else context.data  # so that both count alike
        starts = sorted(dict(self._compiled.places(pattern, data) or ()))
        if context.ascii_only:
            return starts
        offsets = Offsets(context.data)
        return [offsets.character(start) for start in starts]

    def _inside(self, trigger: bytes, context: Context) -> list[int] | None:
        """Return every place inside a match of the trigger, or nothing if they are very many."""
        most = len(context.data) // _OFTEN
        places = self._compiled.places(trigger, context.data, most)
        if places is None or len(places) >= most:
            return None
        inside: list[int] = []
        offsets = None if context.ascii_only else Offsets(context.data)
        for first, last in _joined(places):
            if offsets is None:
                inside.extend(range(first, last))
            else:
                start = offsets.character(first)
                inside.extend(range(start, offsets.character(last)))
        return inside if len(inside) * _OFTEN < len(context.data) * 2 else None

    def _search(self, recognizer: PatternRecognizer, context: Context) -> Iterator[re.Match[str]]:
        """Yield the matches in the text, looking only where the core of the pattern occurs."""
        if recognizer.labelled:
            starts = self._inside(recognizer.trigger, context)
            if starts is not None:
                yield from _at(recognizer, context.text, starts)
                return
        places = self._core_places(recognizer, context.data)
        if places is None:
            yield from recognizer.pattern.finditer(context.text)
            return
        offsets = None if context.ascii_only else Offsets(context.data)
        limit = len(context.text)
        for first, last in _joined(places):
            start = first if offsets is None else offsets.character(first)
            end = start + last - first  # a core is ASCII
            yield from _between(recognizer, context.text, start, end - 1, min(limit, end + _REACH))

    def _core_places(
        self, recognizer: PatternRecognizer, data: bytes
    ) -> list[tuple[int, int]] | None:
        found = self._cores[recognizer.name]
        if found is None:
            return None
        bare, guarded = found
        most = len(data) // _OFTEN
        # Where a byte is asked for before each, there is one before the first, too.
        places = self._compiled.places(bare, b"\n" + data if guarded else data, most)
        if places is None or len(places) >= most:
            return None
        return [(start, end - 1) for start, end in places] if guarded else places

    def _take(
        self,
        recognizer: PatternRecognizer,
        matches: Iterable[re.Match[str]],
        context: Context,
        out: list[Candidate],
    ) -> None:
        least, judge, entity_type = self._min_score, recognizer.judge, recognizer.entity_type
        offsets = None if context.ascii_only else ByteOffsets(context.text)
        for match in matches:
            score = judge if isinstance(judge, float) else judge(match)
            if not score:
                continue
            start, end = match.span("value")
            if recognizer.context and score < SURE and score + CONTEXT_BOOST >= least:
                at = start if offsets is None else offsets.byte(start)
                score = lifted(score, context.near(at).get(entity_type, 0.0))
            if score >= least:
                out.append((start, end, score, entity_type, recognizer.name))

    def _find_labelled(
        self, labelled: list[PatternRecognizer], context: Context, out: list[Candidate]
    ) -> None:
        """Append the candidates of recognizers that find nothing but behind context words."""
        wanted: dict[str, list[PatternRecognizer]] = {}
        for each in labelled:
            wanted.setdefault(each.entity_type, []).append(each)
        text = context.text
        offsets = Offsets(context.data)
        searched: dict[str, int] = {}
        for byte, entity_types in context.words():
            if wanted.keys().isdisjoint(entity_types):
                continue
            word_end = byte if context.ascii_only else offsets.character(byte)
            limit = text.find(END, word_end, word_end + WINDOW + _REACH)
            if limit < 0:
                limit = min(len(text), word_end + WINDOW + _REACH)
            for entity_type in entity_types:
                if entity_type in wanted:
                    # Two words before one value find it once.
                    begin = max(word_end, searched.get(entity_type, 0))
                    searched[entity_type] = last = min(word_end + WINDOW, limit)
                    for recognizer in wanted[entity_type]:
                        matches = _between(recognizer, text, begin, last, limit)
                        self._take(recognizer, matches, context, out)


def _at(recognizer: PatternRecognizer, text: str, starts: list[int]) -> Iterator[re.Match[str]]:
    """Yield the matches that begin at the starts, none inside another."""
    match_at = recognizer.pattern.match
    done = 0
    for start in starts:
        if start >= done:
            match = match_at(text, start)
            if match:
                done = match.end()
                yield match


def _joined(places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the places, those that overlap as one."""
    start = end = -1
    for first, last in places:
        if first > end:
            if end >= 0:
                yield start, end
            start = first
        end = max(end, last)
    if end >= 0:
        yield start, end


def _between(
    recognizer: PatternRecognizer, text: str, begin: int, last: int, limit: int
) -> Iterator[re.Match[str]]:
    """Yield the matches that begin from ``begin`` to ``last`` and end before ``limit``."""
    search = recognizer.pattern.search
    while begin <= last:
        match = search(text, begin, limit)
        if match is None or match.start() > last:
            return
        yield match
        begin = match.end()
