"""PostgreSQL through psycopg 3: synchronous connections from a pool, in threads of our own.

Every write is one SERIALIZABLE transaction, so an intent means the same here as on SQLite, where
writers come one after another; what PostgreSQL refuses for that is simply run again. The pool
replaces connections that were lost, and callers wait for that, but not for ever.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate

import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

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
from sumun.storage.schema import APPLIED, LEDGER, migrations, pending
from sumun.storage.statements import Statements, load

POOL_SIZE = 8
"""Connections, and threads to use them."""

WAITING_LIMIT = 10_000
"""Reads and writes waiting for a thread; beyond this callers are told to come back."""

PATIENCE = 5.0
"""Seconds for reaching the server, retries included."""

ATTEMPTS = 50
"""Runs of one transaction before giving up on serialising it."""

MIGRATION_LOCK = 0x53756D756E
"""Key of the advisory lock that one migrating process holds."""

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
# Whoever waited for the migration lock must then see what its holder committed.
_MIGRATE = "BEGIN ISOLATION LEVEL READ COMMITTED"

_UNSERIALISED = (errors.SerializationFailure, errors.DeadlockDetected)
_UNAVAILABLE = (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction)

Connection = psycopg.Connection[Row]


class _LostEarly(Exception):
    """The connection broke before COMMIT was sent."""


class PostgresqlTransaction:
    """A connection with an open transaction, as intents see it."""

    __slots__ = ("_connection", "_statements", "deferred")

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements
        self.deferred: dict[str, Callable[[Transaction], None]] = {}

    def fetch_one(self, statement: str, /, **parameters: Scalar) -> Row | None:
        """Return the first row of the named statement, or ``None``."""
        return self._run(statement, parameters).fetchone()

    def fetch_all(self, statement: str, /, **parameters: Scalar) -> list[Row]:
        """Return all rows of the named statement."""
        return self._run(statement, parameters).fetchall()

    def execute(self, statement: str, /, **parameters: Scalar) -> int:
        """Run the named statement and return how many rows it changed."""
        return self._run(statement, parameters).rowcount

    def execute_many(self, statement: str, rows: Sequence[Mapping[str, Scalar]], /) -> None:
        """Run the named statement once for each row of parameters."""
        if not rows:
            return
        sql = ""
        for row in rows:
            sql = self._statements.sql(statement, row.keys())
        with self._connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    def _run(self, statement: str, parameters: Mapping[str, Scalar]) -> psycopg.Cursor[Row]:
        sql = self._statements.sql(statement, parameters.keys())
        return self._connection.execute(sql, parameters)


class PostgresqlDatabase:
    """A PostgreSQL database.

    Parameters
    ----------
    url:
        A libpq URL; several hosts may be named for failover.
    node:
        Shown as the application's name in the server's list of connections.

    """

    dialect: Dialect = "postgresql"

    def __init__(self, url: str, *, node: str) -> None:
        try:
            conninfo = make_conninfo(url, application_name=f"sumun/{node}")
        except psycopg.Error:
            raise StorageError("storage.url: this postgresql:// URL cannot be parsed") from None
        self._statements = load("postgresql")
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            conninfo,
            min_size=1,
            max_size=POOL_SIZE,
            open=False,
            timeout=PATIENCE,
            reconnect_timeout=PATIENCE,
            configure=_configure,
            kwargs={
                "autocommit": True,
                "connect_timeout": int(PATIENCE),
                "tcp_user_timeout": int(PATIENCE * 1000),
            },
            name="sumun",
        )
        self._threads: ThreadPoolExecutor | None = None
        self._waiting = 0

    async def open(self) -> None:
        """Connect and bring the schema up to date, under a lock.

        Raises
        ------
        SchemaError
            If the schema is newer than this version or was tampered with.
        StorageUnavailable
            If the server cannot be reached.

        """
        self._threads = ThreadPoolExecutor(POOL_SIZE, thread_name_prefix="sumun-postgresql")
        self._pool.open()
        try:
            await self._in_thread(self._attempt, _MIGRATE, _migrate)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what was accepted, then disconnect."""
        threads, self._threads = self._threads, None
        if threads is not None:
            await asyncio.to_thread(threads.shutdown)
            await asyncio.to_thread(self._pool.close)

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``query`` in a read-only transaction.

        Raises
        ------
        StorageUnavailable
            If the server cannot be reached.

        """
        return await self._in_thread(
            self._attempt, _READ, lambda held: query(self._transaction(held), *args, **kwargs)
        )

    async def write(
        self, intent: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``intent`` atomically and return its result once it is durable.

        Raises
        ------
        Conflict
            If a uniqueness constraint refused it.
        StorageUnavailable
            If the server cannot be reached, is a read-only standby, or is full.

        """

        def work(held: Connection) -> T:
            tx = self._transaction(held)
            result = intent(tx, *args, **kwargs)
            for act in list(tx.deferred.values()):
                act(tx)
            return result

        return await self._in_thread(self._attempt, _WRITE, work)

    async def describe(self) -> Description:
        """Return the versions of the server, the driver and the schema."""
        return await self._in_thread(self._attempt, _READ, self._describe)

    def _describe(self, connection: Connection) -> Description:
        info = connection.info
        row = self._transaction(connection).fetch_one("schema_version")
        return Description(
            dialect="postgresql",
            version=info.parameter_status("server_version") or "",
            driver=f"psycopg {psycopg.__version__}",
            location=f"{info.user}@{info.host}:{info.port}/{info.dbname}",
            schema_version=int(row[0] or 0) if row else 0,
        )

    def _transaction(self, connection: Connection) -> PostgresqlTransaction:
        return PostgresqlTransaction(connection, self._statements)

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._threads is None:
            raise StorageUnavailable("the database is not open")
        if self._waiting >= WAITING_LIMIT:
            raise StorageUnavailable(f"{WAITING_LIMIT} requests are waiting for the database")
        self._waiting += 1
        try:
            return await asyncio.wrap_future(self._threads.submit(function, *args, **kwargs))
        finally:
            self._waiting -= 1

    def _attempt(self, begin: str, work: Callable[[Connection], T]) -> T:
        """Run one transaction, again where the server or the network asks for it."""
        deadline = time.monotonic() + PATIENCE
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._transact(begin, work, deadline)
            except (_LostEarly, *_UNSERIALISED) as error:
                if attempt >= ATTEMPTS or time.monotonic() > deadline:
                    raise StorageUnavailable(f"gave up after {attempt} attempts: {error}") from None
            except psycopg.Error as error:
                raise _translate(error, reading=begin is _READ) from error
            time.sleep(random.uniform(0, 0.001 * min(attempt, 20)))  # noqa: S311 - jitter

    def _transact(self, begin: str, work: Callable[[Connection], T], deadline: float) -> T:
        with self._connection(deadline) as connection:
            try:
                connection.execute(begin)
                result = work(connection)
            except BaseException as error:
                if connection.closed and isinstance(error, psycopg.Error):
                    # The server forgets what was not committed: it may be run again.
                    raise _LostEarly(str(error)) from error
                with contextlib.suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise
            if connection.info.transaction_status is not TransactionStatus.INTRANS:
                connection.execute("ROLLBACK")
                raise StorageError("an intent went on after one of its statements had failed")
            connection.execute("COMMIT")
            return result

    @contextlib.contextmanager
    def _connection(self, deadline: float) -> Iterator[Connection]:
        try:
            connection = self._pool.getconn(timeout=max(0.05, deadline - time.monotonic()))
        except (PoolTimeout, PoolClosed, TooManyRequests) as error:
            raise StorageUnavailable(f"the database cannot be reached: {error}") from error
        try:
            yield connection
        finally:
            self._pool.putconn(connection)


def _translate(error: psycopg.Error, *, reading: bool) -> Exception:
    message = error.diag.message_primary or str(error)
    if isinstance(error, errors.UniqueViolation):
        return Conflict(message)
    if isinstance(error, errors.ReadOnlySqlTransaction) and reading:
        return StorageError("a query that only reads tried to write")
    if isinstance(error, _UNAVAILABLE):
        return StorageUnavailable(message)
    return StorageError(message)


def _configure(connection: Connection) -> None:
    """Bound every wait, whatever the server's own settings are."""
    connection.execute(f"SET statement_timeout = {int(PATIENCE * 1000)}")
    connection.execute(f"SET idle_in_transaction_session_timeout = {int(PATIENCE * 2000)}")


def _migrate(connection: Connection) -> None:
    connection.execute("SET LOCAL statement_timeout = 0")
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
    connection.execute(LEDGER)
    applied = connection.execute(APPLIED).fetchall()
    for step in pending(migrations("postgresql"), applied):
        connection.execute(step.sql)
        connection.execute(
            "INSERT INTO schema_migrations (version, name, checksum) VALUES (%s, %s, %s)",
            (step.version, step.name, step.checksum),
        )
