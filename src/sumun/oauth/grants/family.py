"""Tokens that descend from what a person granted: the part that codes and refreshing share."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from sumun.config import OAuthConfig
from sumun.oauth.access_tokens import AccessTokens, Prepared
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.grants import AuthorizationGrant
from sumun.oauth.authorization.refresh_tokens import PREFIX, NewRefreshToken
from sumun.oauth.authorization_details import read_details
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.resources import ResourceRegistry
from sumun.oauth.scopes import shows_data, without_data
from sumun.oauth.targets import Targets


class IdTokens(Protocol):
    """Makes ID tokens for grants whose scope has ``openid`` (OIDC Core §2)."""

    async def issue(
        self, client: Client, grant: AuthorizationGrant, *, nonce: str, access_token: str
    ) -> str:
        """Return a signed ID token."""


class FamilyTokens:
    """Makes access tokens and refresh tokens of a grant.

    Parameters
    ----------
    data_lifetime:
        Seconds for which what was granted lets personal data be seen as it is.
    id_tokens:
        Adds an ID token where ``openid`` was granted; without it none is.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        settings: OAuthConfig,
        *,
        tokens: AccessTokens,
        resources: ResourceRegistry,
        targets: Targets,
        clock: Callable[[], float],
        data_lifetime: int,
        id_tokens: IdTokens | None = None,
    ) -> None:
        self._settings = settings
        self._data_lifetime = data_lifetime
        self._tokens = tokens
        self._resources = resources
        self._targets = targets
        self._clock = clock
        self._id_tokens = id_tokens

    def check_resource(self, grant: AuthorizationGrant, request: FormRequest) -> None:
        """Refuse a ``resource`` that was not granted (RFC 8707 §2.2).

        Raises
        ------
        OAuthError
            ``invalid_target``.

        """
        for name in request.resources:
            resource = self._resources.find(name)
            if resource is None or resource.identifier != grant.resource:
                raise OAuthError(
                    "invalid_target",
                    "this resource was not granted; send the one of the authorization request, "
                    "or none (RFC 8707 2.2)",
                )

    async def prepare(
        self,
        client: Client,
        grant: AuthorizationGrant,
        scope: str,
        request: FormRequest,
        grant_type: str,
        *,
        nonce: str = "",
    ) -> Prepared:
        """Sign an access token of the grant, and an ID token where there is one to be had.

        They must not leave before their event is written. ``authorization_details`` in the request
        make the access token one for less; the grant stays as it is (RFC 9396 §6.1).

        Raises
        ------
        OAuthError
            ``invalid_authorization_details``, or ``invalid_scope`` if only data is asked for and
            the time for it is over.

        """
        details = read_details(client, request.parameters.get("authorization_details"))
        if details:
            scope = self._targets.narrow(grant.scope, scope, grant.resource, details)
        data_until = grant.created_at + self._data_lifetime
        with_data = shows_data(scope)
        if with_data and self._clock() >= data_until:
            scope, with_data = _without_data(scope), False
        issued, event = await self._tokens.prepare(
            client=client,
            subject=grant.user_id,
            audience=grant.resource,
            scope=scope,
            grant_type=grant_type,
            source=request.source,
            until=data_until if with_data else None,
            grant_id=grant.grant_id,
            auth_time=grant.auth_time,
            acr=grant.acr,
            amr=list(grant.amr),
            cnf=request.cnf,
            detailed=bool(details or grant.authorization_details),
        )
        if self._id_tokens is None or "openid" not in scope.split():
            return issued, event
        id_token = await self._id_tokens.issue(
            client, grant, nonce=nonce, access_token=issued.access_token
        )
        return msgspec.structs.replace(issued, id_token=id_token), event

    def first_refresh_token(
        self, client: Client, grant: AuthorizationGrant, request: FormRequest
    ) -> tuple[str, NewRefreshToken | None]:
        """Return a refresh token and what is kept of it; nothing for clients not registered so."""
        if "refresh_token" not in client.metadata.grant_types:
            return "", None
        return self.new_refresh_token(
            grant,
            # RFC 9449 §5: a public client proves with its key that the token is its own.
            request.cnf.get("jkt", "") if client.is_public else "",
        )

    def new_refresh_token(
        self, grant: AuthorizationGrant, dpop_jkt: str
    ) -> tuple[str, NewRefreshToken]:
        """Return a refresh token and what is kept of it."""
        now = int(self._clock())
        token = opaque.mint(PREFIX)
        return token, NewRefreshToken(
            token_hash=opaque.digest(token),
            grant_id=grant.grant_id,
            created_at=now,
            expires_at=min(now + self._settings.refresh_token_ttl, grant.expires_at),
            dpop_jkt=dpop_jkt,
        )


def _without_data(scope: str) -> str:
    left = without_data(scope)
    if not left:
        raise OAuthError(
            "invalid_scope",
            "the time for which a person let data be seen is over; ask them again at the "
            "authorization endpoint",
        )
    return left
