"""What the recognizers need of an engine, compiled once per process."""

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from sumun.detection import normalise
from sumun.detection.context import Vocabulary
from sumun.detection.cores import shortened
from sumun.detection.gate import AT, CODE, DIGIT, LONG, gates, has_word
from sumun.detection.presence import IN_RUN, EngineName, Places, Presence, open_engine
from sumun.detection.recognizer import NumberRecognizer, Recognizer

_ESCAPED = rb"(?:^|[^\\])(?:\\\\)*\\[^n\"\\]|\x00|[0-9.]{6}[eE][+-]?[0-9]{1,3}(?:[^0-9A-Za-z]|$)"
"""What makes JSON text differ from the value it stands for: escapes, other encodings, exponents."""

_ANYWHERE = (DIGIT, LONG, normalise.TRIGGER)
_A_DIGIT, _A_TOKEN, ENCODING = range(len(_ANYWHERE))
"""The number of the trigger of :func:`sumun.detection.normalise.plain`."""


class Scanners:
    """The triggers of some recognizers, compiled for one engine; shared by all detectors.

    Attributes
    ----------
    triggers:
        All of them, by number.
    number, base64:
        The numbers of the triggers for runs of digits and for what may be base64.
    runs:
        Finds runs of digits.
    escapes:
        Tells whether JSON text may differ from the value it stands for.
    vocabulary:
        Finds context words.

    """

    def __init__(self, recognizers: Sequence[Recognizer], engine: EngineName) -> None:
        self._engine = open_engine(engine)
        own = [each.trigger for each in recognizers if not isinstance(each, NumberRecognizer)]
        groups = _grouped([normalise.BASE64, *own])
        # One automaton for what may stand in any text, and small ones for what asks for more.
        self.triggers = tuple[bytes, ...]()
        self._always = self._group([*_ANYWHERE, *groups.words, *groups.any])
        self._at = self._group(groups.at)
        self.number = len(self.triggers)
        self._run = self._group([IN_RUN])
        self._digit = self._group(groups.digit)
        self._code = self._group(groups.code)
        self._long = self._group(groups.long)
        self._holds_code = self._engine.presence([CODE])
        self._numbers = {each: number for number, each in enumerate(self.triggers)}
        self.base64 = self._numbers[normalise.BASE64]
        self.escapes = self._engine.presence([_ESCAPED])
        self.runs = self._engine.runs()
        self.vocabulary = Vocabulary(self._engine)
        self._places: dict[bytes, Places | None] = {}

    def _group(self, triggers: Sequence[bytes]) -> Presence:
        """Give the triggers numbers and return what tells which occur."""
        first = len(self.triggers)
        self.triggers += tuple(triggers)
        return self._engine.presence([*map(shortened, triggers)], first)

    def present(self, data: bytes) -> list[int]:
        """Return the numbers of the triggers that occur, each once, in any order."""
        hits = self._always(data)
        if AT in data:
            hits += self._at(data)
        if _A_DIGIT in hits:
            hits += self._run(data)
            hits += self._digit(data)
            if self._holds_code(data):
                hits += self._code(data)
        if _A_TOKEN in hits:
            hits += self._long(data)
        return hits

    def trigger(self, recognizer: Recognizer) -> int:
        """Return the number of a recognizer's trigger."""
        if isinstance(recognizer, NumberRecognizer):
            return self.number
        return self._numbers[recognizer.trigger]

    def places(
        self, pattern: bytes, data: bytes, most: int = sys.maxsize
    ) -> list[tuple[int, int]] | None:
        """Return the places of a pattern, or nothing if it is too large for the engine.

        It is compiled when it is first asked for.
        """
        if pattern not in self._places:
            self._places[pattern] = self._engine.places(shortened(pattern))
        find = self._places[pattern]
        return find(data, most) if find else None


class _Groups(NamedTuple):
    words: list[bytes]
    any: list[bytes]
    at: list[bytes]
    digit: list[bytes]
    code: list[bytes]
    long: list[bytes]


def _grouped(triggers: Iterable[bytes]) -> _Groups:
    """Return the triggers, each once, by what must be in a text for them to occur."""
    groups = _Groups([], [], [], [], [], [])
    for each in dict.fromkeys(triggers):
        needed = gates(each)
        if LONG in needed:
            groups.long.append(each)
        elif CODE in needed:
            groups.code.append(each)
        elif has_word(each):
            groups.words.append(each)
        elif AT in needed:
            groups.at.append(each)
        elif DIGIT in needed:
            groups.digit.append(each)
        else:
            groups.any.append(each)
    return groups


@cache
def scanners(recognizers: tuple[Recognizer, ...], engine: EngineName) -> Scanners:
    """Return the scanners of some recognizers; they are compiled when first asked for."""
    return Scanners(recognizers, engine)
