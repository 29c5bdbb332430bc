"""A person's second factor: set up, used, renewed and taken away, each time recorded."""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from sumun.audit import AuditLog, Event
from sumun.keys import RootSecret
from sumun.keys.envelope import Envelope
from sumun.oauth.second_factor import recovery_codes, totp
from sumun.oauth.second_factor.authenticators import (
    Tried,
    confirm_authenticator,
    find_authenticator,
    put_authenticator,
    remove_authenticator,
    try_code,
)
from sumun.oauth.users import User
from sumun.storage import Database, Transaction

_WHERE: Final = "the table authenticators"


class SecondFactorStatus(NamedTuple):
    """Whether a person has set one up, and how many recovery codes are left."""

    enrolled_at: int | None
    recovery_codes: int


class Enrolment(NamedTuple):
    """What is shown once, to be taken into an app."""

    secret: str
    uri: str


class SecondFactors:
    """Authenticator apps and recovery codes of everybody.

    Parameters
    ----------
    issuer:
        Whose codes these are, as an app shows it.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        issuer: str,
        *,
        database: Database,
        audit: AuditLog,
        root_secret: RootSecret,
        clock: Callable[[], float],
    ) -> None:
        self._issuer = urlsplit(issuer).netloc
        self._database = database
        self._audit = audit
        self._envelope = Envelope(root_secret)
        self._recovery_key = root_secret.derive("recovery-codes")
        self._clock = clock

    async def status(self, user: User) -> SecondFactorStatus:
        """Return what the person has."""
        return await self._database.read(_status, user.user_id)

    async def begin(self, user: User) -> Enrolment | None:
        """Make a secret for an app; ``None`` if the person has an app already, which stays."""
        secret = totp.new_secret()
        sealed = self._envelope.close(_name(user.user_id), secret)
        begun = await self._database.write(
            put_authenticator, user.user_id, sealed, now=int(self._clock())
        )
        return self._show(secret, user) if begun else None

    async def pending(self, user: User) -> Enrolment | None:
        """Return what is being set up and not yet confirmed."""
        found = await self._database.read(find_authenticator, user.user_id)
        if found is None or found.confirmed_at is not None:
            return None
        return self._show(self._open(user.user_id, found.secret), user)

    async def confirm(self, user: User, code: str, *, source: str) -> list[str] | Tried:
        """Turn the second factor on, once the app shows the right code.

        Returns the recovery codes, which are shown this once, or what was wrong.
        """
        codes = recovery_codes.mint_codes()
        hashes = self._hashes(user, codes)
        now = int(self._clock())

        def intent(tx: Transaction) -> Tried:
            tried = try_code(tx, user.user_id, self._matcher(user, code), now=now)
            if not tried.proven or not confirm_authenticator(tx, user.user_id, now=now):
                return tried._replace(proven=False)
            recovery_codes.replace_codes(tx, user.user_id, hashes, now=now)
            self._audit.append(tx, _event(user, "added", source))
            return tried

        tried = await self._database.write(intent)
        return codes if tried.proven else tried

    async def try_code(self, user: User, code: str) -> Tried:
        """Judge the code of an app, and use it up."""
        return await self._database.write(
            _try_confirmed, user.user_id, self._matcher(user, code), now=int(self._clock())
        )

    async def use_recovery_code(self, user: User, code: str) -> bool:
        """Say whether it is one of the person's unused codes, and use it up."""
        code_hash = recovery_codes.hash_code(self._recovery_key, user.user_id, code)
        return await self._database.write(
            recovery_codes.use_code, user.user_id, code_hash, now=int(self._clock())
        )

    async def renew_recovery_codes(self, user: User, *, source: str) -> list[str]:
        """Return new codes, which are shown this once; the earlier ones are good no longer."""
        codes = recovery_codes.mint_codes()
        await self._audit.write(
            [_event(user, "recovery_codes_renewed", source)],
            recovery_codes.replace_codes,
            user.user_id,
            self._hashes(user, codes),
            now=int(self._clock()),
        )
        return codes

    async def remove(self, user: User, *, source: str) -> None:
        """Forget the app and the recovery codes."""
        await self._audit.write([_event(user, "removed", source)], _remove, user.user_id)

    def _hashes(self, user: User, codes: list[str]) -> list[bytes]:
        return [recovery_codes.hash_code(self._recovery_key, user.user_id, code) for code in codes]

    def _matcher(self, user: User, code: str) -> Callable[[bytes], int | None]:
        return partial(self._match, user.user_id, code, self._clock())

    def _match(self, user_id: str, code: str, now: float, sealed: bytes) -> int | None:
        return totp.matching_step(self._open(user_id, sealed), code, now)

    def _open(self, user_id: str, sealed: bytes) -> bytes:
        return self._envelope.open(_name(user_id), sealed, _WHERE)

    def _show(self, secret: bytes, user: User) -> Enrolment:
        uri = totp.otpauth_uri(secret, issuer=self._issuer, account=user.username)
        return Enrolment(totp.base32(secret), uri)


def _status(tx: Transaction, user_id: str) -> SecondFactorStatus:
    found = find_authenticator(tx, user_id)
    return SecondFactorStatus(
        None if found is None else found.confirmed_at, recovery_codes.count_codes(tx, user_id)
    )


def _try_confirmed(
    tx: Transaction, user_id: str, match: Callable[[bytes], int | None], *, now: int
) -> Tried:
    found = find_authenticator(tx, user_id)
    if found is None or found.confirmed_at is None:
        return Tried(proven=False)
    return try_code(tx, user_id, match, now=now)


def _remove(tx: Transaction, user_id: str) -> None:
    remove_authenticator(tx, user_id)
    recovery_codes.remove_codes(tx, user_id)


def _event(user: User, action: str, source: str) -> Event:
    return Event(
        event_type="second_factor", user_id=user.user_id, action_taken=action, source=source
    )


def _name(user_id: str) -> str:
    """Return what ties a sealed secret to its person."""
    return f"totp/{user_id}"
