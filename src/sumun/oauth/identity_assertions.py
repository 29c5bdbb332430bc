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

ID_JAG_TYPE: Final = "oauth-id-jag+jwt"
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
        claims = identity_assertion(
            issuer=self._issuer,
            subject=person["sub"],
            audience=audience,
            client_id=client_there,
            resource=resource,
            scope=scope,
            now=int(self._clock()),
            cnf=request.cnf,
            **{name: person.get(name) for name in _COPIED},
        )
        assertion = await self._keyring.sign(claims, ID_JAG_TYPE)
        await self._audit.record(
            Event(
                event_type="identity_assertion_issued",
                user_id=person["sub"],
                client_id=client.client_id,
                action_taken="issued",
                method=grant_type,
                token_id=claims["jti"],
                resource=resource or audience,
                scope=scope,
                source=request.source,
            )
        )
        # RFC 8693 §2.2.1: what is no access token has the type N_A.
        return Issued(
            assertion, _NO_ACCESS_TOKEN, _LIFETIME, scope, issued_token_type=ID_JAG_TOKEN_TYPE
        )


def identity_assertion(
    *,
    issuer: str,
    subject: str,
    audience: str,
    client_id: str,
    resource: str,
    scope: str,
    now: int,
    **more: Any,
) -> dict[str, Any]:
    """Return the claims of an assertion about a person, of which what is empty is left out.

    Parameters
    ----------
    audience:
        The authorization server that it is for, and no other.
    client_id:
        What the client that redeems it is called there.
    now:
        Unix seconds.

    """
    claims = {
        "iss": issuer,
        "sub": subject,
        "aud": audience,
        "client_id": client_id,
        "jti": base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode(),
        "iat": now,
        "exp": now + _LIFETIME,
        "resource": resource,
        "scope": scope,
        **more,
    }
    return {name: value for name, value in claims.items() if value}


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
