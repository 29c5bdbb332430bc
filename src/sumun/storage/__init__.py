"""SQLite and PostgreSQL behind one contract."""

from pathlib import Path

from sumun.storage.contract import (
    Conflict,
    Database,
    Description,
    Dialect,
    Row,
    Scalar,
    StorageError,
    StorageUnavailable,
    Transaction,
)
from sumun.storage.schema import SchemaError
from sumun.storage.statements import StatementError

__all__ = [
    "Conflict",
    "Database",
    "Description",
    "Dialect",
    "Row",
    "Scalar",
    "SchemaError",
    "StatementError",
    "StorageError",
    "StorageUnavailable",
    "Transaction",
    "connect",
]


def connect(url: str, *, node: str = "main") -> Database:
    """Return the database a URL names, not yet open.

    Parameters
    ----------
    url:
        ``sqlite:///relative/path``, ``sqlite:////absolute/path`` or ``postgresql://…``.
    node:
        The name of this machine, shown in the server's list of connections.

    Raises
    ------
    StorageError
        If the URL is of another kind, or the driver for it is not installed.

    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite" and len(rest) > 1 and rest.startswith("/"):
        from sumun.storage.sqlite import SqliteDatabase  # noqa: PLC0415 - only the driver in use

        return SqliteDatabase(Path(rest[1:]))
    if separator and scheme in ("postgresql", "postgres"):
        try:
            from sumun.storage.postgresql import PostgresqlDatabase  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise StorageError(
                f"a postgresql:// URL needs the driver ({error}): pip install 'sumun[postgres]'"
            ) from None
        return PostgresqlDatabase(url, node=node)
    # The URL itself is not repeated: it may hold a password.
    raise StorageError(
        f"storage.url: unknown kind {scheme if separator else ''!r}: "
        "write sqlite:///path or postgresql://user@host/database"
    )
