"""Signing in: braked, recorded, and ending in a session with a new cookie."""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from sumun.audit import AuditLog, Event
from sumun.config import Config
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.granting import TicketKey
from sumun.oauth.authorization.sessions import (
    Session,
    acr_of,
    end_session,
    new_session_id,
    renew_session,
    start_session,
)
from sumun.oauth.authorization.tickets import sign_ticket_in
from sumun.oauth.sign_in.method import (
    Attempt,
    Proven,
    SentElsewhere,
    SignInMethod,
    SignInRefused,
)
from sumun.oauth.throttle import Throttle, site_of
from sumun.oauth.users import User, find_user_by_id
from sumun.storage import Database, Transaction

_HALF_LIFETIME: Final = 600
_LEEWAY: Final = 60


class SignedIn(NamedTuple):
    """A session and the cookie that opens it; it may be half signed in still.

    Attributes
    ----------
    should_change:
        Whether the person should change their password, now that they can.

    """

    session: Session
    cookie: str
    should_change: bool = False


class Visitor(NamedTuple):
    """The browser that signs in.

    Attributes
    ----------
    session:
        What it was signed in, or half signed in, as.

    """

    session: Session | None
    user_agent: str
    source: str


class SignIn:
    """Has a method judge an attempt, and begins the session.

    Parameters
    ----------
    methods:
        In the order the page offers them.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        config: Config,
        methods: Sequence[SignInMethod],
        *,
        database: Database,
        audit: AuditLog,
        clock: Callable[[], float],
    ) -> None:
        self.methods = {method.name: method for method in methods}
        self._settings = config.oauth
        self._database = database
        self._audit = audit
        self._clock = clock
        # A person mistypes a few times. Guessing one account from everywhere, and every account
        # from one place, is braked too, but not so soon that others can lock somebody out.
        self._per_pair = Throttle(rate=1 / 30, burst=5)
        self._per_account = Throttle(rate=1 / 10, burst=100)
        self._per_source = Throttle(rate=1 / 2, burst=50)

    async def offered(self, user: User | None) -> list[SignInMethod]:
        """Return the methods for the page: of the first factor, or of that person's second."""
        return [
            method
            for method in self.methods.values()
            if method.second_factor is (user is not None) and await method.offered_to(user)
        ]

    async def half_signed_in(self, session: Session | None) -> User | None:
        """Return the person whose second factor is still to come."""
        if session is None or session.complete:
            return None
        return await self._database.read(find_user_by_id, session.user_id)

    async def attempt(
        self, name: str, attempt: Attempt, key: TicketKey | None, visitor: Visitor
    ) -> SignedIn | SentElsewhere:
        """Judge an attempt, for one pending request or, with no ``key``, for none.

        Raises
        ------
        SignInRefused
            If it is not proven, or there were too many that were not.
        TicketSpent
            If the pending request is no longer good.
        AuditUnavailable, StorageError
            If it cannot be recorded; nobody is signed in then.

        """
        method = self.methods.get(name)
        if method is None or method.second_factor is not (attempt.user is not None):
            raise SignInRefused("wrong")
        brakes = self._brakes(method.account(attempt), attempt.source)
        self._check(brakes)
        # Counted before it is judged: tries made at the same time are tries too.
        for throttle, brake in brakes:
            throttle.failed(brake)
        try:
            outcome = await method.prove(attempt)
        except SignInRefused as refusal:
            await self._record_refusal(refusal, name, attempt)
            raise
        for throttle, brake in brakes:
            throttle.forgive(brake)
        if isinstance(outcome, SentElsewhere):
            return outcome
        return await self.accept(outcome, name, key, visitor)

    async def accept(
        self, proven: Proven, name: str, key: TicketKey | None, visitor: Visitor
    ) -> SignedIn:
        """Begin the session of a person who has proven who they are, for one pending request.

        With no ``key`` no request is pending: they want to see their account.

        The cookie is a new one in every case, so that one planted before opens nothing.

        Raises
        ------
        TicketSpent
            If the pending request is no longer good in this browser.
        AuditUnavailable, StorageError
            If it cannot be recorded; nobody is signed in then.

        """
        before = visitor.session
        same = before is not None and before.user_id == proven.user.user_id
        session = await self._next_session(proven, before if same else None, visitor)
        cookie = opaque.mint()
        now = int(self._clock())
        event = Event(
            event_type="sign_in",
            user_id=session.user_id,
            action_taken="signed_in" if session.complete else "half_signed_in",
            method=name,
            source=visitor.source,
            correlation_id=session.session_id,
        )

        def intent(tx: Transaction) -> None:
            cookie_hash = opaque.digest(cookie)
            if before is not None and not same:
                self._end(tx, before, now)
            if not same or not renew_session(tx, session, cookie_hash):
                start_session(tx, session, cookie_hash)
            if key is not None:
                sign_ticket_in(tx, *key, session.session_id, now=now)

        await self._audit.write([event], intent)
        return SignedIn(session, cookie, proven.known and session.complete)

    async def keep_session(self, session: Session, key: TicketKey) -> None:
        """Let the session there is do for a pending request.

        Raises
        ------
        TicketSpent
            If the pending request is no longer good in this browser.
        StorageError
            If it cannot be noted.

        """
        await self._database.write(sign_ticket_in, *key, session.session_id, now=int(self._clock()))

    async def sign_out(self, session: Session, *, source: str) -> None:
        """End the session, and what was granted for as long as it lasts."""
        now = int(self._clock())
        event = Event(
            event_type="sign_out",
            user_id=session.user_id,
            action_taken="signed_out",
            source=source,
            correlation_id=session.session_id,
        )
        await self._audit.write([event], lambda tx: self._end(tx, session, now))

    def _end(self, tx: Transaction, session: Session, now: int) -> bool:
        return end_session(
            tx,
            session.session_id,
            session.user_id,
            now=now,
            deny_until=now + self._settings.access_token_ttl + _LEEWAY,
        )

    async def _next_session(
        self, proven: Proven, before: Session | None, visitor: Visitor
    ) -> Session:
        now = int(self._clock())
        earlier = before.amr if before is not None and not before.complete else ()
        amr = tuple(dict.fromkeys([*earlier, *proven.amr]))
        acr = acr_of(amr)
        complete = acr != "1fa" or not await self.offered(proven.user)
        return Session(
            session_id=before.session_id if before is not None else new_session_id(),
            user_id=proven.user.user_id,
            auth_time=min(now, proven.auth_time or now) if complete else None,
            amr=amr,
            acr=acr if complete else "",
            user_agent=visitor.user_agent,
            created_at=now,
            seen_at=now,
            expires_at=now + (self._settings.session_ttl if complete else _HALF_LIFETIME),
            username=proven.user.username,
        )

    def _brakes(self, account: str, source: str) -> list[tuple[Throttle, str]]:
        site = site_of(source)
        if not account:
            return [(self._per_pair, f"\0{site}"), (self._per_source, site)]
        return [
            (self._per_pair, f"{account}\0{site}"),
            (self._per_account, account),
            (self._per_source, site),
        ]

    def _check(self, brakes: Sequence[tuple[Throttle, str]]) -> None:
        wait = max(throttle.wait(brake) for throttle, brake in brakes)
        if wait:
            raise SignInRefused("too_many", math.ceil(wait))

    async def _record_refusal(self, refusal: SignInRefused, name: str, attempt: Attempt) -> None:
        await self._audit.record(
            Event(
                event_type="sign_in_refused",
                user_id=attempt.user.user_id if attempt.user else None,
                action_taken="rejected",
                method=name,
                reason=refusal.reason,
                source=attempt.source,
            )
        )
