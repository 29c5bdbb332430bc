"""What tables of every library have in common: columns of values, scanned and protected."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sumun.corpus import SCOPE, Actions, Choosing, Key, open_keys, restore
from sumun.corpus.columns import Cell, cells, place
from sumun.corpus.values import protector_of
from sumun.detection import Detector
from sumun.integrations.plain import from_plain, to_plain
from sumun.protection import Scope
from sumun.protection.masks import mask

FINDINGS = (
    "row",
    "column",
    "path",
    "entity_type",
    "start",
    "end",
    "score",
    "recognizer",
    "masked",
)
"""The columns of what a scan returns; ``row`` counts from 0 and is -1 for a column's name."""


class Column(NamedTuple):
    """A column: its name, and its values as Python has them."""

    name: str
    values: list[Any]


def scan_columns(
    columns: Iterable[Column], detector: Detector | None, *, first_row: int = 0
) -> dict[str, list[Any]]:
    """Return what is found, as the columns of a table that holds no value itself."""
    rows = [_told(cell, first_row) for cell in cells(_plain(columns), detector or usual(None, 0.5))]
    return {name: [row[number] for row in rows] for number, name in enumerate(FINDINGS)}


def protect_columns(
    columns: Iterable[Column],
    *,
    action: Actions,
    key: Key | None,
    detector: Detector | None,
    scope: Scope = SCOPE,
) -> dict[str, dict[int, Any]]:
    """Return the values that change, by column and row, in the shapes they had."""
    choose = Choosing(action)
    protector = protector_of(open_keys(key, needed=choose.needs_key))
    given = list(columns)
    plain = _plain(given)
    found = (detector or usual(None, 0.5)).scan_tree(dict(plain))
    within = [(place(each), each) for each in found]
    inside = [(where, each) for where, each in within if where[1] >= 0]
    protector.protect_tree((each for _, each in inside), choose, scope=scope)
    originals = {column.name: column.values for column in given}
    changed: dict[str, dict[int, Any]] = {}
    for (name, row, _), _ in inside:
        was = originals[name][row]
        changed.setdefault(name, {})[row] = from_plain(was, plain[name][row])
    return changed


def restore_columns(
    columns: Iterable[Column], *, key: Key | None, scope: Scope = SCOPE
) -> dict[str, dict[int, Any]]:
    """Return the texts that change, by column and row."""
    changed: dict[str, dict[int, Any]] = {}
    for name, values in columns:
        for row, value in enumerate(values):
            if isinstance(value, str) and ":" in value:
                restored = restore(value, key=key, scope=scope)
                if restored != value:
                    changed.setdefault(name, {})[row] = restored
    return changed


@lru_cache(8)
def usual(entities: frozenset[str] | None, min_score: float) -> Detector:
    """Return the detector of whoever gives none."""
    return Detector(entities, min_score=min_score)


def _plain(columns: Iterable[Column]) -> dict[str, list[Any]]:
    plain: dict[str, list[Any]] = {}
    for name, values in columns:
        if name in plain:
            raise ValueError(f"two columns are called {name!r}")
        plain[name] = [each if type(each) is str else _as_json(each) for each in values]
    return plain


def _as_json(value: Any) -> Any:
    as_list: Callable[[], Any] | None = getattr(value, "tolist", None)
    return to_plain(as_list() if as_list else value)


def _told(cell: Cell, first_row: int) -> tuple[Any, ...]:
    found = cell.finding
    return (
        cell.row + first_row if cell.row >= 0 else -1,
        cell.column,
        cell.path,
        found.entity_type,
        found.start,
        found.end,
        found.score,
        found.recognizer,
        mask(found.entity_type, cell.value),
    )


Changes = Mapping[str, Mapping[int, Any]]
"""New values, by column and row."""
