"""The passkeys people have: the record, and the intents that change it."""

import msgspec

from sumun.proof import claim_jti
from sumun.storage import Row, Transaction

LIMIT = 20
"""Passkeys a person may have."""


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """One key pair on one device, or synchronised between several; times are Unix seconds.

    Attributes
    ----------
    public_key:
        As COSE writes it (RFC 9052 §7).
    sign_count:
        How often it had signed; 0 where the device does not count.
    aaguid:
        The kind of device.
    backed_up:
        Whether it is synchronised.

    """

    credential_id: bytes
    user_id: str
    public_key: bytes
    sign_count: int
    name: str
    aaguid: str
    backed_up: bool
    created_at: int
    used_at: int | None = None


class PasskeyLimit(Exception):
    """The person has as many passkeys as anybody may have."""


class ChallengeUsed(Exception):
    """The challenge was answered before."""


class CounterWentBack(Exception):
    """The key signed with a counter that is not ahead: there may be a copy of it."""


def add_passkey(tx: Transaction, passkey: Passkey, claim: bytes, *, expires_at: int) -> None:
    """Keep a passkey, and use up the challenge it was made for.

    Raises
    ------
    ChallengeUsed
        If the challenge was answered before.
    PasskeyLimit
        If the person has too many already.
    Conflict
        If the passkey is registered already.

    """
    if not claim_jti(tx, claim, expires_at=expires_at):
        raise ChallengeUsed
    if len(list_passkeys(tx, passkey.user_id)) >= LIMIT:
        raise PasskeyLimit
    row = msgspec.structs.asdict(passkey)
    del row["used_at"]
    tx.execute("add_passkey", **{**row, "backed_up": int(passkey.backed_up)})


def use_passkey(
    tx: Transaction,
    credential_id: bytes,
    claim: bytes,
    *,
    expires_at: int,
    sign_count: int,
    backed_up: bool,
    now: int,
) -> None:
    """Note that it signed, and use up the challenge.

    Raises
    ------
    ChallengeUsed
        If the challenge was answered before.
    CounterWentBack
        If the counter is not ahead of the one noted last (WebAuthn §7.2 step 22).

    """
    if not claim_jti(tx, claim, expires_at=expires_at):
        raise ChallengeUsed
    used = tx.execute(
        "use_passkey",
        credential_id=credential_id,
        sign_count=sign_count,
        backed_up=int(backed_up),
        now=now,
    )
    if not used:
        raise CounterWentBack


def find_passkey(tx: Transaction, credential_id: bytes) -> Passkey | None:
    """Return the passkey of that identifier."""
    row = tx.fetch_one("find_passkey", credential_id=credential_id)
    return None if row is None else _from_row(row)


def list_passkeys(tx: Transaction, user_id: str) -> list[Passkey]:
    """Return a person's passkeys, oldest first."""
    return [_from_row(row) for row in tx.fetch_all("list_passkeys", user_id=user_id)]


def remove_passkey(tx: Transaction, user_id: str, credential_id: bytes) -> bool:
    """Forget a passkey of the person; return whether there was one."""
    return tx.execute("remove_passkey", user_id=user_id, credential_id=credential_id) > 0


def _from_row(row: Row) -> Passkey:
    fields = dict(zip(Passkey.__struct_fields__, row, strict=True))
    return msgspec.convert({**fields, "backed_up": bool(fields["backed_up"])}, Passkey)
