"""What the recognizers need of an engine, compiled once per process."""

from collections.abc import Sequence
from functools import cache

from sumun.detection import normalise
from sumun.detection.context import Vocabulary
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
    present:
        Tells which triggers occur in some bytes.
    runs:
        Finds runs of digits.
    vocabulary:
        Finds context words.

    """

    def __init__(self, recognizers: Sequence[Recognizer], engine: EngineName) -> None:
        self._engine = open_engine(engine)
        own = [each.trigger for each in recognizers if not isinstance(each, NumberRecognizer)]
        self.triggers = tuple(dict.fromkeys((IN_RUN, normalise.TRIGGER, _ESCAPED, *own)))
        self._numbers = {trigger: number for number, trigger in enumerate(self.triggers)}
        self.present = self._engine.presence(self.triggers)
        self.runs = self._engine.runs()
        self.vocabulary = Vocabulary(self._engine)
        self._places: dict[bytes, Places | None] = {}

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
            self._places[pattern] = self._engine.places(pattern)
        find = self._places[pattern]
        return find(data) if find else None


@cache
def scanners(recognizers: tuple[Recognizer, ...], engine: EngineName) -> Scanners:
    """Return the scanners of some recognizers; they are compiled when first asked for."""
    return Scanners(recognizers, engine)
