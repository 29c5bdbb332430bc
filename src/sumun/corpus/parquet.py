"""Parquet files, looked through one batch of rows at a time (``sumun[parquet]``)."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, Final

from sumun.corpus.columns import cells
from sumun.corpus.places import Located
from sumun.detection import Detector

_ROWS: Final = 8192
_NO_DATA: Final = (bool, date, time, timedelta)


class NoParquet(Exception):
    """What reads Parquet is not installed."""


def scan_parquet(path: Path, detector: Detector) -> Iterator[Located]:
    """Yield what is found in a Parquet file; ``line`` is the row and ``column`` the column.

    Raises
    ------
    NoParquet
        If pyarrow is not installed.
    OSError
        If the file cannot be read, or is damaged.

    """
    try:
        from pyarrow import ArrowException, parquet  # noqa: PLC0415 - an extra
    except ImportError:
        raise NoParquet from None
    base = 1
    try:
        with parquet.ParquetFile(path) as file:
            numbers = {name: number for number, name in enumerate(file.schema_arrow.names, 1)}
            for batch in file.iter_batches(_ROWS):
                columns = {
                    name: [plain(value) for value in column.to_pylist()]
                    for name, column in zip(batch.schema.names, batch.columns, strict=True)
                }
                for cell in cells(columns, detector):
                    if cell.row >= 0 or base == 1:
                        row = base + max(cell.row, 0)
                        column = numbers[cell.column]
                        key = cell.column if cell.row >= 0 else ""
                        yield Located(row, column, 0, cell.finding, cell.value, key)
                base += batch.num_rows
    except ArrowException as error:
        raise OSError(0, "damaged file") from error


def plain(value: Any) -> Any:
    """Return a value of a table as JSON; what cannot hold anybody's data as nothing."""
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, _NO_DATA):
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)
