"""Tables in text: every cell is read as a JSON value is, behind its name, which heads its column.

A table is a line of names and, under it, lines of as many cells, parted by the same one of comma,
semicolon, tab (RFC 4180) or upright (GitHub Flavored Markdown §4.10, whose rule may follow the
names). Cells may be quoted; a row whose cells are not as many is passed over.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from sumun.detection.recognizer import END, KEY

MAX_COLUMNS = 64
"""A line of more names heads no table."""

MAX_TABLES = 256
"""Further tables of one text are read as lines alone."""

MAX_CELLS = 50_000
"""Further cells of one text are read as lines alone."""

_CELL = r"[^,;\t|\n\r\x1e=:@]{1,40}+"
_HEADS = re.compile(rf"\n\|?({_CELL}([,;\t|]){_CELL}(?:\2{_CELL})*+)\|?\r?(?=\n)")
_RULE = re.compile(r"\n[ \t]*\|?[ \t]*:?-[-:| \t]*\r?(?=\n)")
_NO_NAME = re.compile(r"\d{3}|[.!?] |[^\w\s]\s*\Z(?<![)\"'*`_#%])")
_ROW = re.compile(r"\n([^\n\x1e]{1,10000}+)(?=[\n\x1e]|\Z)")
_AROUND = " \t\r"
_QUOTED = {each: re.compile(rf'(?:"(?:[^"]|"")*+"|[^{each}]*+)(?:{each}|\Z)') for each in ",;\t"}

Span = tuple[int, int]


class Cells:
    """The cells of the tables of a text, and the way back to where they stand.

    Parameters
    ----------
    text:
        What may hold tables.
    speaks:
        Tells whether the name of a column says what is in it; other columns are passed over.

    Attributes
    ----------
    text:
        The cells of the columns whose names speak, each behind its name; empty if there are none.

    """

    def __init__(self, text: str, speaks: Callable[[str], bool]) -> None:
        self._starts: list[int] = []
        self._cells: list[Span] = []
        written: list[str] = []
        at = 0
        for name, (start, end) in _cells(text, speaks):
            at += len(name) + 1
            self._starts.append(at)
            self._cells.append((start, end))
            written.append(f"{name}{KEY}{text[start:end]}{END}")
            at += end - start + 1
        self.text = "".join(written)

    def original(self, start: int, end: int) -> Span | None:
        """Return where what is at ``start:end`` of :attr:`text` stands, if that is in a cell."""
        number = bisect_right(self._starts, start) - 1
        if number < 0:
            return None
        first, last = self._cells[number]
        moved = first - self._starts[number]
        return (start + moved, end + moved) if end + moved <= last else None


def _cells(text: str, speaks: Callable[[str], bool]) -> Iterator[tuple[str, Span]]:
    """Yield the cells under names that speak."""
    # A value in a tree begins a line; and every line begins with what ends the one before.
    lines = "\n" + text.replace(KEY, "\n")
    at = tables = cells = 0
    while tables < MAX_TABLES and (heads := _HEADS.search(lines, at)):
        at = heads.end()
        between = heads[2]
        names = [name.strip(" \t\"'*`") for name in heads[1].split(between)]
        if len(names) > MAX_COLUMNS or any(_NO_NAME.search(name) for name in names):
            continue
        speaking = [(column, name) for column, name in enumerate(names) if speaks(name)]
        if not speaking:
            continue
        tables += 1
        if rule := _RULE.match(lines, at):
            at = rule.end()
        while (row := _ROW.match(lines, at)) and between in row[1]:
            begin, at = at, row.end()
            spans = _spans(row[1], between)
            cells += len(spans)
            if cells > MAX_CELLS:
                return
            if len(spans) != len(names):
                continue
            for column, name in speaking:
                start, end = spans[column]
                if start < end:
                    yield name, (begin + start, begin + end)


def _spans(row: str, between: str) -> list[Span]:
    """Return where the cells of a row are, without what is around their values."""
    at, spans = 0, []
    if between == "|":
        at = len(row) - len(row.lstrip(_AROUND))
        at += row.startswith("|", at)
        row = row.rstrip(_AROUND).removesuffix("|")
    if '"' in row and between != "|":
        parts = [match[0].removesuffix(between) for match in _QUOTED[between].finditer(row)]
        if not row.endswith(between):
            parts.pop()  # the empty match at the end
    else:
        parts = row[at:].split(between)
    for part in parts:
        value = part.strip(_AROUND)
        start = at + part.find(value)
        if len(value) > 1 and value[0] == value[-1] == '"':
            spans.append((start + 1, start + len(value) - 1))
        else:
            spans.append((start, start + len(value)))
        at += len(part) + 1
    return spans
