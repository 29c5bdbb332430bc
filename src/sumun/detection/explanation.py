"""Why something was found, and why something else was not.

The text takes the way it always takes, through the same recognizers, which are only told to let
everything pass that they would have dropped. What was found is not decided here: it is what the
detector finds.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from sumun.detection.context import Boosts, Context
from sumun.detection.detector import Detector
from sumun.detection.entities import CATEGORIES, ENTITIES
from sumun.detection.finding import Finding
from sumun.detection.offsets import ByteOffsets
from sumun.detection.overlaps import Candidate
from sumun.detection.recognizer import (
    END,
    KEY,
    SURE,
    WINDOW,
    FunctionRecognizer,
    NumberRecognizer,
    PatternRecognizer,
    Recognizer,
    lifted,
)
from sumun.detection.recognizers.secrets.form import is_placeholder
from sumun.detection.tree import Leaf, Tree

Reason = Literal["kept", "weak", "check", "shape", "placeholder", "overlap", "allowed"]
"""Why a candidate was kept or dropped.

``weak``: it scores too little. ``check``: its check digit is wrong. ``shape``: no such value is
ever given out. ``placeholder``: it stands where a secret will be. ``overlap``: another is surer in
its place. ``allowed``: the deployment never reports it.
"""

Check = Literal["passed", "failed", "none"]

_NOTHING = 1e-6
"""The score of what a recognizer drops."""

_MOST = 300
"""How many dropped candidates are told; the best of them."""

_LAST_DIGIT = re.compile(r"[0-9](?=[^0-9]*\Z)")
_TELLING = 0.7
"""Which part of all other last digits must be wrong for this one to be a check digit."""

_Place = tuple[tuple[str, bool] | None, int, int, str, str]
"""Leaf, span, entity type and recognizer."""

_FORMS = {NumberRecognizer: "number", PatternRecognizer: "pattern", FunctionRecognizer: "function"}


class Judgement(msgspec.Struct, frozen=True):
    """What became of one candidate.

    Attributes
    ----------
    finding:
        The candidate; if it was kept, as the detector finds it.
    reason:
        Why it was kept or dropped.
    base:
        What its form and check alone are worth, without the words beside it; 0 if nothing.
    form:
        How it was found: ``number``, ``pattern``, ``function``, or ``decoded`` where it had to be
        written plainly first.
    check:
        Whether its check digit is right, where it has one.
    word:
        The word beside it that speaks of its type; empty if there is none.
    lost_to:
        The finding that is surer in its place.
    leaf:
        Where in a JSON value it is; spans are of the leaf's text.

    """

    finding: Finding
    reason: Reason
    base: float = 0.0
    form: str = "decoded"
    check: Check = "none"
    word: str = ""
    lost_to: Finding | None = None
    leaf: Leaf | None = None

    @property
    def kept(self) -> bool:
        """Whether it is a finding."""
        return self.reason == "kept"


class Explanation(msgspec.Struct, frozen=True):
    """All that was found, and what might have been; each in the order of the text."""

    kept: list[Judgement]
    dropped: list[Judgement]


class _Match(NamedTuple):
    """A candidate, the recognizer that nominated it, and where it is."""

    candidate: Candidate
    recognizer: Recognizer
    finding: Finding
    leaf: Leaf | None = None


class Explainer:
    """Says what became of every candidate; for people to read, not for every call.

    Parameters
    ----------
    detector:
        Whose findings are explained. It is not changed, and as fast as before.

    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._opened = detector.unjudged(_lenient)
        self._recognizers = {each.name: each for each in detector.recognizers}

    def explain_text(self, text: str) -> Explanation:
        """Explain what :meth:`~sumun.detection.Detector.scan_text` finds in a text.

        Raises
        ------
        TooLarge
            As there.

        """
        kept = [(finding, None) for finding in self._detector.scan_text(text)]
        return self._explain(text, kept, self._matches(text))

    def explain_json(self, value: object) -> Explanation:
        """Explain what :meth:`~sumun.detection.Detector.scan_json` finds in a JSON value.

        Raises
        ------
        Unscannable
            As there.

        """
        found = self._detector.scan_tree(value)
        kept = [(finding, leaf.leaf) for leaf in found for finding in leaf.findings]
        limits = self._detector
        tree = Tree(value, (), max_depth=limits.max_depth, max_length=limits.max_length)
        matches = self._matches(tree.text)
        # The finding carries the number of its candidate through the tree.
        numbered = [(*each.candidate[:4], str(at)) for at, each in enumerate(matches)]
        located = [
            (int(finding.recognizer), finding, leaf.leaf)
            for leaf in tree.locate(numbered)
            for finding in leaf.findings
        ]
        placed = [
            matches[at]._replace(
                finding=msgspec.structs.replace(finding, recognizer=matches[at].candidate[4]),
                leaf=leaf,
            )
            for at, finding, leaf in located
        ]
        return self._explain(tree.text, kept, placed)

    def _matches(self, text: str) -> list[_Match]:
        data = text.encode("utf-8", "surrogatepass")
        opened = self._opened
        present = opened.awaited.intersection(opened.present(data))
        found: list[Candidate] = []
        if present:
            opened.find(text, data, present, found)
        known = self._recognizers
        return [_Match(each, known[each[4]], _finding(each)) for each in sorted(set(found))]

    def _explain(
        self,
        text: str,
        kept: Sequence[tuple[Finding, Leaf | None]],
        matches: Sequence[_Match],
    ) -> Explanation:
        around = _Surroundings(self._opened.context(text))
        winners = _Winners(kept)
        judged: dict[_Place, Judgement] = {}
        losers: dict[object, _Loser] = {}
        for match in matches:
            place = _place(match.finding, match.leaf)
            winner = winners.by_place.get(place)
            if winner is not None:
                judged[place] = around.judgement(match, winner, "kept")
                continue
            over = winners.over(match)
            if any(each.entity_type == match.finding.entity_type for each in over):
                continue  # the same thing, seen by another rule too
            loser = self._loser(match, around, over)
            if loser is not None:
                key = place[:-1]
                if key not in losers or losers[key].finding.score < loser.finding.score:
                    losers[key] = loser
        best = sorted(losers.values(), key=_surest)[:_MOST]
        best.sort(key=lambda loser: loser.match.candidate)
        return Explanation(
            [
                judged.get(_place(finding, leaf)) or Judgement(finding, "kept", leaf=leaf)
                for finding, leaf in kept
            ],
            [
                around.judgement(
                    each.match,
                    each.finding,
                    each.reason or _failure(around.text, each.match),
                    each.lost_to,
                )
                for each in best
            ],
        )

    def _loser(
        self, match: _Match, around: "_Surroundings", over: list[Finding]
    ) -> "_Loser | None":
        """Return why a candidate was dropped; nothing if it cannot be told."""
        detector = self._detector
        start, end, base, entity_type, _ = match.candidate
        value = around.text[start:end]
        boost = around.boost(start, entity_type) if _uses_words(match.recognizer) else 0.0
        score = lifted(base, boost) if boost and base < SURE else base
        reason: Reason | None = None
        if base <= _NOTHING:
            score = 0.0
        elif detector.allows(entity_type, value):
            reason = "allowed"
        elif score < detector.min_score or (not boost and _waits_for_word(match, detector, value)):
            reason = "weak"
        elif over:
            reason = "overlap"
        else:
            return None
        finding = msgspec.structs.replace(match.finding, score=score)
        return _Loser(match, finding, reason, over[0] if over else None)


