"""``token-exchange``: a token for another token (RFC 8693).

A client may have less of a token of its own. The server of a resource may have, for a token that
was made for it, one for the next resource: the person stays the subject, and ``act`` says who acts.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sumun.oauth.access_tokens import AccessTokens, Issued
from sumun.oauth.authorization_details import read_details, refused
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.identity_assertions import ID_JAG_TOKEN_TYPE, IdentityAssertions
from sumun.oauth.openid.id_token import IdTokens
from sumun.oauth.own_tokens import OwnTokens
from sumun.oauth.resources import Resource
from sumun.oauth.targets import Targets

ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name
ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"

_CHAIN: Final = 4
"""Actors one after the other that a token may name."""


class TokenExchange:
    """Exchanges access tokens of ours, and ID tokens for identity assertions."""

    grant_type = "urn:ietf:params:oauth:grant-type:token-exchange"
    # Who acts for somebody else must be somebody (ext-auth, enterprise-managed authorization 7.7).
    for_public_clients = False

    def __init__(
        self,
        *,
        own_tokens: OwnTokens,
        id_tokens: IdTokens,
        identity_assertions: IdentityAssertions,
        targets: Targets,
        tokens: AccessTokens,
    ) -> None:
        self._own_tokens = own_tokens
        self._id_tokens = id_tokens
        self._identity_assertions = identity_assertions
        self._targets = targets
        self._tokens = tokens

    async def issue(self, client: Client, request: FormRequest) -> Issued:
        """Check what is exchanged for what, and issue."""
        parameters = request.parameters
        for name in ("subject_token", "subject_token_type"):
            if name not in parameters:
                raise OAuthError("invalid_request", f"{name} is missing (RFC 8693 2.1)")
        wanted = parameters.get("requested_token_type", ACCESS_TOKEN)
        given = parameters["subject_token_type"]
        if wanted == ID_JAG_TOKEN_TYPE:
            return await self._identity_assertion(client, request)
        if wanted not in {ACCESS_TOKEN, JWT}:
            raise OAuthError(
                "invalid_request",
                f"requested_token_type must be {ACCESS_TOKEN}, or {ID_JAG_TOKEN_TYPE}",
            )
        if given not in {ACCESS_TOKEN, JWT}:
            raise OAuthError("invalid_request", f"subject_token_type must be {ACCESS_TOKEN}")
        return await self._access_token(client, request)

    async def _access_token(self, client: Client, request: FormRequest) -> Issued:
        subject = await self._live(request.parameters["subject_token"], "subject_token")
        is_own = subject["client_id"] == client.client_id
        self._check_holder(client, request, subject, is_own=is_own)
        act = await self._actor(client, request, subject, is_own=is_own)
        resource = self._resource(client, request, subject["aud"])
        details = read_details(client, request.parameters.get("authorization_details"))
        scope = self._targets.scope_within(
            client, resource, request.parameters.get("scope", ""), subject.get("scope", ""), details
        )
        issued = await self._tokens.issue(
            client=client,
            subject=subject["sub"],
            audience=resource.identifier,
            scope=scope,
            grant_type=self.grant_type,
            source=request.source,
            until=subject["exp"],
            detailed=bool(details) or "authorization_details" in subject,
            grant_id=subject.get("grant_id", ""),
            auth_time=subject.get("auth_time", 0),
            acr=subject.get("acr", ""),
            cnf=request.cnf,
            act=act,
        )
        return msgspec.structs.replace(issued, issued_token_type=ACCESS_TOKEN)

    async def _live(self, token: str, name: str) -> Mapping[str, Any]:
        claims = self._own_tokens.read(token)
        if claims is None or not await self._own_tokens.is_live(claims):
            # RFC 8693 §2.2.2: "If the request itself is not valid or if either the subject_token
            # or actor_token are invalid for any reason […] invalid_request".
            raise OAuthError(
                "invalid_request",
                f"{name} is no access token of this server, or has expired, or was revoked",
            )
        return claims

    @staticmethod
    def _check_holder(
        client: Client, request: FormRequest, subject: Mapping[str, Any], *, is_own: bool
    ) -> None:
        if not is_own and subject["aud"] not in client.metadata.serves:
            raise OAuthError(
                "invalid_request",
                "subject_token is neither this client's own, nor made for a resource it serves",
            )
        bound = subject.get("cnf")
        # Its client has shown the key at the resource; who has a token of its own shows it here.
        if is_own and bound and bound != request.cnf:
            raise OAuthError(
                "invalid_request", "subject_token is bound to a key that was not shown"
            )

    async def _actor(
        self, client: Client, request: FormRequest, subject: Mapping[str, Any], *, is_own: bool
    ) -> dict[str, Any]:
        """Return ``act`` (RFC 8693 §4.1): who acts now, and who did before."""
        before = subject.get("act")
        may_act = subject.get("may_act")
        named = None if may_act is None else may_act.get("sub")
        actor = await self._actor_of_token(client, request)
        if actor is None:
            if is_own:
                return before or {}
            actor = client.client_id
            if may_act is not None and named != actor:
                raise OAuthError(
                    "invalid_request",
                    "subject_token says who may act (may_act); send actor_token of that one",
                )
        elif named != actor:
            raise OAuthError(
                "invalid_request",
                "subject_token does not say that the subject of actor_token may act (may_act)",
            )
        act = {"sub": actor, **({"act": before} if before else {})}
        if _depth(act) > _CHAIN:
            raise OAuthError("invalid_request", f"more than {_CHAIN} would act one for the other")
        return act

    async def _actor_of_token(self, client: Client, request: FormRequest) -> str | None:
        token = request.parameters.get("actor_token")
        kind = request.parameters.get("actor_token_type")
        if token is None and kind is None:
            return None
        if token is None or kind not in {ACCESS_TOKEN, JWT}:
            raise OAuthError(
                "invalid_request", f"send actor_token with actor_token_type {ACCESS_TOKEN}"
            )
        claims = await self._live(token, "actor_token")
        if claims["client_id"] != client.client_id:
            raise OAuthError("invalid_request", "actor_token was issued to another client")
        actor: str = claims["sub"]
        return actor

    def _resource(self, client: Client, request: FormRequest, audience: str) -> Resource:
        """Return the target: by default where the token is for already."""
        named = [*request.resources]
        if "audience" in request.parameters:
            named.append(request.parameters["audience"])
        named = list(dict.fromkeys(named))
        if not named or named == [audience]:
            return self._targets.known(audience)
        resource = self._targets.resource(client, named)
        # Anywhere else is the operator's to allow: by default a client may have tokens of its own
        # for every resource, but not other people's.
        if resource.identifier not in {audience, *client.metadata.resources}:
            raise OAuthError(
                "invalid_target",
                "this client may not take tokens there; ask the operator to add the resource",
            )
        return resource

    async def _identity_assertion(self, client: Client, request: FormRequest) -> Issued:
        if request.parameters["subject_token_type"] != ID_TOKEN:
            raise OAuthError("invalid_request", f"subject_token_type must be {ID_TOKEN}")
        if "actor_token" in request.parameters:
            raise OAuthError("invalid_request", "an identity assertion names no actor")
        if "authorization_details" in request.parameters:
            raise refused("an identity assertion is for another server, and carries scopes alone")
        person = self._id_tokens.read_live(request.parameters["subject_token"])
        if person is None or person["aud"] != client.client_id:
            raise OAuthError(
                "invalid_request",
                "subject_token is no ID token of this server for this client, or has expired",
            )
        return await self._identity_assertions.issue(client, request, person, self.grant_type)


def _depth(act: Mapping[str, Any] | None) -> int:
    return 0 if not act else 1 + _depth(act.get("act"))
