"""Where in a text something is, for people."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sumun.corpus.delimited import place_in_cell
from sumun.corpus.json_text import place_in_string
from sumun.corpus.segments import Segment, Value
from sumun.detection import Finding


class Located(NamedTuple):
    """A finding, where it is (lines and columns count from 1), and the value itself.

    ``end_column`` is just behind it, on the same line; 0 if it ends on another. ``key`` is the
    JSON key or column it stands under.
    """

    line: int
    column: int
    end_column: int
    finding: Finding
    value: str
    key: str


class Lines:
    """Counts lines as places further and further on are asked for."""

    def __init__(self) -> None:
        self._line = 1
        self._column = 1

    def advance(self, text: str, start: int, end: int) -> tuple[int, int]:
        """Go from one place to another and return the line and column there."""
        newlines = text.count("\n", start, end)
        if newlines:
            self._line += newlines
            self._column = end - text.rfind("\n", start, end)
        else:
            self._column += end - start
        return self._line, self._column


def located(segments: Iterable[Segment]) -> Iterator[Located]:
    """Yield what was found, in order."""
    lines = Lines()
    for raw, found in segments:
        at = 0
        for value, findings in found:
            for finding in findings:
                start = place(raw, value, finding.start)
                end = place(raw, value, finding.end - 1) + 1
                line, column = lines.advance(raw, at, start)
                at = start
                same_line = "\n" not in raw[start:end]
                yield Located(
                    line,
                    column,
                    column + end - start if same_line else 0,
                    finding,
                    value.text[finding.start : finding.end],
                    value.key,
                )
        lines.advance(raw, at, len(raw))


def place(raw: str, value: Value, at: int) -> int:
    """Return where in a piece of text a character of a value in it stands."""
    if value.form == "string":
        return value.start + place_in_string(raw[value.start : value.end], value.text, at)
    if value.form == "cell":
        return value.start + place_in_cell(raw[value.start : value.end], value.text, at)
    return value.start + at
