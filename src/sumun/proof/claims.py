"""Using an identifier once: what a signed statement's ``jti`` is for (RFC 7519 §4.1.7)."""

import hashlib
from collections.abc import Callable
from typing import Final, Protocol

from sumun.storage import Database, Transaction

JTI_LIMIT: Final = 256
"""Characters a ``jti`` may have."""

_CAPACITY: Final = 65_536


def claim_jti(tx: Transaction, claim: bytes, *, expires_at: int) -> bool:
    """Use an identifier; return whether this was its first use.

    One statement decides: of any number of uses at once, one inserts the row.

    Parameters
    ----------
    claim:
        What :func:`claim_of` says.
    expires_at:
        Unix seconds after which nothing with this identifier is accepted any more.

    """
    return tx.execute("claim_jti", claim=claim, expires_at=expires_at) > 0


def purge_claimed_jtis(tx: Transaction, *, expired_before: int) -> int:
    """Forget identifiers that nobody would accept any more; return how many."""
    return tx.execute("purge_claimed_jtis", expired_before=expired_before)


def claim_of(purpose: str, issuer: str, jti: str) -> bytes:
    """Return what stands for an identifier: of one length, and the same for nothing else."""
    parts = (part.encode("utf-8", "surrogatepass") for part in (purpose, issuer, jti))
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hashlib.sha256(framed).digest()


class Claims(Protocol):
    """Where used identifiers are remembered."""

    async def first_use(self, purpose: str, issuer: str, jti: str, *, expires_at: int) -> bool:
        """Use an identifier; return whether this was its first use.

        ``issuer`` is who chose it: two may choose the same.

        Raises
        ------
        StorageError
            If that cannot be known.

        """


class DatabaseClaims:
    """Remembered by every node that shares the database, and after a crash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first_use(self, purpose: str, issuer: str, jti: str, *, expires_at: int) -> bool:
        """Use an identifier; return whether this was its first use."""
        return await self._database.write(
            claim_jti, claim_of(purpose, issuer, jti), expires_at=expires_at
        )


class MemoryClaims:
    """Remembered by this process only: for a resource that has no database.

    Parameters
    ----------
    clock:
        Unix seconds.
    capacity:
        How many are remembered; when as many are unexpired nothing more is accepted.

    """

    def __init__(self, clock: Callable[[], float], capacity: int = _CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._used: dict[bytes, int] = {}

    async def first_use(self, purpose: str, issuer: str, jti: str, *, expires_at: int) -> bool:
        """Use an identifier; return whether this was its first use."""
        claim = claim_of(purpose, issuer, jti)
        if claim in self._used:
            return False
        if len(self._used) >= self._capacity:
            now = self._clock()
            self._used = {each: until for each, until in self._used.items() if until > now}
            if len(self._used) >= self._capacity:
                return False
        self._used[claim] = expires_at
        return True
