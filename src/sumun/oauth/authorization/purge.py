"""Forgetting what can have no effect any more."""

from typing import Final

from sumun.storage import Transaction

_KEPT: Final = 86_400
_TABLES: Final = ("tickets", "codes", "refresh_tokens", "grants", "sessions")


def purge_authorizations(tx: Transaction, *, now: int) -> int:
    """Forget what expired a day ago or more; return how many rows.

    Used codes and refresh tokens stay until then, so that using one again is still noticed.
    """
    return sum(tx.execute(f"purge_{table}", before=now - _KEPT) for table in _TABLES)
