"""Signed-in browsers: the record and the intents that change it.

A session is looked up by the SHA-256 of its cookie. ``session_id`` names it in lists, records and
tokens, and opens nothing.
"""

import secrets
from typing import Any, Final

import msgspec

from sumun.oauth.authorization.grants import revoke_grants
from sumun.storage import Row, Transaction

_SEEN_EVERY: Final = 60
_USER_AGENT_LIMIT: Final = 200


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser somebody signed in with; times are Unix seconds.

    Attributes
    ----------
    auth_time:
        When signing in was completed; ``None`` while a second factor is still to come, and such
        a session opens nothing.
    amr:
        How it was done (RFC 8176): ``pwd``, ``otp``, ``hwk`` ….
    acr:
        What that amounts to: one of :data:`ACR_VALUES`.

    """

    session_id: str
    user_id: str
    auth_time: int | None
    amr: tuple[str, ...]
    acr: str
    user_agent: str
    created_at: int
    seen_at: int
    expires_at: int
    username: str = ""

    @property
    def complete(self) -> bool:
        """Whether every factor was given."""
        return self.auth_time is not None

    def is_current(self, now: float, idle: int) -> bool:
        """Say whether it is neither over nor unused for more than ``idle`` seconds."""
        return now < self.expires_at and now - self.seen_at < idle


ACR_VALUES: Final = ("1fa", "mfa", "phr")
"""Authentication context classes, weakest first: one factor, several, phishing-resistant."""

_PHISHING_RESISTANT: Final = frozenset({"hwk", "swk"})


def acr_of(amr: tuple[str, ...]) -> str:
    """Return the class that methods of authentication amount to together."""
    if _PHISHING_RESISTANT.intersection(amr):
        return "phr"
    # Of a provider that is trusted with it we know that there were two, not which.
    if {"fed", "mfa"}.issubset(amr):
        return "mfa"
    return "mfa" if len(set(amr) - {"mfa"}) > 1 else "1fa"


def new_session_id() -> str:
    """Return an identifier that is safe to show."""
    return f"session-{secrets.token_hex(12)}"


def start_session(tx: Transaction, session: Session, session_hash: bytes) -> None:
    """Begin a session."""
    tx.execute(
        "add_session",
        session_hash=session_hash,
        session_id=session.session_id,
        user_id=session.user_id,
        auth_time=session.auth_time,
        amr=" ".join(session.amr),
        acr=session.acr,
        user_agent=session.user_agent[:_USER_AGENT_LIMIT],
        created_at=session.created_at,
        expires_at=session.expires_at,
    )


def renew_session(tx: Transaction, session: Session, session_hash: bytes) -> bool:
    """Give a session another cookie and what signing in again made of it.

    Returns whether it had not ended meanwhile.
    """
    changed = tx.execute(
        "renew_session",
        session_hash=session_hash,
        session_id=session.session_id,
        user_id=session.user_id,
        auth_time=session.auth_time,
        amr=" ".join(session.amr),
        acr=session.acr,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
    )
    return changed > 0


def find_session(tx: Transaction, session_hash: bytes) -> Session | None:
    """Return the session that has not ended, of a person who is let in; expiry is the caller's."""
    row = tx.fetch_one("find_session", session_hash=session_hash)
    return None if row is None else _from_row(row)


def list_sessions(tx: Transaction, user_id: str, *, now: int) -> list[Session]:
    """Return a person's sessions that have not ended, newest first."""
    return [_from_row(row) for row in tx.fetch_all("list_sessions", user_id=user_id, now=now)]


def see_session(tx: Transaction, session_hash: bytes, *, now: int) -> None:
    """Note that the browser was here."""
    tx.execute("see_session", session_hash=session_hash, now=now)


def worth_noting(session: Session, now: int) -> bool:
    """Say whether the last visit noted is old enough to write another."""
    return now - session.seen_at >= _SEEN_EVERY


def end_session(
    tx: Transaction, session_id: str, user_id: str, *, now: int, deny_until: int
) -> bool:
    """Sign the browser out, and revoke what was granted for as long as it is signed in.

    Every client that knows the person by this session will be told.
    ``deny_until`` is when the last access token that may be out there has expired. Returns
    whether it was signed in.
    """
    ended = tx.execute("end_session", session_id=session_id, user_id=user_id, now=now) > 0
    if ended:
        rows = tx.fetch_all("list_online_grants", session_id=session_id)
        revoke_grants(tx, [str(row[0]) for row in rows], now=now, deny_until=deny_until)
        tx.execute("queue_logouts", session_id=session_id)
    return ended


def _from_row(row: Row) -> Session:
    fields: dict[str, Any] = dict(zip(Session.__struct_fields__, row, strict=True))
    fields["amr"] = tuple(str(fields["amr"]).split())
    return msgspec.convert(fields, Session)
