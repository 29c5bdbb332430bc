"""What a person granted a client: the head of a family of tokens.

Every code, refresh token and access token of one authorization carries its ``grant_id``. Revoking
the grant kills them all: refresh tokens because they are only good while it lives, access tokens
because the identifier goes on the deny list every verifier reads.
"""

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec

from sumun.oauth.revocation import revoke_token
from sumun.storage import Row, Transaction


class AuthorizationGrant(msgspec.Struct, frozen=True, kw_only=True):
    """One authorization by one person; times are Unix seconds.

    Attributes
    ----------
    scope:
        All that was granted, space-separated; tokens may have less.
    session_id:
        The session it was granted in. Unless the scope has ``offline_access`` it ends with it.
    auth_time, amr, acr:
        How and when the person had signed in.
    authorization_details:
        JSON (RFC 9396), or empty.
    expires_at:
        When the whole family ends, whatever is refreshed.

    """

    grant_id: str
    client_id: str
    user_id: str
    resource: str
    scope: str
    session_id: str = ""
    auth_time: int = 0
    amr: tuple[str, ...] = ()
    acr: str = ""
    authorization_details: str = ""
    created_at: int = 0
    expires_at: int = 0
    revoked_at: int | None = None

    def is_live(self, now: float) -> bool:
        """Say whether it is neither revoked nor over."""
        return self.revoked_at is None and now < self.expires_at


class GrantEnded(Exception):
    """The grant is revoked, is over, or its person is let in no longer."""


def new_grant_id() -> str:
    """Return an identifier that no token has."""
    return f"grant-{secrets.token_urlsafe(16)}"


def add_grant(tx: Transaction, grant: AuthorizationGrant) -> None:
    """Keep what was granted."""
    row = {name: getattr(grant, name) for name in grant.__struct_fields__ if name != "revoked_at"}
    tx.execute("add_grant", **{**row, "amr": " ".join(grant.amr)})


def find_grant(tx: Transaction, grant_id: str) -> AuthorizationGrant | None:
    """Return the grant, revoked or not."""
    row = tx.fetch_one("find_grant", grant_id=grant_id)
    return None if row is None else grant_of(row)


def list_grants(tx: Transaction, user_id: str, *, now: int) -> list[AuthorizationGrant]:
    """Return what a person has granted and not withdrawn, newest first."""
    return [grant_of(row) for row in tx.fetch_all("list_grants", user_id=user_id, now=now)]


def is_grant_live(tx: Transaction, grant_id: str, *, now: int) -> bool:
    """Say whether it is neither revoked nor over, and its person still let in."""
    return tx.fetch_one("find_live_grant", grant_id=grant_id, now=now) is not None


def revoke_grant(tx: Transaction, grant_id: str, *, now: int, deny_until: int) -> bool:
    """Revoke the grant and every token of it; return whether it was not revoked already.

    ``deny_until`` is when the last access token that may be out there has expired.
    """
    revoked = tx.execute("revoke_grant", grant_id=grant_id, now=now) > 0
    if revoked:
        revoke_token(tx, grant_id, expires_at=deny_until, now=now)
    return revoked


def revoke_grants(
    tx: Transaction, grant_ids: Iterable[str], *, now: int, deny_until: int
) -> list[str]:
    """Revoke several; return which were not revoked already."""
    return [
        grant_id
        for grant_id in grant_ids
        if revoke_grant(tx, grant_id, now=now, deny_until=deny_until)
    ]


def grant_of(row: Row) -> AuthorizationGrant:
    """Read a row whose columns are the fields, in order."""
    fields: dict[str, Any] = dict(zip(AuthorizationGrant.__struct_fields__, row, strict=True))
    fields["amr"] = tuple(str(fields["amr"]).split())
    return AuthorizationGrant(**fields)
