"""Logouts that clients are still to be told of: the record and the intents that change it.

``end_session`` adds one for every client that knows the person by that session, in the same
transaction: what is ended is told, whatever happens in between.
"""

from typing import NamedTuple

import msgspec

from sumun.storage import Transaction


class PendingLogout(NamedTuple):
    """A client to be told; times are Unix seconds.

    Attributes
    ----------
    tries:
        How often it was tried.
    next_try_at:
        When it is tried next.

    """

    session_id: str
    client_id: str
    user_id: str
    created_at: int
    tries: int
    next_try_at: int


def list_due_logouts(tx: Transaction, *, now: int, limit: int) -> list[PendingLogout]:
    """Return what is to be told now, oldest first."""
    rows = tx.fetch_all("list_due_logouts", now=now, most=limit)
    return [msgspec.convert(row, PendingLogout) for row in rows]


def claim_logout(tx: Transaction, logout: PendingLogout, *, next_try_at: int) -> bool:
    """Take one try for this node; return whether no other node took it."""
    claimed = tx.execute(
        "claim_logout",
        session_id=logout.session_id,
        client_id=logout.client_id,
        tries=logout.tries,
        next_try_at=next_try_at,
    )
    return claimed > 0


def remove_logout(tx: Transaction, logout: PendingLogout) -> None:
    """Forget it: it was told, or never will be."""
    tx.execute("remove_logout", session_id=logout.session_id, client_id=logout.client_id)
