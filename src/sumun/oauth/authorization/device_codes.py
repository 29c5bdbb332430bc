"""Codes of devices without a browser: shown there, approved elsewhere, redeemed once (RFC 8628)."""

from typing import Final

import msgspec

from sumun.oauth.authorization.grants import (
    AuthorizationGrant,
    GrantEnded,
    add_grant,
    is_grant_live,
)
from sumun.oauth.authorization.refresh_tokens import NewRefreshToken, add_refresh_token
from sumun.storage import Row, Transaction

INTERVAL: Final = 5
"""Seconds between two polls (RFC 8628 §3.2), and how much longer they get (§3.5)."""

_LONGEST_INTERVAL: Final = 120


class DeviceCode(msgspec.Struct, frozen=True, kw_only=True):
    """What a device asks for, and what became of it; times are Unix seconds.

    Attributes
    ----------
    authorization_details:
        JSON (RFC 9396), or empty.
    source:
        The address the device asked from.
    opened_by:
        The person who typed the code in first: nobody else may decide.
    grant_id:
        What was granted; ``None`` before, and where the person said no.

    """

    client_id: str
    resource: str
    scope: str
    authorization_details: str
    source: str
    created_at: int
    expires_at: int
    opened_by: str | None = None
    decided_at: int | None = None
    grant_id: str | None = None
    used_at: int | None = None


class DecidedElsewhere(Exception):
    """The code expired or was decided about before this decision, or is another person's."""


class DeviceCodeSpent(Exception):
    """The code was used, or has expired, before this use of it."""


def add_device_code(
    tx: Transaction, device_hash: bytes, user_code_hash: bytes, code: DeviceCode
) -> None:
    """Keep a request of a device.

    Raises
    ------
    Conflict
        If the user code is another device's at the moment.

    """
    tx.execute(
        "add_device_code",
        device_hash=device_hash,
        user_code_hash=user_code_hash,
        client_id=code.client_id,
        resource=code.resource,
        scope=code.scope,
        authorization_details=code.authorization_details,
        source=code.source,
        created_at=code.created_at,
        expires_at=code.expires_at,
        poll_interval=INTERVAL,
        poll_after=code.created_at,
    )


def find_device_code(tx: Transaction, device_hash: bytes) -> DeviceCode | None:
    """Return what a device code stands for."""
    return _from_row(tx.fetch_one("find_device_code", device_hash=device_hash))


def poll_device_code(tx: Transaction, device_hash: bytes, *, now: int) -> bool:
    """Note that the device asked; return whether it had waited long enough.

    If it had not, it must wait longer from now on (RFC 8628 §3.5).
    """
    if tx.execute("poll_device_code", device_hash=device_hash, now=now):
        return True
    tx.execute(
        "slow_device_down",
        device_hash=device_hash,
        now=now,
        more=INTERVAL,
        longest=_LONGEST_INTERVAL,
    )
    return False


def open_device_code(
    tx: Transaction, user_code_hash: bytes, user_id: str, *, now: int
) -> DeviceCode | None:
    """Let a person decide about a code, the first who types it in; ``None`` if there is none.

    What is returned may be another person's already: ``opened_by`` says whose it is.
    """
    tx.execute("open_device_code", user_code_hash=user_code_hash, user_id=user_id, now=now)
    code = _from_row(tx.fetch_one("find_device_code_by_user_code", user_code_hash=user_code_hash))
    if code is None or code.decided_at is not None or now >= code.expires_at:
        return None
    return code


def decide_device_code(
    tx: Transaction,
    user_code_hash: bytes,
    user_id: str,
    grant: AuthorizationGrant | None,
    *,
    now: int,
) -> None:
    """Say yes with a grant, or no without.

    Raises
    ------
    DecidedElsewhere
        If it is too late, or not this person's to say.

    """
    changed = tx.execute(
        "decide_device_code",
        user_code_hash=user_code_hash,
        user_id=user_id,
        grant_id=None if grant is None else grant.grant_id,
        now=now,
    )
    if not changed:
        raise DecidedElsewhere
    if grant is not None:
        add_grant(tx, grant)


def redeem_device_code(
    tx: Transaction,
    device_hash: bytes,
    grant_id: str,
    *,
    now: int,
    refresh: NewRefreshToken | None = None,
) -> None:
    """Use the code, and keep the first refresh token of its grant.

    One statement decides: of any number of uses at once, one changes the row.

    Raises
    ------
    DeviceCodeSpent
        If it was used before, or has expired.
    GrantEnded
        If there is nothing any more that it stands for.

    """
    if not tx.execute("use_device_code", device_hash=device_hash, grant_id=grant_id, now=now):
        raise DeviceCodeSpent
    if not is_grant_live(tx, grant_id, now=now):
        raise GrantEnded
    if refresh is not None:
        add_refresh_token(tx, refresh)


def _from_row(row: Row | None) -> DeviceCode | None:
    if row is None:
        return None
    return msgspec.convert(dict(zip(DeviceCode.__struct_fields__, row, strict=True)), DeviceCode)
