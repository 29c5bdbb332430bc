"""Devices without a browser, from the person's side: finding what a code asks for, and deciding."""

import hmac
import secrets
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from sumun.audit import AuditLog, Event
from sumun.config import OAuthConfig
from sumun.keys import RootSecret
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.device_codes import (
    DeviceCode,
    add_device_code,
    decide_device_code,
    open_device_code,
)
from sumun.oauth.authorization.grants import AuthorizationGrant, new_grant_id
from sumun.oauth.authorization.reader import Target
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.authorization_details import encode_details
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client
from sumun.oauth.throttle import Throttle, site_of
from sumun.storage import Conflict, Database

LIFETIME: Final = 600
_OFFLINE: Final = "offline_access"

# RFC 8628 §6.1: no vowels, so that no words come about; nothing to be mistaken for a digit.
_ALPHABET: Final = "BCDFGHJKLMNPQRSTVWXZ"
_HALF: Final = 4
_LENGTH: Final = 2 * _HALF
_ATTEMPTS: Final = 5


class Codes(NamedTuple):
    """What a device is given: one code it keeps, one it shows."""

    device_code: str
    user_code: str


class Waiting(NamedTuple):
    """A device that waits for a person's decision."""

    code: DeviceCode
    client: Client
    user_code: str


class WrongCode(Exception):
    """No device shows this code, or not any more."""


class TooManyCodes(Exception):
    """Too many wrong codes were tried.

    Attributes
    ----------
    wait:
        Seconds until another may be.

    """

    def __init__(self, wait: float) -> None:
        super().__init__("too many wrong codes")
        self.wait = wait


class AnotherPersons(Exception):
    """Somebody else has typed the code in before, and decides."""


class Devices:
    """Hands out codes, and takes decisions about them.

    A user code is short, so it is kept under a keyed hash, and trying is slowed down: twenty wrong
    codes at once from one address or by one person, then one a minute.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        settings: OAuthConfig,
        *,
        database: Database,
        audit: AuditLog,
        clients: ClientDirectory,
        root_secret: RootSecret,
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._database = database
        self._audit = audit
        self._clients = clients
        self._key = root_secret.derive("user-code")
        self._clock = clock
        self._wrong = Throttle(rate=1 / 60, burst=20)

    async def begin(self, client: Client, target: Target, *, source: str) -> Codes:
        """Keep what a device asks for.

        Raises
        ------
        StorageUnavailable
            If it cannot be kept.

        """
        now = int(self._clock())
        code = DeviceCode(
            client_id=client.client_id,
            resource=target.resource,
            scope=target.scope,
            authorization_details=target.authorization_details,
            source=source,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        for attempt in range(_ATTEMPTS):
            device_code, user_code = opaque.mint("sumun-device-"), _mint_user_code()
            try:
                await self._database.write(
                    add_device_code, opaque.digest(device_code), self._hash(user_code), code
                )
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                break
        return Codes(device_code, user_code)

    async def open(self, typed: str, session: Session, *, source: str) -> Waiting:
        """Return the device that shows the code, for the person to decide about.

        Raises
        ------
        WrongCode, TooManyCodes, AnotherPersons
            If there is nothing for this person to decide.
        StorageUnavailable
            If codes cannot be read.

        """
        tries = (site_of(source), session.user_id)
        wait = max(self._wrong.wait(each) for each in tries)
        if wait:
            raise TooManyCodes(wait)
        user_code = _normal(typed)
        code = await self._database.write(
            open_device_code, self._hash(user_code), session.user_id, now=int(self._clock())
        )
        client = None if code is None else await self._clients.find(code.client_id)
        if code is None or client is None or client.disabled_at is not None:
            for each in tries:
                self._wrong.failed(each)
            raise WrongCode
        if code.opened_by != session.user_id:
            raise AnotherPersons
        return Waiting(code, client, user_code)

    async def approve(
        self, waiting: Waiting, session: Session, scopes: Iterable[str], *, source: str
    ) -> None:
        """Grant the device what the person agreed to.

        Raises
        ------
        DecidedElsewhere
            If another decision came first.
        AuditUnavailable, StorageError
            If it cannot be recorded; nothing is granted then.

        """
        now = int(self._clock())
        scope = " ".join(scopes)
        end = now + self._settings.grant_ttl
        grant = AuthorizationGrant(
            grant_id=new_grant_id(),
            client_id=waiting.client.client_id,
            user_id=session.user_id,
            resource=waiting.code.resource,
            scope=scope,
            session_id=session.session_id,
            auth_time=session.auth_time or now,
            amr=session.amr,
            acr=session.acr,
            authorization_details=(
                encode_details(waiting.code.resource, scope)
                if waiting.code.authorization_details
                else ""
            ),
            created_at=now,
            # OIDC Core §11: only offline_access outlives the person's presence.
            expires_at=end if _OFFLINE in scope.split() else min(end, session.expires_at),
        )
        event = self._event("authorization_granted", "granted", waiting, session, source)
        event.scope, event.correlation_id = grant.scope, grant.grant_id
        await self._audit.write(
            [event],
            decide_device_code,
            self._hash(waiting.user_code),
            session.user_id,
            grant,
            now=now,
        )

    async def deny(self, waiting: Waiting, session: Session, *, source: str) -> None:
        """Tell the device no.

        Raises
        ------
        DecidedElsewhere, AuditUnavailable, StorageError
            As :meth:`approve`.

        """
        event = self._event("authorization_refused", "rejected", waiting, session, source)
        event.reason = "access_denied"
        await self._audit.write(
            [event],
            decide_device_code,
            self._hash(waiting.user_code),
            session.user_id,
            None,
            now=int(self._clock()),
        )

    @staticmethod
    def _event(
        event_type: str, action: str, waiting: Waiting, session: Session, source: str
    ) -> Event:
        return Event(
            event_type=event_type,
            user_id=session.user_id,
            client_id=waiting.client.client_id,
            action_taken=action,
            method="device_code",
            resource=waiting.code.resource,
            source=source,
        )

    def _hash(self, user_code: str) -> bytes:
        return hmac.digest(self._key, user_code.encode("utf-8", "surrogatepass"), "sha256")


def is_user_code(text: str) -> bool:
    """Say whether the text is a user code exactly as a device is given it."""
    return text == _normal(text) and len(text) == _LENGTH + 1


def _mint_user_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def _normal(typed: str) -> str:
    """Return a code as it was shown, however it was typed (RFC 8628 §6.1)."""
    letters = [letter for letter in typed[:64].upper() if letter in _ALPHABET]
    return "".join(letters[:_HALF]) + "-" + "".join(letters[_HALF:])
