"""What people do with their own account: see, withdraw, end, change; each time recorded."""

import asyncio
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.config import Config
from sumun.oauth.authorization.consents import Consent, list_consents
from sumun.oauth.authorization.grants import AuthorizationGrant, list_grants
from sumun.oauth.authorization.revoker import GrantRevoker
from sumun.oauth.authorization.sessions import Session, end_session, list_sessions
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.password_rules import PasswordRules
from sumun.oauth.second_factor import SecondFactors
from sumun.oauth.users import Passwords, User, find_user_by_id, replace_password
from sumun.storage import Database, Transaction


class Access(NamedTuple):
    """What a client may do for a person at a resource.

    Attributes
    ----------
    client:
        ``None`` if it is no longer known.
    granted_at:
        Unix seconds.

    """

    client_id: str
    client: Client | None
    resource: str
    scopes: tuple[str, ...]
    granted_at: int


class PasswordRefused(Exception):
    """The password stays as it was; ``reason`` is ``wrong``, ``same`` or its weakness."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Account:
    """Every person's own account.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        config: Config,
        *,
        database: Database,
        audit: AuditLog,
        clients: ClientDirectory,
        passwords: Passwords,
        rules: PasswordRules,
        second_factors: SecondFactors,
        revoker: GrantRevoker,
        clock: Callable[[], float],
    ) -> None:
        self._idle = config.oauth.session_idle
        self._database = database
        self._audit = audit
        self._clients = clients
        self._passwords = passwords
        self._rules = rules
        self._second_factors = second_factors
        self._revoker = revoker
        self._clock = clock

    async def user(self, session: Session) -> User | None:
        """Return the person, if they are let in still."""
        user = await self._database.read(find_user_by_id, session.user_id)
        return None if user is None or user.disabled_at is not None else user

    async def access(self, user_id: str) -> list[Access]:
        """Return what the person lets clients do, newest first."""
        now = int(self._clock())
        found = _together(
            await self._database.read(list_consents, user_id),
            await self._database.read(list_grants, user_id, now=now),
        )
        clients = await asyncio.gather(*(self._client(each.client_id) for each in found))
        return [each._replace(client=client) for each, client in zip(found, clients, strict=True)]

    async def withdraw(self, user_id: str, client_id: str, resource: str, *, source: str) -> None:
        """Take back what a client may do at a resource; its tokens stop working at once."""
        await self._revoker.withdraw(user_id, client_id, resource, source=source)

    async def sessions(self, user_id: str) -> list[Session]:
        """Return where the person is signed in, newest first."""
        now = int(self._clock())
        listed = await self._database.read(list_sessions, user_id, now=now)
        return [each for each in listed if each.complete and each.is_current(now, self._idle)]

    async def end_session(self, user_id: str, session_id: str, *, source: str) -> None:
        """Sign one browser of the person out, with what was granted for as long as it lasts."""
        await self._audit.write(
            [self._event(user_id, "session_ended", "signed_out", source, session_id)],
            self._end_one,
            user_id,
            session_id,
        )

    async def end_others(self, session: Session, *, source: str) -> None:
        """Sign every browser of the person out but this one."""
        await self._audit.write(
            [self._event(session.user_id, "session_ended", "signed_out_others", source)],
            self._end_others,
            session,
        )

    async def shortest_password(self, user: User) -> int:
        """Return how many characters a password of this person needs."""
        status = await self._second_factors.status(user)
        return self._rules.shortest(second_factor=status.enrolled_at is not None)

    async def change_password(
        self, user: User, session: Session, current: str, new: str, *, source: str
    ) -> None:
        """Change the password, and sign every other browser out: one may be a thief's.

        Somebody who signs in another way only has none yet, and ``current`` does not count.

        Raises
        ------
        PasswordRefused
            If the current one is wrong, or the new one is the same, too short, too long, or known
            to others.
        PasswordsBusy
            If too many passwords are being checked.
        AuditUnavailable, StorageError
            If it cannot be recorded; nothing is changed then.

        """
        if user.password_hash and not await self._passwords.verify(user, current):
            raise PasswordRefused("wrong")
        if new == current:
            raise PasswordRefused("same")
        status = await self._second_factors.status(user)
        weakness = await asyncio.to_thread(
            self._rules.weakness,
            new,
            user.username,
            second_factor=status.enrolled_at is not None,
        )
        if weakness is not None:
            raise PasswordRefused(weakness)
        password_hash = await self._passwords.hash(new)

        def intent(tx: Transaction) -> None:
            replace_password(tx, user.user_id, password_hash)
            self._end_others(tx, session)

        event = self._event(user.user_id, "user_password_changed", "changed", source)
        await self._audit.write([event], intent)

    async def _client(self, client_id: str) -> Client | None:
        try:
            return await self._clients.find(client_id)
        except (OAuthError, AuditUnavailable):
            # Its document cannot be had just now; what it was allowed is shown all the same.
            return None

    def _end_one(self, tx: Transaction, user_id: str, session_id: str) -> bool:
        now = int(self._clock())
        deny_until = self._revoker.deny_until(now)
        return end_session(tx, session_id, user_id, now=now, deny_until=deny_until)

    def _end_others(self, tx: Transaction, session: Session) -> None:
        for each in list_sessions(tx, session.user_id, now=int(self._clock())):
            if each.session_id != session.session_id:
                self._end_one(tx, session.user_id, each.session_id)

    def _event(
        self, user_id: str, event_type: str, action: str, source: str, session_id: str | None = None
    ) -> Event:
        return Event(
            event_type=event_type,
            user_id=user_id,
            action_taken=action,
            source=source,
            correlation_id=session_id,
        )


def _together(consents: Iterable[Consent], grants: Iterable[AuthorizationGrant]) -> list[Access]:
    """Return one entry for each client and resource, whether agreed to, in use, or both."""
    found: dict[tuple[str, str], Access] = {}
    entries: list[tuple[Consent | AuthorizationGrant, int]] = [
        *((consent, consent.granted_at) for consent in consents),
        *((grant, grant.created_at) for grant in grants),
    ]
    for each, at in entries:
        key = (each.client_id, each.resource)
        before = found.get(key)
        scopes = dict.fromkeys([*(before.scopes if before else ()), *each.scope.split()])
        granted_at = max(at, before.granted_at if before else 0)
        found[key] = Access(each.client_id, None, each.resource, tuple(scopes), granted_at)
    return sorted(found.values(), key=lambda access: -access.granted_at)
