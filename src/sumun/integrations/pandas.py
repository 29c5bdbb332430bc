"""pandas: frames scanned, protected and restored (``sumun[pandas]``)."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

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


def scan_frame(frame: pd.DataFrame, *, detector: Detector | None = None) -> pd.DataFrame:
    """Return what is found: row, column, type, span, score, rule and the masked value.

    ``row`` is the position in the frame, from 0; -1 is the name of the column itself.

    Raises
    ------
    ValueError
        If two columns have the same name.

    """
    return pd.DataFrame(scan_columns(_columns(frame), detector))


def protect_frame(
    frame: pd.DataFrame,
    *,
    action: Actions = "mask",
    key: Key | None = None,
    detector: Detector | None = None,
    scope: Scope = SCOPE,
) -> pd.DataFrame:
    """Return a frame of the same types with what is found replaced; parameters as for ``protect``.

    A number of which something is found becomes missing, or 0 where its type knows nothing
    missing: it may not stay, and its column holds no text.

    Raises
    ------
    ValueError, Rejected
        As :func:`sumun.protect`; also if two columns have the same name.

    """
    changes = protect_columns(
        _columns(frame), action=action, key=key, detector=detector, scope=scope
    )
    return _changed(frame, changes)


def restore_frame(
    frame: pd.DataFrame, *, key: Key | None = None, scope: Scope = SCOPE
) -> pd.DataFrame:
    """Return a frame with the tokens and ciphertext in its texts turned back into values.

    Raises
    ------
    KeyNeeded, InvalidToken, DecryptionError
        As :func:`sumun.restore`.

    """
    return _changed(frame, restore_columns(_columns(frame), key=key, scope=scope))


def _columns(frame: pd.DataFrame) -> Iterator[Column]:
    for number, name in enumerate(frame.columns):
        yield Column(str(name), frame.iloc[:, number].tolist())


def _changed(frame: pd.DataFrame, changes: Changes) -> pd.DataFrame:
    result = frame.copy()
    for name in frame.columns:
        new = changes.get(str(name))
        if new is not None:
            result[name] = _column(frame[name], new)
    return result


def _column(series: Any, new: Any) -> Any:
    dtype = series.dtype
    holds_text = isinstance(dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(dtype)
    if not holds_text and not pd.api.types.is_object_dtype(dtype):
        missing = (
            0 if isinstance(dtype, type(pd.Series([0]).dtype)) and dtype.kind in "iu" else None
        )
        new = dict.fromkeys(new, missing)
    values = series.tolist()
    for row, value in new.items():
        values[row] = value
    if isinstance(dtype, pd.CategoricalDtype):
        return pd.Series(pd.Categorical(values, ordered=False), index=series.index)
    return pd.Series(values, index=series.index, dtype=dtype)
