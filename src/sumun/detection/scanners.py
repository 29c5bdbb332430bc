"""What the recognizers need of an engine, compiled once per process."""

from collections.abc import Sequence
from functools import cache

from sumun.detection import normalise
from sumun.detection.context import Vocabulary
from sumun.detection.presence import IN_RUN, EngineName, Starts, open_engine
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
        self._starts: dict[int, Starts] = {}

    def trigger(self, recognizer: Recognizer) -> int:
        """Return the number of a recognizer's trigger."""
        if isinstance(recognizer, NumberRecognizer):
            return NUMBER
        return self._numbers[recognizer.trigger]

    def starts(self, trigger: int, data: bytes) -> list[int]:
        """Return where a trigger begins. It is compiled when it is first asked for."""
        find = self._starts.get(trigger)
        if find is None:
            find = self._starts[trigger] = self._engine.starts(self.triggers[trigger])
        return find(data)


@cache
def scanners(recognizers: tuple[Recognizer, ...], engine: EngineName) -> Scanners:
    """Return the scanners of some recognizers; they are compiled when first asked for."""
    return Scanners(recognizers, engine)
