"""Ending what was granted, and saying so in the log."""

from collections.abc import Callable
from typing import Final

from sumun.audit import AuditLog, Event
from sumun.oauth.authorization.consents import withdraw_consent
from sumun.oauth.authorization.grants import AuthorizationGrant, revoke_grant

_LEEWAY: Final = 60


class GrantRevoker:
    """Revokes grants, with every token of them.

    Parameters
    ----------
    token_lifetime:
        Seconds an access token is good: as long must the deny list remember the grant.
    clock:
        Unix seconds.

    """

    def __init__(self, audit: AuditLog, *, token_lifetime: int, clock: Callable[[], float]) -> None:
        self._audit = audit
        self._token_lifetime = token_lifetime
        self._clock = clock

    def deny_until(self, now: int) -> int:
        """Return when the last access token that may be out there has expired."""
        return now + self._token_lifetime + _LEEWAY

    async def replayed(self, grant: AuthorizationGrant, *, what: str, source: str) -> None:
        """Revoke a family of which a used code or refresh token came back (RFC 9700 §4.14.2).

        Either the client or a thief used it before: nobody can tell which, so both lose.
        """
        await self._revoke(
            grant,
            Event(
                event_type="token_replayed",
                user_id=grant.user_id,
                client_id=grant.client_id,
                action_taken="family_revoked",
                method=what,
                resource=grant.resource,
                source=source,
                correlation_id=grant.grant_id,
            ),
        )

    async def revoke(self, grant: AuthorizationGrant, *, reason: str, source: str) -> None:
        """Revoke a grant because somebody wants it so."""
        await self._revoke(
            grant,
            Event(
                event_type="grant_revoked",
                user_id=grant.user_id,
                client_id=grant.client_id,
                action_taken="revoked",
                reason=reason,
                resource=grant.resource,
                source=source,
                correlation_id=grant.grant_id,
            ),
        )

    async def withdraw(self, user_id: str, client_id: str, resource: str, *, source: str) -> None:
        """Forget a person's consent, and revoke every grant of it."""
        now = int(self._clock())
        event = Event(
            event_type="consent_withdrawn",
            user_id=user_id,
            client_id=client_id,
            action_taken="revoked",
            resource=resource,
            source=source,
        )
        await self._audit.write(
            [event],
            withdraw_consent,
            user_id,
            client_id,
            resource,
            now=now,
            deny_until=self.deny_until(now),
        )

    async def _revoke(self, grant: AuthorizationGrant, event: Event) -> None:
        now = int(self._clock())
        await self._audit.write(
            [event], revoke_grant, grant.grant_id, now=now, deny_until=self.deny_until(now)
        )
