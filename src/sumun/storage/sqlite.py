"""SQLite through apsw, which bundles a SQLite of its own.

Writes go to one thread (:mod:`sumun.storage.group_commit`). Reads run where they are asked for,
on a connection of their own: a point query takes microseconds, less than handing it to a thread.
In WAL mode neither waits for the other. Several processes may share the file.
"""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Concatenate

import apsw

from sumun.storage.contract import (
    Conflict,
    Description,
    Dialect,
    P,
    Row,
    Scalar,
    StorageError,
    StorageUnavailable,
    T,
    Transaction,
)
from sumun.storage.group_commit import GroupCommit
from sumun.storage.schema import APPLIED, LEDGER, migrations, pending
from sumun.storage.statements import Statements, load

OLDEST_SAFE = (3, 51, 3)
"""Earlier versions can lose a commit when a WAL reset races with it."""

WRITE_PATIENCE = 5.0
"""Seconds to wait for another process's transaction before giving up."""

READ_PATIENCE = 0.25
"""Seconds a read may wait; it holds up the event loop, and in WAL mode hardly ever has to."""

_UNAVAILABLE = (
    apsw.BusyError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.FullError,
    apsw.IOError,
    apsw.LockedError,
    apsw.NoMemError,
    apsw.NotADBError,
    apsw.PermissionsError,
    apsw.ProtocolError,
    apsw.ReadOnlyError,
)
_UNIQUENESS = (
    apsw.SQLITE_CONSTRAINT_UNIQUE,
    apsw.SQLITE_CONSTRAINT_PRIMARYKEY,
    apsw.SQLITE_CONSTRAINT_ROWID,
)


