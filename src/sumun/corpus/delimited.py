"""CSV and its kin (RFC 4180), taken apart where they stand; columns go by their headers."""

import re
from typing import Final

from sumun.corpus.segments import Value

_DELIMITERS: Final = ",;\t|"
_DATA: Final = re.compile(r"@|[0-9]{5}")
"""What the names of columns do not hold."""


class DelimitedLexer:
    """Takes a table of cells apart.

    Parameters
    ----------
    delimiter:
        What stands between cells; if empty, what is most frequent in the first line.

    """

    def __init__(self, delimiter: str = "") -> None:
        self._delimiter = delimiter
        self._cell: re.Pattern[str] | None = None
        self._header: list[str] | None = None
        self._column = 0
        self._is_open = False

    def take(self, text: str, *, final: bool) -> tuple[list[Value], int]:
        """Return the cells that are complete; see :class:`~sumun.corpus.structured.Lexer`."""
        if self._header is None and not final and "\n" not in text:
            return [], 0
        cell = self._cell or self._compiled(text)
        values: list[Value] = []
        header = self._header
        first: list[str] = []
        column = self._column
        end = len(text)
        at = 0
        following = cell.scanner(text).match  # type: ignore[attr-defined]
        while at < end:
            match = following()
            stop = match.end()
            if not final and (stop == end or _is_open(text, at, match)):
                break
            quoted, bare, after = match.groups()
            value = quoted.replace('""', '"') if quoted else bare or ""
            if value:
                key = header[column] if header and column < len(header) else ""
                values.append(Value(at, match.end() - len(after), value, key, "cell"))
            if header is None:
                first.append(value)
            column += 1
            if after != self._delimiter:
                column = 0
                if header is None:
                    header = self._header = _names(first)
            at = stop
        if self._header is None:
            return [], 0  # the first line is read as a whole
        self._column = column
        return values, at

    def _compiled(self, text: str) -> re.Pattern[str]:
        if not self._delimiter:
            line = text.partition("\n")[0]
            self._delimiter = max(_DELIMITERS, key=line.count)
        mark = re.escape(self._delimiter)
        self._cell = re.compile(
            rf'(?:"([^"]*+(?:""[^"]*+)*+)"(?=[{mark}\r\n]|\Z)|([^{mark}\r\n]*+))'
            rf"({mark}|\r\n|[\r\n]|\Z)"
        )
        return self._cell


def _is_open(text: str, at: int, match: re.Match[str]) -> bool:
    """Tell whether this may be a quoted cell whose end has not come in yet."""
    return match[1] is None and text.startswith('"', at) and _closes(text, at) < 0


def _closes(text: str, at: int) -> int:
    """Return where the quotes that open at a place are closed; -1 if they are not."""
    match = _QUOTED.match(text, at)
    return match.end() if match and match.end() < len(text) else -1


_QUOTED: Final = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')


def is_delimited(beginning: str) -> bool:
    """Tell whether a text begins as a table does: names of columns, and as many cells below."""
    lines = [line.rstrip("\r") for line in beginning.split("\n")[:_LINES]]
    for mark in _DELIMITERS:
        names = lines[0].split(mark)
        if len(names) > 1 and all(map(_NAME.fullmatch, names)) and _names(names):
            counts = {line.count(mark) for line in lines[1:-1] if '"' not in line}
            return len(lines) > 1 and counts <= {len(names) - 1}
    return False


_LINES: Final = 6
_NAME: Final = re.compile(r'"?[\w()/ -]{1,40}"?')


def _names(cells: list[str]) -> list[str]:
    """Return the names of columns, if these are any."""
    named = any(cell.strip() for cell in cells) and not any(map(_DATA.search, cells))
    return cells if named else []


def write_cell(was: str, text: str) -> str:
    """Return a text as a cell, in quotes if the raw cell it stands for ``was``, or if need be."""
    if was.startswith('"') or any(each in text for each in '",;\t|\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def place_in_cell(raw: str, text: str, at: int) -> int:
    """Return where in a raw cell the character of its text stands."""
    if not raw.startswith('"'):
        return at
    return at + text.count('"', 0, at) + 1
