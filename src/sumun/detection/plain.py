"""A text written plainly, and the way back to the spans of the original that its own stand for."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

Unit = tuple[int, int, str | None]
"""Start, end, and what is written there; ``None`` leaves it as it is.

Where several characters are written, each stands for equally many of the original.
"""

Units = Callable[[str, int], list[Unit]]
"""Takes something encoded and where it begins, returns the units it is made of."""


Segment = tuple[int, int, Units | None]
"""Start and end of a part of the original, copied, or encoded in units: asked for when needed."""


class Plain:
    """A plainly written text and the way back to the original.

    Parameters
    ----------
    text:
        As it is written plainly.
    starts, segments:
        Where each segment begins in ``text``, and what of ``source`` it stands for.
    source:
        What was written plainly.
    outer:
        What ``source`` is the text of, if it is not the original.

    """

    def __init__(
        self,
        text: str,
        starts: list[int],
        segments: list[Segment],
        source: str,
        outer: "Plain | None" = None,
    ) -> None:
        self.text = text
        self._starts = starts
        self._segments = segments
        self._source = source
        self._outer = outer
        self._opened: dict[int, tuple[list[int], list[Unit]]] = {}

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that ``start:end`` of :attr:`text` stands for."""
        span = self._at(start)[0], self._at(end - 1)[1]
        return self._outer.original(*span) if self._outer else span

    def _at(self, position: int) -> tuple[int, int]:
        number = bisect_right(self._starts, position) - 1
        (start, end, units_of), offset = self._segments[number], position - self._starts[number]
        if units_of is None:
            return start + offset, start + offset + 1
        opened = self._opened.get(number)
        if opened is None:
            opened = self._opened[number] = _opened(units_of(self._source[start:end], start))
        starts, units = opened
        at = bisect_right(starts, offset) - 1
        start, end, written = units[at]
        length = end - start if written is None else len(written)
        width, uneven = divmod(end - start, length)
        if length == 1 or uneven:
            return start, end
        start += (offset - starts[at]) * width
        return start, start + width


def _opened(units: list[Unit]) -> tuple[list[int], list[Unit]]:
    """Return the units that write something, and where what each writes begins."""
    writing = [unit for unit in units if unit[2] != ""]
    lengths = (end - start if written is None else len(written) for start, end, written in writing)
    return list(accumulate(lengths, initial=0)), writing
