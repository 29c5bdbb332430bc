"""What a yes becomes: a grant, its code and the record of both, in one transaction."""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from sumun.audit import AuditLog, Event
from sumun.config import Config
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.answers import code_url
from sumun.oauth.authorization.codes import Code, issue_code
from sumun.oauth.authorization.consents import Consent, remember_consent
from sumun.oauth.authorization.decision import acr_of_answer
from sumun.oauth.authorization.grants import AuthorizationGrant, new_grant_id
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.authorization.tickets import use_ticket
from sumun.oauth.authorization_details import encode_details
from sumun.oauth.traces import Traces
from sumun.storage import Transaction

_OFFLINE: Final = "offline_access"


class TicketKey(NamedTuple):
    """How a ticket is found: by its own hash and that of the browser it is bound to."""

    ticket_hash: bytes
    browser_hash: bytes


class Granter:
    """Makes grants, and the codes that stand for them.

    Parameters
    ----------
    config:
        The issuer, and how long codes and grants last.
    clock:
        Unix seconds.

    """

    def __init__(
        self, config: Config, *, audit: AuditLog, traces: Traces, clock: Callable[[], float]
    ) -> None:
        self._issuer = config.issuer
        self._settings = config.oauth
        self._audit = audit
        self._traces = traces
        self._clock = clock

    async def grant(
        self,
        request: AuthorizationRequest,
        session: Session,
        scopes: Iterable[str],
        source: str,
        *,
        key: TicketKey | None = None,
        consent: Consent | None = None,
        reason: str = "remembered",
    ) -> str:
        """Grant a request, and return where the browser takes the code.

        Parameters
        ----------
        scopes:
            What of it is granted.
        key:
            The ticket that is used up by this, if it waited for a person.
        consent:
            What the person agreed to now, to be remembered.
        reason:
            Why nobody was asked, if there is no consent; for the record.

        Raises
        ------
        TicketSpent
            If another decision came first.
        AuditUnavailable, StorageError
            If it cannot be recorded; nothing is granted then.

        """
        now = int(self._clock())
        grant = self._new_grant(request, session, scopes, now)
        code = opaque.mint()
        kept = Code(
            grant_id=grant.grant_id,
            redirect_uri=request.redirect_uri,
            code_challenge=request.code_challenge,
            nonce=request.nonce,
            dpop_jkt=request.dpop_jkt,
            expires_at=now + self._settings.code_ttl,
        )
        event = Event(
            event_type="authorization_granted",
            user_id=grant.user_id,
            client_id=grant.client_id,
            action_taken="granted",
            reason="consent" if consent is not None else reason,
            resource=grant.resource,
            scope=grant.scope,
            source=source,
            correlation_id=grant.grant_id,
        )

        def intent(tx: Transaction) -> None:
            if key is not None:
                use_ticket(tx, *key, now=now)
            issue_code(tx, opaque.digest(code), kept, grant)
            if consent is not None:
                remember_consent(tx, consent, request.scopes)

        await self._audit.write([event], intent)
        self._trace(request, grant, remembered=consent is None)
        return code_url(request.redirect_uri, code=code, state=request.state, issuer=self._issuer)

    def _trace(
        self, request: AuthorizationRequest, grant: AuthorizationGrant, *, remembered: bool
    ) -> None:
        ref = request.trace
        self._traces.granted(ref, grant.grant_id)
        how = "agreed to before" if remembered else "agreed to now"
        self._traces.note(ref, "consent", "passed", words=f"{how}: {grant.scope or 'nothing more'}")
        words = f"sent to the client, good for {self._settings.code_ttl} s"
        self._traces.note(ref, "code", "waiting", words=words)

    def _new_grant(
        self, request: AuthorizationRequest, session: Session, scopes: Iterable[str], now: int
    ) -> AuthorizationGrant:
        scope = " ".join(scopes)
        end = now + self._settings.grant_ttl
        return AuthorizationGrant(
            grant_id=new_grant_id(),
            client_id=request.client_id,
            user_id=session.user_id,
            resource=request.resource,
            scope=scope,
            session_id=session.session_id,
            auth_time=session.auth_time or 0,
            amr=session.amr,
            acr=acr_of_answer(request, session.acr) or "",
            authorization_details=(
                encode_details(request.resource, scope) if request.authorization_details else ""
            ),
            created_at=now,
            # OIDC Core §11: only offline_access outlives the person's presence.
            expires_at=end if _OFFLINE in scope.split() else min(end, session.expires_at),
        )
