"""What every storage backend promises.

A state change is an *intent*: a plain function ``intent(tx, …)`` over a :class:`Transaction`,
written once and run by every backend. ``await database.write(intent, …)`` returns only after the
whole intent is durable; either all of it happened or none. ``await database.read(query, …)`` runs
a function that only reads.

Statements are named, and live as SQL text in ``storage/sql/*.sql``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Concatenate, Literal, NamedTuple, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Scalar = str | int | float | bytes | None
Row = tuple[Scalar, ...]
Dialect = Literal["sqlite", "postgresql"]


class StorageError(Exception):
    """The backend could not do what was asked; nothing of it took effect."""


class StorageUnavailable(StorageError):
    """The backend cannot be reached, is read-only or is full: ask again later.

    Where the connection breaks in the very moment of committing, the outcome is unknown to
    the caller; it is still all or nothing.
    """


class Conflict(StorageError):
    """A uniqueness constraint refused the write."""


class Description(NamedTuple):
    """What a backend is, for people and ``sumun doctor``.

    ``location`` never contains a password.
    """

    dialect: Dialect
    version: str
    driver: str
    location: str
    schema_version: int


class Transaction(Protocol):
    """One open transaction. Calls block: intents run where blocking is allowed.

    Attributes
    ----------
    deferred:
        What is done once before the commit, by name, however many intents share the transaction.
        What an intent put here that failed is forgotten.

    """

    deferred: dict[str, Callable[["Transaction"], None]]

    def fetch_one(self, statement: str, /, **parameters: Scalar) -> Row | None:
        """Return the first row of the named statement, or ``None``."""

    def fetch_all(self, statement: str, /, **parameters: Scalar) -> list[Row]:
        """Return all rows of the named statement."""

    def execute(self, statement: str, /, **parameters: Scalar) -> int:
        """Run the named statement and return how many rows it changed."""

    def execute_many(self, statement: str, rows: Sequence[Mapping[str, Scalar]], /) -> None:
        """Run the named statement once for each row of parameters."""


class Database(Protocol):
    """A storage backend."""

    dialect: Dialect

    async def open(self) -> None:
        """Connect and bring the schema up to date, under a lock."""

    async def close(self) -> None:
        """Finish what was accepted, then disconnect."""

    async def read(
        self, query: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``query`` in a read-only transaction."""

    async def write(
        self, intent: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``intent`` atomically and return its result once it is durable.

        Raises
        ------
        Conflict
            If a uniqueness constraint refused it.
        StorageUnavailable
            If the backend is out of reach, read-only or full.

        """

    async def describe(self) -> Description:
        """Return the backend's versions, asking the backend itself.

        Raises
        ------
        StorageUnavailable
            If the backend is out of reach.

        """
