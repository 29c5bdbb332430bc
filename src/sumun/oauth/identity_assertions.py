"""Vouching for a person at a partner's authorization server: ID-JAG, from our side.

draft-ietf-oauth-identity-assertion-authz-grant §4.3: the client shows the ID token it has of the
person, and gets an assertion for exactly one other server.
"""

import base64
import os
from collections.abc import Callable, Mapping
from typing import Any, Final

from sumun.audit import AuditLog, Event
from sumun.config import PartnerConfig
from sumun.keys import SigningKeyring
from sumun.oauth.access_tokens import Issued
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.scopes import MalformedScope, parse_scope
from sumun.policy.patterns import covers_scope, matches_any

ID_JAG_TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:id-jag"  # noqa: S105 - a name

_TYPE: Final = "oauth-id-jag+jwt"
_LIFETIME: Final = 300
_NO_ACCESS_TOKEN: Final = "N_A"  # noqa: S105 - a name
_COPIED: Final = ("auth_time", "acr", "amr")


class IdentityAssertions:
    """Makes identity assertions for the partners in the configuration.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        partners: Mapping[str, PartnerConfig],
        *,
        issuer: str,
        keyring: SigningKeyring,
        audit: AuditLog,
        clock: Callable[[], float],
    ) -> None:
        self._partners = {partner.audience: partner for partner in partners.values()}
        self._issuer = issuer
        self._keyring = keyring
        self._audit = audit
        self._clock = clock

    async def issue(
        self, client: Client, request: FormRequest, person: Mapping[str, Any], grant_type: str
    ) -> Issued:
        """Return an assertion about the person of an ID token that is the client's own.

        Raises
        ------
        OAuthError
            If the audience, the resource or the scope is not the client's there.
        AuditUnavailable
            If it could not be recorded.

        """
        audience = request.parameters.get("audience", "")
        partner = self._partners.get(audience)
        client_there = None if partner is None else partner.clients.get(client.client_id)
        if partner is None or client_there is None:
            raise OAuthError(
                "invalid_target",
                "audience is no authorization server that this client may be introduced to; "
                "ask the operator to add it to oauth.partners",
            )
        resource = _resource(partner, request)
        scope = _scope(partner, request)
        now = int(self._clock())
        token_id = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": person["sub"],
            "aud": audience,
            "client_id": client_there,
            "jti": token_id,
            "iat": now,
            "exp": now + _LIFETIME,
            "resource": resource,
            "scope": scope,
            "cnf": request.cnf,
            **{name: person.get(name) for name in _COPIED},
        }
        said = {name: value for name, value in claims.items() if value}
        assertion = await self._keyring.sign(said, _TYPE)
        await self._audit.record(
            Event(
                event_type="identity_assertion_issued",
                user_id=person["sub"],
                client_id=client.client_id,
                action_taken="issued",
                method=grant_type,
                token_id=token_id,
                resource=resource or audience,
                scope=scope,
                source=request.source,
            )
        )
        # RFC 8693 §2.2.1: what is no access token has the type N_A.
        return Issued(
            assertion, _LIFETIME, scope, _NO_ACCESS_TOKEN, issued_token_type=ID_JAG_TOKEN_TYPE
        )


def _resource(partner: PartnerConfig, request: FormRequest) -> str:
    if not request.resources:
        return ""
    if len(request.resources) > 1 or not matches_any(partner.resources, request.resources[0]):
        raise OAuthError("invalid_target", "resource is not one of that authorization server's")
    return request.resources[0]


def _scope(partner: PartnerConfig, request: FormRequest) -> str:
    try:
        wanted = parse_scope(request.parameters.get("scope", ""))
    except MalformedScope as error:
        raise OAuthError("invalid_scope", str(error)) from None
    allowed = partner.scope.split()
    foreign = [each for each in wanted if not any(covers_scope(have, each) for have in allowed)]
    if foreign:
        raise OAuthError("invalid_scope", f"not to be asked for there: {' '.join(foreign)}")
    return " ".join(wanted)
