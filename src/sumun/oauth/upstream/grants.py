"""What people let the gateway do for them at servers upstream: rows, and the intents on them.

A grant is of a person at a server; which clients may use it is a consent for each (MCP security
best practices, "Confused Deputy Problem").
"""

import secrets

import msgspec

from sumun.storage import Row, Transaction

_VERSIONS = 2**62


class GrantRow(msgspec.Struct, frozen=True, kw_only=True):
    """A grant as it is stored; times are Unix seconds.

    Attributes
    ----------
    url:
        Where the server was: its tokens go nowhere else, whatever becomes of its name.
    issuer:
        The authorization server that granted it.
    sealed:
        The tokens.
    version:
        Another with every renewal.
    renewing_until:
        Until when somebody renews it; 0 for nobody.

    """

    user_id: str
    server: str
    url: str
    issuer: str
    scope: str
    sealed: bytes
    version: int
    renewing_until: int = 0
    created_at: int


def new_version() -> int:
    """Return a version no other row had: a grant that was withdrawn and given anew is another."""
    return secrets.randbelow(_VERSIONS) + 1


def find_grant(tx: Transaction, user_id: str, server: str) -> GrantRow | None:
    """Return a person's grant at a server (query)."""
    row = tx.fetch_one("find_upstream_grant", user_id=user_id, server=server)
    return None if row is None else _from_row(row)


def list_grants(tx: Transaction, user_id: str) -> list[GrantRow]:
    """Return a person's grants, by server (query)."""
    return [_from_row(row) for row in tx.fetch_all("list_upstream_grants", user_id=user_id)]


def put_grant(tx: Transaction, grant: GrantRow) -> None:
    """Keep a grant in the place of the one before."""
    values = msgspec.structs.asdict(grant)
    del values["renewing_until"]
    tx.execute("put_upstream_grant", **values)


def lease_grant(tx: Transaction, grant: GrantRow, *, now: int, until: int) -> bool:
    """Take the renewal upon oneself; return whether nobody else has.

    One statement decides, whoever asks at once on whatever node.
    """
    return tx.execute("lease_upstream_grant", **_version_of(grant), now=now, until=until) > 0


def release_grant(tx: Transaction, grant: GrantRow) -> None:
    """Let others try to renew it."""
    tx.execute("release_upstream_grant", **_version_of(grant))


def renew_grant(tx: Transaction, grant: GrantRow, *, scope: str, sealed: bytes) -> bool:
    """Replace its tokens; return whether it was still there, and as it was."""
    renewed = new_version()
    return (
        tx.execute(
            "renew_upstream_grant",
            **_version_of(grant),
            scope=scope,
            sealed=sealed,
            renewed=renewed,
        )
        > 0
    )


def end_grant(tx: Transaction, grant: GrantRow) -> bool:
    """Forget a grant that is good for nothing, unless there is another by now."""
    return tx.execute("end_upstream_grant", **_version_of(grant)) > 0


def withdraw_grant(tx: Transaction, user_id: str, server: str) -> GrantRow | None:
    """Forget a person's grant and who may use it; return what it was."""
    grant = find_grant(tx, user_id, server)
    tx.execute("remove_upstream_grant", user_id=user_id, server=server)
    tx.execute("remove_upstream_consents", user_id=user_id, server=server)
    return grant


def approve_client(tx: Transaction, user_id: str, server: str, client_id: str, *, now: int) -> None:
    """Let a client use the person's grant at a server."""
    tx.execute(
        "put_upstream_consent", user_id=user_id, server=server, client_id=client_id, granted_at=now
    )


def is_approved(tx: Transaction, user_id: str, server: str, client_id: str) -> bool:
    """Whether a client may use the person's grant at a server (query)."""
    row = tx.fetch_one("find_upstream_consent", user_id=user_id, server=server, client_id=client_id)
    return row is not None


def list_approved(tx: Transaction, user_id: str) -> dict[str, list[str]]:
    """Return which clients may use the person's grants, by server (query)."""
    found: dict[str, list[str]] = {}
    for server, client_id in tx.fetch_all("list_upstream_consents", user_id=user_id):
        found.setdefault(str(server), []).append(str(client_id))
    return found


def _version_of(grant: GrantRow) -> dict[str, str | int]:
    return {"user_id": grant.user_id, "server": grant.server, "version": grant.version}


def _from_row(row: Row) -> GrantRow:
    return msgspec.convert(dict(zip(GrantRow.__struct_fields__, row, strict=True)), GrantRow)
