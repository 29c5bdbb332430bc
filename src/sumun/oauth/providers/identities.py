"""Whom people are elsewhere: the link, and the intents that change it.

A link is of an issuer and its subject, and of nothing else: an e-mail address is whatever a
provider says it is, also when it says that it is verified (OIDC Core §5.7).
"""

import msgspec

from sumun.oauth.users import User, add_user
from sumun.storage import Row, Transaction


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One account elsewhere, and the person it is; times are Unix seconds."""

    issuer: str
    subject: str
    user_id: str
    created_at: int
    used_at: int | None = None


def find_identity(tx: Transaction, issuer: str, subject: str) -> Identity | None:
    """Return the link of an account elsewhere."""
    row = tx.fetch_one("find_identity", issuer=issuer, subject=subject)
    return None if row is None else _from_row(row)


def list_identities(tx: Transaction, user_id: str) -> list[Identity]:
    """Return a person's accounts elsewhere."""
    return [_from_row(row) for row in tx.fetch_all("list_identities", user_id=user_id)]


def link_identity(tx: Transaction, issuer: str, subject: str, user_id: str, *, now: int) -> None:
    """Link an account elsewhere.

    Raises
    ------
    Conflict
        If it is linked already.

    """
    tx.execute("add_identity", issuer=issuer, subject=subject, user_id=user_id, now=now)


def add_linked_user(tx: Transaction, user: User, issuer: str, subject: str, *, now: int) -> None:
    """Register a person by their account elsewhere.

    Raises
    ------
    Conflict
        If the user name is taken, or the account is linked already.

    """
    add_user(tx, user)
    link_identity(tx, issuer, subject, user.user_id, now=now)


def note_identity_use(tx: Transaction, issuer: str, subject: str, *, now: int) -> None:
    """Note that somebody signed in with it."""
    tx.execute("use_identity", issuer=issuer, subject=subject, now=now)


def unlink_identity(tx: Transaction, issuer: str, subject: str, user_id: str) -> bool:
    """Forget the link; return whether it was the person's."""
    return tx.execute("remove_identity", issuer=issuer, subject=subject, user_id=user_id) > 0


def _from_row(row: Row) -> Identity:
    return msgspec.convert(dict(zip(Identity.__struct_fields__, row, strict=True)), Identity)
