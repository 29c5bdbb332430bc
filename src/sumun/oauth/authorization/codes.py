"""Authorization codes: issued with a grant, redeemed once (RFC 6749 §4.1.2)."""

from typing import NamedTuple

import msgspec

from sumun.oauth.authorization.grants import (
    AuthorizationGrant,
    GrantEnded,
    add_grant,
    find_grant,
    is_grant_live,
)
from sumun.oauth.authorization.refresh_tokens import NewRefreshToken, add_refresh_token
from sumun.storage import Transaction


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """What a code is bound to; times are Unix seconds.

    Attributes
    ----------
    code_challenge:
        SHA-256 of the verifier (RFC 7636 §4.2), base64url.
    nonce:
        To be repeated in the ID token; may be empty.
    dpop_jkt:
        Thumbprint of the key the tokens will be bound to (RFC 9449 §10); may be empty.

    """

    grant_id: str
    redirect_uri: str
    code_challenge: str
    nonce: str = ""
    dpop_jkt: str = ""
    expires_at: int = 0
    used_at: int | None = None


class FoundCode(NamedTuple):
    """A code and the grant it stands for."""

    code: Code
    grant: AuthorizationGrant


class CodeSpent(Exception):
    """The code was used, or has expired, before this use of it."""


def issue_code(tx: Transaction, code_hash: bytes, code: Code, grant: AuthorizationGrant) -> None:
    """Keep a grant and the code that stands for it."""
    add_grant(tx, grant)
    tx.execute(
        "add_code",
        code_hash=code_hash,
        grant_id=code.grant_id,
        redirect_uri=code.redirect_uri,
        code_challenge=code.code_challenge,
        nonce=code.nonce,
        dpop_jkt=code.dpop_jkt,
        expires_at=code.expires_at,
    )


def find_code(tx: Transaction, code_hash: bytes) -> FoundCode | None:
    """Return the code, used or not, with its grant."""
    row = tx.fetch_one("find_code", code_hash=code_hash)
    if row is None:
        return None
    code = msgspec.convert(dict(zip(Code.__struct_fields__, row, strict=True)), Code)
    grant = find_grant(tx, code.grant_id)
    return None if grant is None else FoundCode(code, grant)


def redeem_code(
    tx: Transaction,
    code_hash: bytes,
    grant_id: str,
    *,
    now: int,
    refresh: NewRefreshToken | None = None,
) -> None:
    """Use the code, and keep the first refresh token of its grant.

    One statement decides: of any number of uses at once, one changes the row.

    Raises
    ------
    CodeSpent
        If it was used before, or has expired.
    GrantEnded
        If there is nothing any more that it stands for.

    """
    if not tx.execute("use_code", code_hash=code_hash, now=now):
        raise CodeSpent
    if not is_grant_live(tx, grant_id, now=now):
        raise GrantEnded
    if refresh is not None:
        add_refresh_token(tx, refresh)
