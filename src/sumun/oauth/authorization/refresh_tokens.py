"""Refresh tokens: each is used once and names its successor (RFC 9700 §4.14.2)."""

from typing import Final, NamedTuple

import msgspec

from sumun.oauth.authorization.grants import (
    AuthorizationGrant,
    GrantEnded,
    grant_of,
    is_grant_live,
)
from sumun.storage import Transaction

PREFIX: Final = "sumun-refresh-"
"""Makes a leaked token recognisable to secret scanners."""


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a refresh token; times are Unix seconds.

    Attributes
    ----------
    dpop_jkt:
        Thumbprint of the key it is bound to (RFC 9449 §5); empty for none.
    successor:
        The token it was exchanged for, sealed under itself; ``None`` until it is used.

    """

    grant_id: str
    dpop_jkt: str = ""
    created_at: int = 0
    expires_at: int = 0
    used_at: int | None = None
    successor: bytes | None = None


class NewRefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token about to be kept."""

    token_hash: bytes
    grant_id: str
    created_at: int
    expires_at: int
    dpop_jkt: str = ""


class FoundRefreshToken(NamedTuple):
    """A refresh token and the grant it belongs to."""

    token: RefreshToken
    grant: AuthorizationGrant


class RefreshSpent(Exception):
    """The token was used, or has expired, before this use of it."""


def add_refresh_token(tx: Transaction, token: NewRefreshToken) -> None:
    """Keep a refresh token."""
    tx.execute("add_refresh_token", **msgspec.structs.asdict(token))


def find_refresh_token(tx: Transaction, token_hash: bytes) -> FoundRefreshToken | None:
    """Return the token, used or not, with its grant."""
    row = tx.fetch_one("find_refresh_token", token_hash=token_hash)
    if row is None:
        return None
    fields = dict(zip(RefreshToken.__struct_fields__, row, strict=False))
    token = RefreshToken(**fields)  # type: ignore[arg-type]  # as the columns are declared
    return FoundRefreshToken(token, grant_of(row[len(fields) :]))


def rotate_refresh(
    tx: Transaction,
    token_hash: bytes,
    successor: NewRefreshToken,
    *,
    sealed: bytes,
    now: int,
) -> None:
    """Exchange a refresh token for its successor.

    One statement decides: of any number of uses at once, one changes the row.

    Raises
    ------
    RefreshSpent
        If it was used before, or has expired.
    GrantEnded
        If there is nothing any more that it stands for.

    """
    if not tx.execute("use_refresh_token", token_hash=token_hash, successor=sealed, now=now):
        if is_grant_live(tx, successor.grant_id, now=now):
            raise RefreshSpent
        raise GrantEnded
    add_refresh_token(tx, successor)
