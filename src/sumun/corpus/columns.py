"""Tables as columns of values: each value is looked at behind the name of its column."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sumun.detection import Detector, Finding, LeafFindings

_PLACE: Final = re.compile(r"\$(?:\.(\w+)|\['((?:[^'\\]|\\.)*)'\])(?:\[(\d+)\])?(.*)", re.DOTALL)


class Cell(NamedTuple):
    """A finding in a table.

    ``row`` counts from 0 and is -1 in the name of the column; ``path`` leads into a nested value.
    """

    column: str
    row: int
    path: str
    finding: Finding
    value: str


def cells(columns: Mapping[str, list[Any]], detector: Detector) -> Iterator[Cell]:
    """Yield what is found in columns of JSON values, by row.

    Raises
    ------
    Unscannable
        If a value is too deep, or all of them are too large.

    """
    found = [
        Cell(*place(each), finding, each.leaf.text[finding.start : finding.end])
        for each in detector.scan_tree(dict(columns))
        for finding in each.findings
    ]
    order = {name: number for number, name in enumerate(columns)}
    found.sort(key=lambda cell: (cell.row, order[cell.column], cell.path, cell.finding.start))
    yield from found


def place(found: LeafFindings) -> tuple[str, int, str]:
    """Return the column, row and path within the cell of something found in columns."""
    match = _PLACE.match(found.leaf.path)
    if match is None:
        raise ValueError("not found in a table")
    plain, quoted, row, rest = match.groups()
    name = plain if plain is not None else re.sub(r"\\(.)", r"\1", quoted)
    return name, -1 if row is None else int(row), rest
