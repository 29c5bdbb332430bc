"""From a request to its grant: what every endpoint and page of the flow does the same way."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from starlette.requests import Request

from sumun.audit import AuditLog, Event
from sumun.config import Config
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.answers import error_url
from sumun.oauth.authorization.browser import Cookies
from sumun.oauth.authorization.consents import Consent, find_consent, fingerprint
from sumun.oauth.authorization.decision import Step, next_step
from sumun.oauth.authorization.granting import Granter, TicketKey
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.sessions import (
    Session,
    find_session,
    see_session,
    worth_noting,
)
from sumun.oauth.authorization.tickets import (
    Ticket,
    TicketSpent,
    add_ticket,
    find_ticket,
    use_ticket,
)
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.traces import Stage, Traces
from sumun.storage import Database


class Pending(NamedTuple):
    """A request that waits for its person, and how far it has come."""

    key: TicketKey
    ticket: Ticket
    client: Client
    session: Session | None
    consent: Consent | None
    step: Step

    @property
    def request(self) -> AuthorizationRequest:
        """What is asked."""
        return self.ticket.request


class AuthorizationFlow:
    """Keeps requests, finds sessions, and turns a person's decision into a code.

    Parameters
    ----------
    errors_page:
        URL of the page that explains each error code at an anchor of its name.
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
        errors_page: str,
        traces: Traces,
        clock: Callable[[], float],
    ) -> None:
        self.cookies = Cookies(config.issuer)
        self._issuer = config.issuer
        self._settings = config.oauth
        self._data_lifetime = config.reveal.ttl
        self._database = database
        self._audit = audit
        self._clients = clients
        self.traces = traces
        self._granter = Granter(config, audit=audit, traces=traces, clock=clock)
        self._errors_page = errors_page
        self._clock = clock

    async def session(self, request: Request) -> Session | None:
        """Return who is signed in, or half signed in, with the browser.

        Raises
        ------
        StorageError
            If sessions cannot be read or written.

        """
        cookie = self.cookies.read(request, self.cookies.session)
        if not cookie:
            return None
        now = int(self._clock())
        session_hash = opaque.digest(cookie)
        session = await self._database.read(find_session, session_hash)
        if session is None or not session.is_current(now, self._settings.session_idle):
            return None
        if worth_noting(session, now):
            await self._database.write(see_session, session_hash, now=now)
        return session

    def secrets_of(self, request: Request) -> tuple[str, str]:
        """Return both cookies: what a form of this browser can be bound to."""
        cookies = self.cookies
        return cookies.read(request, cookies.browser), cookies.read(request, cookies.session)

    async def keep(self, request: AuthorizationRequest, browser: str) -> str:
        """Keep a request until its person has decided; return the ticket."""
        ticket = opaque.mint()
        await self._database.write(
            add_ticket,
            opaque.digest(ticket),
            opaque.digest(browser),
            request,
            now=int(self._clock()),
        )
        return ticket

    async def step(
        self,
        request: AuthorizationRequest,
        client: Client,
        session: Session | None,
        signed_in_for: str | None = None,
    ) -> tuple[Step, Consent | None]:
        """Return what comes next, and what the person had agreed to."""
        consent = None
        if session is not None:
            consent = await self._database.read(
                find_consent, session.user_id, client.client_id, request.resource
            )
        now = self._clock()
        if consent is not None:
            consent = consent.as_of(now, self._data_lifetime)
        step = next_step(request, client, session, consent, signed_in_for=signed_in_for, now=now)
        return step, consent

    async def resume(self, request: Request, ticket: str) -> Pending:
        """Return the request a ticket stands for, in the browser it was made for.

        Raises
        ------
        TicketSpent
            If it stands for nothing, any more or in this browser.
        StorageError
            If storage cannot be read.

        """
        browser = self.cookies.read(request, self.cookies.browser)
        if not ticket or len(ticket) > opaque.LIMIT or not browser:
            raise TicketSpent
        key = TicketKey(opaque.digest(ticket), opaque.digest(browser))
        found = await self._database.read(find_ticket, *key, now=int(self._clock()))
        if found is None:
            raise TicketSpent
        client = await self._clients.find(found.request.client_id)
        if client is None or client.disabled_at is not None:
            raise TicketSpent
        session = await self.session(request)
        step, consent = await self.step(found.request, client, session, found.session_id)
        return Pending(key, found, client, session, consent, step)

    async def approve(self, pending: Pending, scopes: Iterable[str], *, source: str) -> str:
        """Grant what the person ticked, and return where the browser takes the code.

        Raises
        ------
        TicketSpent
            If another decision came first.
        AuditUnavailable, StorageError
            If it cannot be recorded; nothing is granted then.

        """
        if pending.session is None or pending.step not in {Step.CONSENT, Step.GRANT}:
            raise TicketSpent
        granted = [scope for scope in pending.request.scopes if scope in set(scopes)]
        consent = Consent(
            user_id=pending.session.user_id,
            client_id=pending.client.client_id,
            resource=pending.request.resource,
            scope=" ".join(granted),
            fingerprint=fingerprint(pending.client.metadata),
            granted_at=int(self._clock()),
        )
        return await self._granter.grant(
            pending.request, pending.session, granted, source, key=pending.key, consent=consent
        )

    async def proceed(self, pending: Pending, *, source: str) -> str:
        """Grant what was agreed to before: nobody needs to be asked."""
        if pending.session is None or pending.step is not Step.GRANT:
            raise TicketSpent
        return await self._granter.grant(
            pending.request, pending.session, pending.request.scopes, source, key=pending.key
        )

    async def grant(
        self,
        request: AuthorizationRequest,
        session: Session,
        *,
        source: str,
        reason: str = "remembered",
    ) -> str:
        """Grant a request that waits for nobody, and return where the browser takes the code.

        ``reason`` is why nobody is asked, for the record.

        Raises
        ------
        AuditUnavailable, StorageError
            If it cannot be recorded; nothing is granted then.

        """
        return await self._granter.grant(request, session, request.scopes, source, reason=reason)

    async def deny(self, pending: Pending, *, source: str) -> str:
        """Take the person's no to the client; return where the browser takes it.

        Raises
        ------
        TicketSpent
            If another decision came first.
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """
        error = OAuthError("access_denied", "the person declined")
        return await self._refuse(pending, error, "consent", source)

    async def fall_short(self, pending: Pending, *, source: str) -> str:
        """Tell the client that the person did not sign in as it needs; return where that goes.

        Raises
        ------
        TicketSpent
            If another decision came first.
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """
        needed = " or ".join(pending.request.acr_needed)
        error = OAuthError(
            "unmet_authentication_requirements", f"the person did not sign in as {needed}"
        )
        return await self._refuse(pending, error, "sign_in", source)

    async def _refuse(self, pending: Pending, error: OAuthError, stage: Stage, source: str) -> str:
        event = Event(
            event_type="authorization_refused",
            user_id=pending.session.user_id if pending.session else None,
            client_id=pending.client.client_id,
            action_taken="rejected",
            reason=error.error,
            resource=pending.request.resource,
            source=source,
        )
        await self._audit.write([event], use_ticket, *pending.key, now=int(self._clock()))
        request = pending.request
        self.traces.refused(request.trace, stage, error)
        return self.refusal_url(request.redirect_uri, error, request.state, request.trace)

    def refusal_url(self, redirect_uri: str, error: OAuthError, state: str, ref: str) -> str:
        """Return where the browser takes a refusal."""
        return error_url(
            redirect_uri,
            error,
            state=state,
            issuer=self._issuer,
            errors_page=self._errors_page,
            ref=ref,
        )
