"""Leave to register a client, given by the operator (RFC 7591 §3)."""

import secrets
from typing import Final, NamedTuple

import msgspec

from sumun.oauth.authorization.opaque import digest, mint
from sumun.storage import Row, Transaction

PREFIX: Final = "sumun-initial-"


class InitialAccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """What a token allows; times are Unix seconds.

    Attributes
    ----------
    token_id:
        Names it where the token itself must not be shown.
    scope:
        The scopes clients registered with it may ask for, as the operator would give them; empty
        gives them what any client has that registers itself.
    uses_left:
        How many clients may still be registered.

    """

    token_id: str
    scope: str
    uses_left: int
    created_at: int
    expires_at: int


class Minted(NamedTuple):
    """A new token, to be shown once, and what is stored of it."""

    token: str
    record: InitialAccessToken


class Spent(Exception):
    """The token is used up, expired or revoked."""


def mint_initial_access_token(*, scope: str, uses: int, lifetime: int, now: int) -> Minted:
    """Return a new token; ``lifetime`` in seconds."""
    record = InitialAccessToken(
        token_id=secrets.token_hex(8),
        scope=scope,
        uses_left=uses,
        created_at=now,
        expires_at=now + lifetime,
    )
    return Minted(mint(PREFIX), record)


def add_initial_access_token(tx: Transaction, minted: Minted) -> None:
    """Let it be used."""
    tx.execute(
        "add_initial_access_token",
        token_hash=digest(minted.token),
        **msgspec.structs.asdict(minted.record),
    )


def find_initial_access_token(
    tx: Transaction, token: str, *, now: int
) -> InitialAccessToken | None:
    """Return what the token allows; ``None`` if it allows nothing any more."""
    row = tx.fetch_one("find_initial_access_token", token_hash=digest(token), now=now)
    return None if row is None else _from_row(row)


def use_initial_access_token(tx: Transaction, token: str, *, now: int) -> None:
    """Use the token once; one statement decides.

    Raises
    ------
    Spent
        If it cannot be used any more.

    """
    if not tx.execute("use_initial_access_token", token_hash=digest(token), now=now):
        raise Spent


def list_initial_access_tokens(tx: Transaction, *, now: int) -> list[InitialAccessToken]:
    """Return those that may still be used, the first to expire first."""
    return [_from_row(row) for row in tx.fetch_all("list_initial_access_tokens", now=now)]


def revoke_initial_access_token(tx: Transaction, token_id: str) -> bool:
    """Let it be used no more; return whether there was one."""
    return tx.execute("revoke_initial_access_token", token_id=token_id) > 0


def purge_initial_access_tokens(tx: Transaction, *, now: int) -> int:
    """Forget those that cannot be used any more; return how many."""
    return tx.execute("purge_initial_access_tokens", now=now)


def _from_row(row: Row) -> InitialAccessToken:
    return msgspec.convert(
        dict(zip(InitialAccessToken.__struct_fields__, row, strict=True)), InitialAccessToken
    )
