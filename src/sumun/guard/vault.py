"""Keeping the values of short tokens: rows in, rows out, and forgetting them."""

import time
from collections.abc import Callable, Iterable
from typing import Final

from sumun.policy import Tokens
from sumun.protection import ProtectionError, Row, Rows
from sumun.storage import Database, Transaction

_COUNT_EVERY: Final = 100
"""A tenant's rows are counted once in this share of their limit: what may be too many is 1 %."""


class TokenCollision(ProtectionError):
    """Two values came to the same token; neither may be believed."""

    def __init__(self) -> None:
        super().__init__("two values have the same token")


class Vault:
    """Rows in the database, each until it expires.

    Parameters
    ----------
    database:
        An open database.
    clock:
        Seconds since the epoch.

    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._uncounted: dict[str, int] = {}

    async def find(self, row_ids: Iterable[str]) -> Rows:
        """Return those rows that are there and have not expired.

        Raises
        ------
        StorageError
            If the database cannot be read.

        """
        return await self._database.read(_find, row_ids=list(row_ids), now=int(self._clock()))

    async def write(self, rows: Rows, tokens: Tokens) -> None:
        """Keep rows, durably.

        Raises
        ------
        TokenCollision, StorageError
            Then none is kept.

        """
        await self._database.write(self.keep, rows, tokens)

    def keep(self, tx: Transaction, rows: Rows, tokens: Tokens) -> None:
        """Keep rows as part of another transaction (an intent).

        Raises
        ------
        TokenCollision
            If one is there already with another value.

        """
        expires_at = int(self._clock()) + tokens.ttl
        # In one order everywhere: two transactions then never wait for each other.
        for row_id in sorted(rows):
            row = rows[row_id]
            kept = tx.execute(
                "keep_vault_row",
                row_id=row_id,
                tenant=row.tenant,
                subject=row.subject,
                key_id=row.key_id,
                sealed=row.sealed,
                expires_at=expires_at,
            )
            if not kept:
                raise TokenCollision
        for tenant in {row.tenant for row in rows.values()}:
            self._forget_surplus(tx, tenant, len(rows), tokens.limit)

    def _forget_surplus(self, tx: Transaction, tenant: str, added: int, limit: int) -> None:
        uncounted = self._uncounted.get(tenant, limit) + added
        if uncounted * _COUNT_EVERY >= limit:
            row = tx.fetch_one("count_vault_rows", tenant=tenant)
            surplus = (int(row[0] or 0) if row else 0) - limit
            if surplus > 0:
                tx.execute("forget_oldest_vault_rows", tenant=tenant, surplus=surplus)
            uncounted = 0
        self._uncounted[tenant] = uncounted


def purge_vault(tx: Transaction, *, now: int) -> int:
    """Delete what has expired; return how many rows went (an intent)."""
    return tx.execute("purge_vault_rows", now=now)


def erase_subjects(tx: Transaction, tenant: str, subjects: Iterable[str]) -> int:
    """Delete every row of these subjects; return how many went (an intent)."""
    return sum(
        tx.execute("erase_vault_subject", tenant=tenant, subject=subject) for subject in subjects
    )


def erase_tenant(tx: Transaction, tenant: str) -> int:
    """Delete every row of a tenant; return how many went (an intent)."""
    return tx.execute("erase_vault_tenant", tenant=tenant)


def erase_key(tx: Transaction, key_id: str) -> int:
    """Delete every row sealed under a key; return how many went (an intent)."""
    return tx.execute("erase_vault_key", key_id=key_id)


def _find(tx: Transaction, *, row_ids: list[str], now: int) -> Rows:
    found: Rows = {}
    for row_id in row_ids:
        row = tx.fetch_one("find_vault_row", row_id=row_id, now=now)
        if row is not None:
            tenant, subject, key_id, sealed = row
            found[row_id] = Row(
                row_id=row_id,
                tenant=str(tenant),
                subject=str(subject),
                key_id=str(key_id),
                sealed=sealed if isinstance(sealed, bytes) else bytes(sealed),  # type: ignore[arg-type]
            )
    return found
