"""What the recognizers need of an engine, compiled once per process."""

from collections.abc import Sequence
from functools import cache

from sumun.detection import normalise
from sumun.detection.context import Vocabulary
from sumun.detection.cores import shortened
from sumun.detection.gate import GATE, has_word, is_gated
from sumun.detection.presence import IN_RUN, EngineName, Places, open_engine
from sumun.detection.recognizer import NumberRecognizer, Recognizer

_ESCAPED = rb"(?:^|[^\\])(?:\\\\)*\\[^n\"\\]|\x00|[0-9.]{6}[eE][+-]?[0-9]{1,3}(?:[^0-9A-Za-z]|$)"
"""What makes JSON text differ from the value it stands for: escapes, other encodings, exponents."""

NUMBER, ENCODING, ESCAPE = range(3)
"""The triggers that are nobody's own; a recognizer's follow, see :meth:`Scanners.trigger`."""


class Scanners:
    """The triggers of some recognizers, compiled for one engine; shared by all detectors.

    Attributes
    ----------
    triggers:
        All of them, by number.
    base64:
        The number of the trigger for what may be base64.
    runs:
        Finds runs of digits.
    vocabulary:
        Finds context words.

    """

    def __init__(self, recognizers: Sequence[Recognizer], engine: EngineName) -> None:
        self._engine = open_engine(engine)
        own = [each.trigger for each in recognizers if not isinstance(each, NumberRecognizer)]
        # Three automata are faster than one: of words, of classes, and of what is rarely needed.
        gated = [each for each in own if is_gated(each)]
        others = [each for each in own if not is_gated(each)]
        worded = [each for each in others if has_word(each)]
        classes = [each for each in others if not has_word(each)]
        everybodys = (IN_RUN, normalise.TRIGGER, _ESCAPED)
        self.triggers = tuple(
            dict.fromkeys((*everybodys, *classes, GATE, *worded, normalise.BASE64, *gated))
        )
        self._numbers = {trigger: number for number, trigger in enumerate(self.triggers)}
        self._gate = gate = self.triggers.index(GATE)
        self.base64 = self._behind = behind = self.triggers.index(normalise.BASE64)
        short = [shortened(trigger) for trigger in self.triggers]
        self._classes = self._engine.presence(short[: gate + 1])
        self._words = self._engine.presence(short[gate + 1 : behind])
        self._gated = self._engine.presence(short[behind:])
        self.runs = self._engine.runs()
        self.vocabulary = Vocabulary(self._engine)
        self._places: dict[bytes, Places | None] = {}

    def present(self, data: bytes) -> list[int]:
        """Return the numbers of the triggers that occur, each once, in any order."""
        hits = self._classes(data)
        words = self._words(data)
        if words:
            first = self._gate + 1
            hits.extend([first + hit for hit in words])
        if self._gate in hits:
            behind = self._behind
            hits.remove(self._gate)
            hits.extend([behind + hit for hit in self._gated(data)])
        return hits

    def trigger(self, recognizer: Recognizer) -> int:
        """Return the number of a recognizer's trigger."""
        if isinstance(recognizer, NumberRecognizer):
            return NUMBER
        return self._numbers[recognizer.trigger]

    def places(self, pattern: bytes, data: bytes) -> list[tuple[int, int]] | None:
        """Return the places of a pattern, or nothing if it is too large for the engine.

        It is compiled when it is first asked for.
        """
        if pattern not in self._places:
            self._places[pattern] = self._engine.places(shortened(pattern))
        find = self._places[pattern]
        return find(data) if find else None


@cache
def scanners(recognizers: tuple[Recognizer, ...], engine: EngineName) -> Scanners:
    """Return the scanners of some recognizers; they are compiled when first asked for."""
    return Scanners(recognizers, engine)
