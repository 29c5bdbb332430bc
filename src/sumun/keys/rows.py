"""Key material sealed at rest in the database that several nodes share."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol, TypeVar

from sumun.keys.envelope import Envelope
from sumun.keys.root import RootSecret

T = TypeVar("T")

_SETTLING: Final = 10.0
"""Nodes look every second, and their clocks may differ by some."""


class Transaction(Protocol):
    """What is needed of an open transaction."""

    def fetch_one(self, statement: str, /, **parameters: Any) -> tuple[Any, ...] | None:
        """Return the first row of the named statement, or ``None``."""

    def fetch_all(self, statement: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        """Return all rows of the named statement."""

    def execute(self, statement: str, /, **parameters: Any) -> int:
        """Run the named statement and return how many rows it changed."""


class Database(Protocol):
    """What is needed of a database: transactions that come one after another."""

    def read(self, query: Callable[[Any], T], /) -> Awaitable[T]:
        """Run ``query`` in a read-only transaction."""

    def write(self, intent: Callable[[Any], T], /) -> Awaitable[T]:
        """Run ``intent`` atomically and return its result once it is durable."""


class SealedRows:
    """Rows that open only with the root secret.

    Reading answers from what :meth:`refresh` saw last; every node calls it each second. A change
    is one transaction.

    Parameters
    ----------
    database:
        An open database.
    root:
        The secret they are sealed under: the same on every node.

    """

    settling = _SETTLING

    def __init__(self, database: Database, root: RootSecret) -> None:
        self._database = database
        self._envelope = Envelope(root)
        self._seen: dict[str, tuple[int, bytes]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def refresh(self) -> None:
        """See what other nodes have changed.

        Raises
        ------
        StorageUnavailable
            If the database cannot be read; what was seen before stays.

        """
        self._loop = asyncio.get_running_loop()
        rows = await self._database.read(_list)
        self._seen = {name: (version, sealed) for name, version, sealed in rows}

    def load(self, name: str) -> bytes | None:
        """Return the row's content as it was last seen; ``None`` if there is none.

        Raises
        ------
        KeyMaterialError
            If it was sealed under another root secret.

        """
        seen = self._seen.get(name)
        return None if seen is None else self._envelope.open(name, seen[1], self.where(name))

    def stored(self) -> frozenset[str]:
        """Return the names of all rows, as they were last seen."""
        return frozenset(self._seen)

    def fingerprint(self, name: str) -> int | None:
        """Return the row's version as it was last seen."""
        seen = self._seen.get(name)
        return None if seen is None else seen[0]

    def update(self, name: str, change: Callable[[bytes | None], bytes]) -> bytes:
        """Replace the content by what ``change`` makes of it; no other node comes between.

        To be called in a thread, while the event loop that called :meth:`refresh` runs.

        Raises
        ------
        KeyMaterialError
            If it was sealed under another root secret.
        StorageError
            If the database cannot be written.

        """
        if self._loop is None:
            raise RuntimeError("refresh() must have been called before update()")
        return asyncio.run_coroutine_threadsafe(self._update(name, change), self._loop).result()

    def load_or_create(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return the content, made once if it is missing, however many nodes ask at once.

        Raises
        ------
        KeyMaterialError, StorageError
            As :meth:`update`.

        """
        return self.update(name, lambda found: make() if found is None else found)

    def where(self, name: str) -> str:
        """Say which row."""
        return f"the row {name!r} of the table sealed_keys"

    async def _update(self, name: str, change: Callable[[bytes | None], bytes]) -> bytes:
        def intent(tx: Transaction) -> tuple[int, bytes, bytes]:
            row = tx.fetch_one("find_sealed_key", name=name)
            version, sealed = (0, b"") if row is None else row
            before = None if row is None else self._envelope.open(name, sealed, self.where(name))
            after = change(before)
            if after != before:
                version, sealed = version + 1, self._envelope.close(name, after)
                tx.execute("store_sealed_key", name=name, version=version, sealed=sealed)
            return version, sealed, after

        version, sealed, after = await self._database.write(intent)
        self._seen = {**self._seen, name: (version, sealed)}
        return after


def _list(tx: Transaction) -> list[tuple[Any, ...]]:
    return tx.fetch_all("list_sealed_keys")