class _Winners:
    """The findings, by where they are."""

    def __init__(self, kept: Sequence[tuple[Finding, Leaf | None]]) -> None:
        self.by_place = {_place(finding, leaf): finding for finding, leaf in kept}
        self._by_leaf: dict[object, list[Finding]] = {}
        for finding, leaf in kept:
            self._by_leaf.setdefault(_at(leaf), []).append(finding)

    def over(self, match: _Match) -> list[Finding]:
        """Return the findings that a candidate overlaps."""
        there = self._by_leaf.get(_at(match.leaf), [])
        at = bisect_right(there, match.finding.start, key=_end)
        found = []
        while at < len(there) and there[at].start < match.finding.end:
            found.append(there[at])
            at += 1
        return found


class _Loser(NamedTuple):
    """A dropped candidate; without a reason if its own recognizer dropped it."""

    match: _Match
    finding: Finding
    reason: Reason | None
    lost_to: Finding | None


def _surest(loser: _Loser) -> float:
    return -loser.finding.score


def _end(finding: Finding) -> int:
    return finding.end


class _Surroundings:
    """A text, and the words beside places in it, which count characters."""

    def __init__(self, context: Context) -> None:
        self.text = context.text
        self._context = context
        self._offsets = ByteOffsets(context.text)
        self._boosts: dict[int, Boosts] = {}

    def judgement(
        self, match: _Match, finding: Finding, reason: Reason, lost_to: Finding | None = None
    ) -> Judgement:
        """Return what is told of a candidate."""
        start, _, base, entity_type, _ = match.candidate
        return Judgement(
            finding,
            reason,
            base=0.0 if base <= _NOTHING else base,
            form=_FORMS[type(match.recognizer)],
            check=_check(self.text, match),
            word=self.before(start, entity_type) if finding.score > base else "",
            lost_to=lost_to,
            leaf=match.leaf,
        )

    def boost(self, start: int, entity_type: str) -> float:
        """Return what the words left of a place add to a score."""
        if start not in self._boosts:
            at = start if self._context.ascii_only else self._offsets.byte(start)
            self._boosts[start] = self._context.near(at)
        return self._boosts[start].get(entity_type, 0.0)

    def before(self, start: int, entity_type: str) -> str:
        """Return the nearest word left of a place that speaks of a type, as it is written."""
        if not self.boost(start, entity_type):
            return ""
        window = self.text[max(0, start - WINDOW) : start]
        window = window[window.rfind(END) + 1 :]
        entity = ENTITIES.get(entity_type)
        if entity is None:  # of a deployment's own, and its words are in its pattern
            return ""
        folded = window.lower()
        if len(folded) != len(window):
            folded = window
        ends = [
            (at + len(word), len(word))
            for word in (*entity.english, *entity.korean)
            if (at := folded.rfind(word)) >= 0
        ]
        if not ends:
            return ""
        end, length = max(ends)
        return window[end - length : end].replace(KEY, " ")


