"""Pending interactions: a validated request that waits for its person, in one browser.

The request stays here; a browser holds only the ticket, which is bound to a cookie of that browser
and used once. Nothing a browser sends back can change what was asked.
"""

from typing import Final, NamedTuple

import msgspec

from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.storage import Transaction

LIFETIME: Final = 900
"""Seconds a person has to sign in and decide."""


class Ticket(NamedTuple):
    """A pending interaction.

    Attributes
    ----------
    session_id:
        The session that was signed in for this request; ``None`` if none was yet.

    """

    request: AuthorizationRequest
    session_id: str | None
    created_at: int
    expires_at: int


class TicketSpent(Exception):
    """The ticket was used, has expired, or belongs to another browser."""


def add_ticket(
    tx: Transaction,
    ticket_hash: bytes,
    browser_hash: bytes,
    request: AuthorizationRequest,
    *,
    now: int,
) -> None:
    """Keep a request for one browser."""
    tx.execute(
        "add_ticket",
        ticket_hash=ticket_hash,
        browser_hash=browser_hash,
        request=_encode(request).decode(),
        created_at=now,
        expires_at=now + LIFETIME,
    )


def find_ticket(
    tx: Transaction, ticket_hash: bytes, browser_hash: bytes, *, now: int
) -> Ticket | None:
    """Return the ticket if it is good in this browser."""
    row = tx.fetch_one("find_ticket", ticket_hash=ticket_hash, browser_hash=browser_hash, now=now)
    if row is None:
        return None
    request, session_id, created_at, expires_at = row
    return msgspec.convert(
        (_decode(str(request)), session_id, created_at, expires_at), Ticket, strict=True
    )


def sign_ticket_in(
    tx: Transaction, ticket_hash: bytes, browser_hash: bytes, session_id: str, *, now: int
) -> None:
    """Note the session that was signed in for it.

    Raises
    ------
    TicketSpent
        If the ticket is no longer good, or not in this browser.

    """
    changed = tx.execute(
        "sign_ticket_in",
        ticket_hash=ticket_hash,
        browser_hash=browser_hash,
        session_id=session_id,
        now=now,
    )
    if not changed:
        raise TicketSpent


def use_ticket(tx: Transaction, ticket_hash: bytes, browser_hash: bytes, *, now: int) -> None:
    """Spend the ticket.

    Raises
    ------
    TicketSpent
        If it was spent, has expired, or belongs to another browser.

    """
    if not tx.execute("use_ticket", ticket_hash=ticket_hash, browser_hash=browser_hash, now=now):
        raise TicketSpent


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AuthorizationRequest).decode
