"""Arrow record batches and tables: what Spark's ``mapInArrow`` and Ray's ``map_batches`` hand over.

Spark gives an iterator of batches to a function that returns one::

    frame.mapInArrow(partial(protect_batches, action="tokenize", key=key), frame.schema)

Ray gives a table at a time::

    dataset.map_batches(protect_batch, batch_format="pyarrow", fn_kwargs={"action": "mask"})

Both send the function to their workers: pass actions, keys and names, which travel as they are.
Needs ``sumun[parquet]``.
"""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast

import pyarrow as pa

from sumun.corpus import SCOPE, Actions, Key
from sumun.integrations.tables import (
    Changes,
    Column,
    protect_columns,
    restore_columns,
    scan_columns,
    usual,
)
from sumun.protection import Scope

Batch = TypeVar("Batch")  # a pyarrow.RecordBatch or a pyarrow.Table

FINDINGS = pa.schema(
    [
        ("row", pa.int64()),
        ("column", pa.string()),
        ("path", pa.string()),
        ("entity_type", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("score", pa.float64()),
        ("recognizer", pa.string()),
        ("masked", pa.string()),
    ]
)
"""The schema of what :func:`scan_batch` returns."""


def scan_batch(
    batch: Any,
    *,
    entities: Iterable[str] | None = None,
    min_score: float = 0.5,
    first_row: int = 0,
) -> Any:
    """Return what is found in a batch or table, as a table with the schema :data:`FINDINGS`.

    Parameters
    ----------
    batch:
        A record batch or table; the names of columns are context.
    entities, min_score:
        As for :class:`~sumun.detection.Detector`.
    first_row:
        Which row of the whole is the first of this batch.

    Raises
    ------
    ValueError
        If two columns have the same name.
    KeyError
        If an entity type is unknown.

    """
    detector = usual(None if entities is None else frozenset(entities), min_score)
    return pa.table(scan_columns(_columns(batch), detector, first_row=first_row), schema=FINDINGS)


def protect_batch(
    batch: Batch,
    *,
    action: Actions = "mask",
    key: Key | None = None,
    entities: Iterable[str] | None = None,
    min_score: float = 0.5,
    scope: Scope = SCOPE,
) -> Batch:
    """Return a batch or table of the same schema with what is found replaced.

    What replaces a number or another value that is no text becomes null: its column holds no
    text, and the value may not stay.

    Parameters
    ----------
    batch:
        A record batch or table; the names of columns are context and are not changed.
    action, key, scope:
        As for :func:`sumun.protect`.
    entities, min_score:
        As for :class:`~sumun.detection.Detector`.

    Raises
    ------
    ValueError
        As :func:`sumun.protect`; or if two columns have the same name, or something is found in
        a column that may hold no null.
    Rejected
        If the action for something in it is ``reject``.

    """
    detector = usual(None if entities is None else frozenset(entities), min_score)
    changes = protect_columns(
        _columns(batch), action=action, key=key, detector=detector, scope=scope
    )
    return cast(Batch, _changed(batch, changes))


def protect_batches(batches: Iterable[Batch], **options: Any) -> Iterator[Batch]:
    """Yield each batch protected; options as for :func:`protect_batch`."""
    for batch in batches:
        yield protect_batch(batch, **options)


def restore_batch(batch: Batch, *, key: Key | None = None, scope: Scope = SCOPE) -> Batch:
    """Return a batch or table with the tokens and ciphertext in its texts turned back.

    Raises
    ------
    KeyNeeded, InvalidToken, DecryptionError
        As :func:`sumun.restore`.

    """
    changes = restore_columns(_columns(batch), key=key, scope=scope)
    return cast(Batch, _changed(batch, changes))


def _columns(batch: Any) -> Iterator[Column]:
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        yield Column(name, column.to_pylist())


def _changed(batch: Any, changes: Changes) -> Any:
    if not changes:
        return batch
    arrays = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        new = changes.get(field.name)
        if new is None:
            arrays.append(column)
            continue
        values = column.to_pylist()
        for row, value in new.items():
            values[row] = _fit(value, field)
        arrays.append(pa.array(values, type=field.type))
    return type(batch).from_arrays(arrays, schema=batch.schema)


def _fit(value: Any, field: Any) -> Any:
    """Return a value if its column can hold it, and null if not."""
    try:
        pa.array([value], type=field.type)
    except (pa.ArrowException, TypeError, ValueError):
        if not field.nullable:
            raise ValueError(f"column {field.name!r} can hold neither text nor null") from None
        return None
    return value