def _lenient(recognizer: Recognizer) -> Recognizer:
    """Return a recognizer that drops nothing, and leaves the words beside a candidate alone."""
    if isinstance(recognizer, NumberRecognizer):
        judge = recognizer.judge
        return msgspec.structs.replace(
            recognizer,
            judge=lambda digits, written: judge(digits, written) or _NOTHING,
            context=False,
            ceiling=1.0,
            bare_ceiling=1.0,
        )
    if isinstance(recognizer, PatternRecognizer) and not isinstance(recognizer.judge, float):
        judge_match = recognizer.judge
        return msgspec.structs.replace(
            recognizer, judge=lambda match: judge_match(match) or _NOTHING, context=False
        )
    if isinstance(recognizer, PatternRecognizer):
        return msgspec.structs.replace(recognizer, context=False)
    return recognizer


def _uses_words(recognizer: Recognizer) -> bool:
    return not isinstance(recognizer, FunctionRecognizer) and recognizer.context


def _waits_for_word(match: _Match, detector: Detector, value: str) -> bool:
    """Tell whether a candidate is only looked at beside a word."""
    recognizer = match.recognizer
    if isinstance(recognizer, FunctionRecognizer):
        return False
    ceiling = recognizer.ceiling
    if isinstance(recognizer, NumberRecognizer) and value.isdigit():
        ceiling = min(ceiling, recognizer.bare_ceiling)
    return ceiling < detector.min_score


def _failure(text: str, match: _Match) -> Reason:
    if _check(text, match) == "failed":
        return "check"
    start, end, _, entity_type, _ = match.candidate
    if entity_type in CATEGORIES["credential"] and is_placeholder(text[start:end]):
        return "placeholder"
    return "shape"


def _check(text: str, match: _Match) -> Check:
    """Tell whether there is a check digit and it is right, by trying every other one.

    Recognizers say what a value is worth, not why; but a value whose last digit alone is the
    right one has a check digit.
    """
    start, end, base, entity_type, _ = match.candidate
    value = text[start:end]
    last = _LAST_DIGIT.search(value)
    if last is None or entity_type.startswith("DATE_"):
        return "none"
    others = [
        _score(text, match, value[: last.start()] + digit + value[last.end() :])
        for digit in "0123456789"
        if digit != last.group()
    ]
    if any(score > base for score in others):
        return "failed"
    worse = sum(score < base for score in others)
    return "passed" if worse >= _TELLING * len(others) else "none"


def _score(text: str, match: _Match, value: str) -> float:
    """Return what another value would be worth in the place of a candidate."""
    recognizer = match.recognizer
    start, end = match.candidate[:2]
    if isinstance(recognizer, NumberRecognizer):
        digits = "".join(each for each in value if each.isdigit())
        return recognizer.judge(digits, value) or _NOTHING
    if isinstance(recognizer, FunctionRecognizer):
        return max((score for _, _, score in recognizer.find(value)), default=_NOTHING)
    if isinstance(recognizer.judge, float):
        return recognizer.judge
    begin = max(0, start - WINDOW)
    near = text[begin:start] + value + text[end : end + WINDOW]
    for found in recognizer.pattern.finditer(near):
        if found.start("value") == start - begin:
            return recognizer.judge(found) or _NOTHING
    return _NOTHING


def _finding(candidate: Candidate) -> Finding:
    start, end, score, entity_type, name = candidate
    return Finding(entity_type, start, end, score, name)


def _place(finding: Finding, leaf: Leaf | None) -> _Place:
    return (_at(leaf), finding.start, finding.end, finding.entity_type, finding.recognizer)


def _at(leaf: Leaf | None) -> tuple[str, bool] | None:
    return None if leaf is None else (leaf.path, leaf.is_key)
