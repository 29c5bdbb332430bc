"""Access tokens: signed JWTs that leave only after their record is durable (RFC 9068)."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Required, TypedDict, Unpack

import msgspec

from sumun.audit import AuditLog, Event
from sumun.keys import SigningKeyring
from sumun.keys.algorithms import Alg
from sumun.oauth.authorization_details import describe
from sumun.oauth.clients import Client
from sumun.oauth.scopes import shows_data

ACCESS_TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - the JWT's typ, not a password
_TOKEN_ID_BYTES: Final = 16


class Issued(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer (RFC 6749 §5.1); members that are empty are not said."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str = ""
    refresh_token: str = ""
    id_token: str = ""
    issued_token_type: str = ""
    authorization_details: Sequence[Mapping[str, Any]] = ()

    def to_response(self) -> dict[str, Any]:
        """Return the members of the answer."""
        response: dict[str, Any] = msgspec.to_builtins(self)
        return response


Prepared = tuple[Issued, Event]
"""A signed token that must not leave before its event is durable."""


class MoreClaims(TypedDict, total=False):
    """Claims that only some tokens have; an empty one is left out.

    ``grant_id`` is the authorization the token descends from and dies with; ``auth_time``,
    ``acr`` and ``amr`` say how the person had signed in (RFC 9068 §2.2.1); ``cnf`` is the key it
    is bound to (RFC 7800), and ``act`` who acts for the subject (RFC 8693 §4.1).
    """

    grant_id: str
    auth_time: int
    acr: str
    amr: list[str]
    cnf: dict[str, str]
    act: dict[str, Any]


class TokenRequest(MoreClaims, total=False):
    """What a token is to say.

    It has exactly one audience. It expires at ``until`` (Unix seconds) if that is sooner than
    usual. Where it is ``detailed``, ``authorization_details`` say what its scope says (RFC 9396
    §7, §9.1).
    """

    client: Required[Client]
    subject: Required[str]
    audience: Required[str]
    scope: Required[str]
    grant_type: Required[str]
    source: Required[str]
    until: int | None
    detailed: bool


class AccessTokens:
    """Issues access tokens and records each.

    Parameters
    ----------
    issuer:
        The ``iss``, byte for byte as configured.
    lifetime:
        Seconds until ``exp``.
    data_lifetime:
        The same for tokens that let personal data be seen as it is, if that is less.
    clock:
        Unix seconds.
    signing_algs:
        How tokens are signed, by audience, where that is not the keyring's first algorithm.

    """

    def __init__(
        self,
        *,
        issuer: str,
        lifetime: int,
        data_lifetime: int,
        keyring: SigningKeyring,
        audit: AuditLog,
        clock: Callable[[], float],
        signing_algs: Mapping[str, Alg] | None = None,
    ) -> None:
        self._issuer = issuer
        self._lifetime = lifetime
        self._data_lifetime = min(lifetime, data_lifetime)
        self._keyring = keyring
        self._audit = audit
        self._clock = clock
        self._signing_algs = signing_algs or {}

    async def issue(self, **request: Unpack[TokenRequest]) -> Issued:
        """Sign a token and return it once its event is committed.

        Raises
        ------
        AuditUnavailable
            If the event could not be written; the token has left nowhere then.
        SignerUnavailable
            As :meth:`prepare`.

        """
        issued, event = await self.prepare(**request)
        await self._audit.record(event)
        return issued

    async def prepare(
        self,
        *,
        client: Client,
        subject: str,
        audience: str,
        scope: str,
        grant_type: str,
        source: str,
        until: int | None = None,
        detailed: bool = False,
        **more: Unpack[MoreClaims],
    ) -> Prepared:
        """Sign a token, for a caller that writes its event together with a change of its own.

        Raises
        ------
        SignerUnavailable
            If the key is held elsewhere, and what holds it does not answer.

        """
        now = int(self._clock())
        lifetime = self._data_lifetime if shows_data(scope) else self._lifetime
        if until is not None:
            lifetime = min(lifetime, until - now)
        token_id = os.urandom(_TOKEN_ID_BYTES).hex()
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": subject,
            "aud": audience,
            "exp": now + lifetime,
            "iat": now,
            "jti": token_id,
            "client_id": client.client_id,
        }
        # RFC 6749 §3.3 has no empty scope: no scope is no claim.
        if scope:
            claims["scope"] = scope
        if client.metadata.may_act:
            claims["may_act"] = {"sub": client.metadata.may_act}
        details = describe(audience, scope) if detailed else ()
        if details:
            claims["authorization_details"] = details
        if more:
            claims |= {name: value for name, value in more.items() if value}
        token = await self._keyring.sign(
            claims, ACCESS_TOKEN_TYPE, self._signing_algs.get(audience)
        )
        event = Event(
            event_type="token_issued",
            user_id=subject,
            client_id=client.client_id,
            action_taken="issued",
            method=grant_type,
            token_id=token_id,
            resource=audience,
            scope=scope,
            source=source,
            correlation_id=more.get("grant_id") or None,
        )
        # RFC 9449 §5: only a token bound to a proof key is of this type.
        token_type = "DPoP" if "jkt" in more.get("cnf", {}) else "Bearer"
        issued = Issued(token, token_type, lifetime, scope, authorization_details=details or ())
        return issued, event
