"""Polars: frames scanned, protected and restored (``sumun[polars]``)."""

from collections.abc import Iterator

import polars as pl

from sumun.corpus import SCOPE, Actions, Key
from sumun.detection import Detector
from sumun.integrations.tables import (
    Changes,
    Column,
    protect_columns,
    restore_columns,
    scan_columns,
)
from sumun.protection import Scope

_FINDINGS = {
    "row": pl.Int64,
    "column": pl.String,
    "path": pl.String,
    "entity_type": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "score": pl.Float64,
    "recognizer": pl.String,
    "masked": pl.String,
}


def scan_frame(frame: pl.DataFrame, *, detector: Detector | None = None) -> pl.DataFrame:
    """Return what is found: row, column, type, span, score, rule and the masked value.

    ``row`` is the position in the frame, from 0; -1 is the name of the column itself.
    """
    return pl.DataFrame(scan_columns(_columns(frame), detector), schema=_FINDINGS)


def protect_frame(
    frame: pl.DataFrame,
    *,
    action: Actions = "mask",
    key: Key | None = None,
    detector: Detector | None = None,
    scope: Scope = SCOPE,
) -> pl.DataFrame:
    """Return a frame of the same types with what is found replaced; parameters as for ``protect``.

    A number, or another value that is no text, of which something is found becomes null: it may
    not stay, and its column holds no text.

    Raises
    ------
    ValueError, Rejected
        As :func:`sumun.protect`.

    """
    changes = protect_columns(
        _columns(frame), action=action, key=key, detector=detector, scope=scope
    )
    return _changed(frame, changes)


def restore_frame(
    frame: pl.DataFrame, *, key: Key | None = None, scope: Scope = SCOPE
) -> pl.DataFrame:
    """Return a frame with the tokens and ciphertext in its texts turned back into values.

    Raises
    ------
    KeyNeeded, InvalidToken, DecryptionError
        As :func:`sumun.restore`.

    """
    return _changed(frame, restore_columns(_columns(frame), key=key, scope=scope))


def _columns(frame: pl.DataFrame) -> Iterator[Column]:
    for series in frame.get_columns():
        yield Column(series.name, series.to_list())


def _changed(frame: pl.DataFrame, changes: Changes) -> pl.DataFrame:
    columns = []
    for name, new in changes.items():
        series = frame[name]
        values = series.to_list()
        for row, value in new.items():
            values[row] = value
        dtype = pl.Categorical() if isinstance(series.dtype, pl.Enum) else series.dtype
        columns.append(pl.Series(name, values, dtype=dtype, strict=False))
    return frame.with_columns(columns)