class SqliteTransaction:
    """A connection with an open transaction, as intents see it."""

    __slots__ = ("_connection", "_statements", "deferred")

    def __init__(self, connection: apsw.Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements
        self.deferred: dict[str, Callable[[Transaction], None]] = {}

    def fetch_one(self, statement: str, /, **parameters: Scalar) -> Row | None:
        """Return the first row of the named statement, or ``None``."""
        rows = self.fetch_all(statement, **parameters)
        return rows[0] if rows else None

    def fetch_all(self, statement: str, /, **parameters: Scalar) -> list[Row]:
        """Return all rows of the named statement."""
        sql = self._statements.sql(statement, parameters.keys())
        rows: list[Row] = self._connection.execute(sql, parameters).fetchall()
        return rows

    def execute(self, statement: str, /, **parameters: Scalar) -> int:
        """Run the named statement and return how many rows it changed."""
        sql = self._statements.sql(statement, parameters.keys())
        self._connection.execute(sql, parameters).fetchall()
        return self._connection.changes()

    def execute_many(self, statement: str, rows: Sequence[Mapping[str, Scalar]], /) -> None:
        """Run the named statement once for each row of parameters."""
        if not rows:
            return
        # Of the rows that follow the driver itself refuses one that lacks a parameter.
        sql = self._statements.sql(statement, rows[0].keys())
        self._connection.executemany(sql, rows).fetchall()


class SqliteDatabase:
    """A SQLite file.

    Parameters
    ----------
    path:
        The file; it is made (0600, its directory 0700) if there is none.

    """

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._statements = load("sqlite")
        self._writer: GroupCommit | None = None
        self._reader: apsw.Connection | None = None
        # Two event loops in two threads may share one database; uncontended it costs nothing.
        self._reading = threading.Lock()

    async def open(self) -> None:
        """Connect and bring the schema up to date, under a lock.

        Raises
        ------
        SchemaError
            If the schema is newer than this version or was tampered with.
        StorageUnavailable
            If the file cannot be opened or written.

        """
        _refuse_unsafe_version(apsw.sqlite_lib_version())
        await asyncio.to_thread(self._open)

    def _open(self) -> None:
        try:
            _make_private(self._path)
            writer = _connect(self._path, apsw.SQLITE_OPEN_READWRITE, WRITE_PATIENCE)
            try:
                _use_wal(writer)
                writer.pragma("synchronous", "FULL")
                writer.pragma("foreign_keys", True)
                _migrate(writer)
                self._reader = _connect(self._path, apsw.SQLITE_OPEN_READONLY, READ_PATIENCE)
            except BaseException:
                writer.close()
                raise
        except (apsw.Error, OSError) as error:
            raise self._translate(error) from error
        self._connection = writer
        self._writer = GroupCommit(
            writer, SqliteTransaction(writer, self._statements), self._translate
        )

    async def close(self) -> None:
        """Finish what was accepted, then disconnect."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        await asyncio.to_thread(writer.stop)
        with self._reading:
            if self._reader is not None:
                self._reader.close()
            self._reader = None
        # Last, because closing the last writing connection folds the WAL into the file.
        await asyncio.to_thread(self._connection.close)

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``query`` in a read-only transaction, here and now.

        Raises
        ------
        StorageUnavailable
            If the file cannot be read.

        """
        with self._reading:
            reader = self._reader
            if reader is None:
                raise StorageUnavailable(f"{self._path}: the database is not open")
            try:
                reader.execute("BEGIN")
                try:
                    return query(SqliteTransaction(reader, self._statements), *args, **kwargs)
                finally:
                    if reader.in_transaction:
                        reader.execute("ROLLBACK")
            except apsw.ReadOnlyError as error:
                raise StorageError("a query that only reads tried to write") from error
            except (apsw.Error, OverflowError, UnicodeEncodeError) as error:
                raise self._translate(error) from error

    async def write(
        self, intent: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``intent`` atomically and return its result once it is durable.

        Raises
        ------
        Conflict
            If a uniqueness constraint refused it.
        StorageUnavailable
            If the file is locked for too long, read-only or full.

        """
        if self._writer is None:
            raise StorageUnavailable(f"{self._path}: the database is not open")
        result: T = await self._writer.submit(lambda tx: intent(tx, *args, **kwargs))
        return result

    async def describe(self) -> Description:
        """Return the versions of SQLite, its driver and the schema."""
        return await self.read(self._describe)

    def _describe(self, tx: Transaction) -> Description:
        row = tx.fetch_one("schema_version")
        return Description(
            dialect="sqlite",
            version=apsw.sqlite_lib_version(),
            driver=f"apsw {apsw.apsw_version()}",
            location=str(self._path),
            schema_version=int(row[0] or 0) if row else 0,
        )

    def _translate(self, error: BaseException) -> BaseException:
        """Return the contract's exception for a driver's; any other is returned as it is."""
        if (
            isinstance(error, apsw.ConstraintError)
            and getattr(error, "extendedresult", 0) in _UNIQUENESS
        ):
            return Conflict(str(error))
        if isinstance(error, (*_UNAVAILABLE, OSError)):
            return StorageUnavailable(f"{self._path}: {error}")
        if isinstance(error, (apsw.Error, OverflowError, UnicodeEncodeError)):
            return StorageError(f"{self._path}: {error}")
        return error


def _refuse_unsafe_version(version: str) -> None:
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST_SAFE:
        needed = ".".join(map(str, OLDEST_SAFE))
        raise StorageError(f"SQLite {version} can lose commits; {needed} is needed: upgrade apsw")


def _make_private(path: Path) -> None:
    """Create the file before SQLite does: SQLite gives the WAL the same permissions."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _connect(path: Path, flags: int, patience: float) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=flags)
    connection.set_busy_timeout(int(patience * 1000))
    return connection


def _use_wal(connection: apsw.Connection) -> None:
    """Switch to WAL; SQLite does not wait for another process that is just doing the same."""
    deadline = time.monotonic() + WRITE_PATIENCE
    while True:
        try:
            mode = connection.pragma("journal_mode", "wal")
        except apsw.BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
            continue
        if mode != "wal":
            raise apsw.CantOpenError(f"this file system cannot hold a WAL (mode is {mode})")
        return


def _migrate(connection: apsw.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(LEDGER)
        applied = connection.execute(APPLIED).fetchall()
        for step in pending(migrations("sqlite"), applied):
            connection.execute(step.sql)
            connection.execute(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES (?, ?, ?)",
                (step.version, step.name, step.checksum),
            )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
