"""Registrations as they are kept: made, shared, changed and forgotten."""

import hashlib

import msgspec

from sumun.oauth.authorization.grants import revoke_grants
from sumun.oauth.authorization.opaque import digest as hash_of
from sumun.oauth.clients import Client, ClientMetadata, add_client, encode_metadata, from_row
from sumun.oauth.registration.initial_access_tokens import use_initial_access_token
from sumun.storage import Transaction


class Changed(Exception):
    """The registration is no longer the one that was read."""


def metadata_digest(metadata: ClientMetadata) -> bytes:
    """Return what two identical registrations have in common."""
    return hashlib.sha256(msgspec.json.encode(metadata, order="deterministic")).digest()


def find_alike(tx: Transaction, digest: bytes) -> Client | None:
    """Return the client that was registered with just this metadata and shares its identifier."""
    row = tx.fetch_one("find_client_by_digest", digest=digest)
    return None if row is None else from_row(row)


def find_registered(tx: Transaction, client_id: str, token: str) -> Client | None:
    """Return the client if this is the token it is managed with."""
    row = tx.fetch_one(
        "find_registered_client", client_id=client_id, registration_hash=hash_of(token)
    )
    return None if row is None else from_row(row)


def add_registration(
    tx: Transaction,
    client: Client,
    *,
    digest: bytes | None,
    token: str,
    initial_access_token: str | None,
) -> None:
    """Register a client and use up the leave for it, both or neither.

    Parameters
    ----------
    token:
        What it will be managed with.

    Raises
    ------
    Spent
        If the initial access token cannot be used any more.
    Conflict
        If an identical client was registered meanwhile.

    """
    if initial_access_token is not None:
        use_initial_access_token(tx, initial_access_token, now=client.created_at)
    add_client(tx, client, digest=digest, registration_hash=hash_of(token))


def share_registration(tx: Transaction, client_id: str, digest: bytes, *, now: int) -> None:
    """Let one more be the client; what two made alike, neither may change (RFC 7592).

    Raises
    ------
    Changed
        If the client is gone or was changed meanwhile.

    """
    if not tx.execute("share_client", client_id=client_id, digest=digest, now=now):
        raise Changed


def change_registration(
    tx: Transaction,
    client_id: str,
    token: str,
    metadata: ClientMetadata,
    *,
    secret_hash: str | None,
) -> None:
    """Give the client other metadata.

    Raises
    ------
    Changed
        If the client is gone, or managed with this token no longer.

    """
    if not tx.execute(
        "change_registered_client",
        client_id=client_id,
        registration_hash=hash_of(token),
        metadata=encode_metadata(metadata),
        secret_hash=secret_hash,
    ):
        raise Changed


def remove_registration(
    tx: Transaction, client_id: str, token: str, *, now: int, deny_until: int
) -> None:
    """Forget the client, and revoke what people granted it (RFC 7592 §2.3).

    ``deny_until`` is when the last access token that may be out there has expired.

    Raises
    ------
    Changed
        If it is gone, or managed with this token no longer.

    """
    if not tx.execute(
        "remove_registered_client", client_id=client_id, registration_hash=hash_of(token)
    ):
        raise Changed
    granted = tx.fetch_all("list_grants_of_client", client_id=client_id)
    revoke_grants(tx, [str(row[0]) for row in granted], now=now, deny_until=deny_until)


def purge_unused_clients(tx: Transaction, *, created_before: int) -> int:
    """Forget clients that registered themselves and never had a token; return how many."""
    return tx.execute("purge_unused_clients", created_before=created_before)
