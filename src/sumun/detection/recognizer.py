"""The three forms a recognizer takes, and what a context word is worth.

A recognizer is data: a *trigger* (a byte pattern the presence pass looks for), what a candidate
looks like, and a judge that turns a candidate into a score. Checksums, ranges and context words
move the score; ``min_score`` of the detector decides.

Patterns are written so that matching is linear: every repeat is bounded or its neighbours share no
character with it, and the first character is guarded.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from sumun.detection.entities import ENTITIES

KEY = "\x1f"
"""Stands between a JSON key and its value in the text a tree is joined to."""

END = "\x1e"
"""Stands after each JSON value in the text a tree is joined to."""

SURE = 0.75
"""A candidate scored at least this is not looked at for context words."""

DECIDED = 0.9
"""A candidate scored at least this shows what it is: no words beside another outdo it."""

_MOST_BY_CONTEXT = 0.89

CONTEXT_BOOST = 0.35
"""What a context word next to the value is worth; less the further away it stands."""

WINDOW = 40
"""How many characters left of a value words are looked for."""

FADE = 0.1
"""How much less a word at the far end of the window is worth."""

SHORT_WORD = 5
"""Words shorter than this are never the end of a compound."""


class PatternRecognizer(msgspec.Struct, frozen=True, kw_only=True):
    """Finds candidates by a regular expression over the whole text.

    Attributes
    ----------
    name:
        Unique name of the rule.
    entity_type:
        What it finds.
    trigger:
        Byte pattern, in the syntax common to hyperscan and :mod:`re`, that occurs in the UTF-8
        form of every text the recognizer can find something in, within one JSON value and its key.
    pattern:
        The candidate; the group ``value``, if there is one, is the span of the finding.
    judge:
        Scores a match, 0 to drop it; or the score itself.
    context:
        Whether words beside the candidate are looked for.
    anchored:
        Whether the pattern matches only where a match of the trigger begins, as it does where
        the trigger is its literal beginning (``ghp_``). The pattern is then tried there alone
        instead of being searched for in the whole text: set it wherever it is true.
    labelled:
        Whether the pattern matches only where it begins inside a match of the trigger, as it does
        where the trigger is the label that the pattern begins with, in all its forms. The pattern
        is then tried there alone, too: set it wherever it is true.
    ceiling:
        The highest score the judge gives. Where that is below what the detector asks for and
        ``context`` is set, the pattern is only searched for behind context words: set it for
        every code whose form and checksum alone do not show what it is.

    """

    name: str
    entity_type: str
    trigger: bytes
    pattern: re.Pattern[str]
    judge: Callable[[re.Match[str]], float] | float
    context: bool = False
    anchored: bool = False
    labelled: bool = False
    ceiling: float = 1.0


class NumberRecognizer(msgspec.Struct, frozen=True, kw_only=True):
    """Finds candidates among runs of digits, by the shape of the run.

    Attributes
    ----------
    name, entity_type, context:
        As in :class:`PatternRecognizer`.
    shape:
        Pattern over the run in which every digit is written ``0`` (``0{3}-0{4}-0{4}``).
    leads:
        What every candidate begins with that the judge does not drop: one of these. Where numbers
        stand side by side it is looked at before anything else.
    judge:
        Scores the candidate, given its digits alone and as written; 0 drops it.
    ceiling:
        The highest score the judge gives. Where that is below what the detector asks for, the
        judge is only called beside a context word, so that a recognizer of a common shape costs
        nothing elsewhere: set it for every number that its shape and checksum alone do not show.
    bare_ceiling:
        The same for digits without anything between them, where that is less.

    """

    name: str
    entity_type: str
    shape: str
    leads: tuple[str, ...] = ("",)
    judge: Callable[[str, str], float]
    context: bool = True
    ceiling: float = 1.0
    bare_ceiling: float = 1.0


class FunctionRecognizer(msgspec.Struct, frozen=True, kw_only=True):
    """Finds candidates by a function, for what neither of the other forms can say.

    Attributes
    ----------
    name, entity_type, trigger:
        As in :class:`PatternRecognizer`.
    find:
        Yields ``(start, end, score)`` for each candidate of a text.

    """

    name: str
    entity_type: str
    trigger: bytes
    find: Callable[[str], Iterator[tuple[int, int, float]]]


Recognizer = PatternRecognizer | NumberRecognizer | FunctionRecognizer


def lifted(score: float, boost: float) -> float:
    """Return a score with what the words beside the candidate add to it."""
    return max(score, min(score + boost, _MOST_BY_CONTEXT))


def context_score(entity_type: str, text: str, start: int) -> float:
    """Return how much the words left of ``start`` add to a candidate's score.

    In a joined tree only the value itself and its own key are looked at.
    """
    words = _words(entity_type)
    if words is None:
        return 0.0
    window = text[max(0, start - WINDOW) : start]
    nearest = -1
    for match in words.finditer(window, window.rfind(END) + 1):
        nearest = match.end()
    if nearest < 0:
        return 0.0
    return CONTEXT_BOOST - FADE * (len(window) - nearest) / WINDOW


@cache
def _words(entity_type: str) -> re.Pattern[str] | None:
    entity = ENTITIES[entity_type]
    parts = [_english(word) for word in entity.english] + list(map(re.escape, entity.korean))
    return re.compile("|".join(parts)) if parts else None


def _english(word: str) -> str:
    """Return the pattern of a word: short ones stand alone, longer ones may end a compound."""
    literal = re.escape(word)
    alone = f"(?<![a-z](?i:{literal}))" if len(word) < SHORT_WORD else ""
    return f"(?i:{literal}){alone}(?![a-z]{{2}})"  # vehicleNumber holds the word, vehicles not
