"""Access tokens: signed JWTs that leave only after their record is durable (RFC 9068)."""

import base64
import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sumun.audit import AuditLog, Event
from sumun.keys import SigningKeyring
from sumun.oauth.clients import Client

ACCESS_TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - the JWT's typ, not a password
_TOKEN_ID_BYTES: Final = 16


class Issued(NamedTuple):
    """A token and what the client must know of it."""

    access_token: str
    expires_in: int
    scope: str

    def to_response(self) -> dict[str, Any]:
        """Return the members of the answer (RFC 6749 §5.1)."""
        response: dict[str, Any] = {
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_in": self.expires_in,
        }
        if self.scope:
            response["scope"] = self.scope
        return response


class AccessTokens:
    """Issues access tokens and records each.

    Parameters
    ----------
    issuer:
        The ``iss``, byte for byte as configured.
    lifetime:
        Seconds until ``exp``.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        *,
        issuer: str,
        lifetime: int,
        keyring: SigningKeyring,
        audit: AuditLog,
        clock: Callable[[], float],
    ) -> None:
        self._issuer = issuer
        self._lifetime = lifetime
        self._keyring = keyring
        self._audit = audit
        self._clock = clock

    async def issue(
        self,
        *,
        client: Client,
        subject: str,
        audience: str,
        scope: str,
        grant_type: str,
        source: str,
    ) -> Issued:
        """Sign a token for exactly one audience, and return it once its event is committed.

        Raises
        ------
        AuditUnavailable
            If the event could not be written; the token has left nowhere then.

        """
        now = int(self._clock())
        token_id = base64.urlsafe_b64encode(os.urandom(_TOKEN_ID_BYTES)).rstrip(b"=").decode()
        claims = {
            "iss": self._issuer,
            "sub": subject,
            "aud": audience,
            "exp": now + self._lifetime,
            "iat": now,
            "jti": token_id,
            "client_id": client.client_id,
        }
        # RFC 6749 §3.3 has no empty scope: no scope is no claim.
        if scope:
            claims["scope"] = scope
        token = self._keyring.active().sign(claims, ACCESS_TOKEN_TYPE)
        await self._audit.record(
            Event(
                event_type="token_issued",
                user_id=subject,
                client_id=client.client_id,
                action_taken="issued",
                method=grant_type,
                token_id=token_id,
                resource=audience,
                scope=scope,
                source=source,
            )
        )
        return Issued(token, self._lifetime, scope)
