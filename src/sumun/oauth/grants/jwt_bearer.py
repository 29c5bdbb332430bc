"""``jwt-bearer``: a token for an assertion of somebody the operator trusts (RFC 7523 §2.1).

Two kinds are told apart by their type. An identity assertion (ID-JAG,
draft-ietf-oauth-identity-assertion-authz-grant) lets a client act for a person of an enterprise
whose identity provider agreed to it. Anything else is the identity of a workload, which acts for
itself and needs no registration (workload identity federation).
"""

import hashlib
from typing import Any, Final

from sumun.keys.algorithms import base64url
from sumun.keys.jws import Malformed, read_jws
from sumun.oauth.access_tokens import AccessTokens, Issued
from sumun.oauth.assertions import LATE, Assertion, Assertions
from sumun.oauth.authorization_details import Details, convert_details, read_details
from sumun.oauth.clients import NOBODY, WORKLOAD_PREFIX, Client, ClientMetadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.resources import Resource
from sumun.oauth.targets import Targets
from sumun.oauth.trusted_issuers import TrustedIssuers
from sumun.proof import Claims

ID_JAG_TYPE: Final = "oauth-id-jag+jwt"

_IDENTITY_LONGEST: Final = 300
_WORKLOAD_LONGEST: Final = 86_400
_SUBJECT_LIMIT: Final = 256


class JwtBearer:
    """Exchanges assertions.

    Parameters
    ----------
    claims:
        Where the identifiers of used identity assertions are. A workload's identity may be
        presented until it expires: platforms hand it out as a file.
    issuer, token_url:
        The audience of an assertion. A workload's may name either, an identity assertion the
        issuer alone.

    """

    grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    # What a public client cannot prove by a credential, the assertion says: whose it is.
    for_public_clients = True

    def __init__(
        self,
        *,
        assertions: Assertions,
        issuers: TrustedIssuers,
        claims: Claims,
        targets: Targets,
        tokens: AccessTokens,
        issuer: str,
        token_url: str,
    ) -> None:
        self._assertions = assertions
        self._issuers = issuers
        self._used = claims
        self._targets = targets
        self._tokens = tokens
        self._issuer = issuer
        self._token_url = token_url

    async def issue(self, client: Client, request: FormRequest) -> Issued:
        """Check the assertion and issue; ``NOBODY`` stands for a client that says nothing."""
        token = request.parameters.get("assertion")
        if token is None:
            raise OAuthError("invalid_request", "assertion is missing (RFC 7523 2.1)")
        try:
            is_identity = read_jws(token).header.get("typ") == ID_JAG_TYPE
            assertion = self._read(token, is_identity=is_identity)
        except Malformed as malformed:
            raise _invalid(str(malformed)) from None
        if is_identity:
            return await self._for_person(client, request, assertion)
        return await self._for_workload(client, request, assertion)

    def _read(self, token: str, *, is_identity: bool) -> Assertion:
        if is_identity:
            return self._assertions.read(token, audiences={self._issuer}, longest=_IDENTITY_LONGEST)
        return self._assertions.read(
            token,
            audiences={self._issuer, self._token_url},
            longest=_WORKLOAD_LONGEST,
            required=("iss", "sub"),
        )

    async def _for_person(
        self, client: Client, request: FormRequest, assertion: Assertion
    ) -> Issued:
        if client is NOBODY:
            raise OAuthError(
                "invalid_client", "say which client this is: client_id, and its credentials"
            )
        claims = assertion.more
        if claims.get("client_id") != client.client_id:
            raise _invalid("its client_id is not this client")
        _check_extensions(claims, request)
        if await self._issuers.vouching(assertion, "identity") is None:
            raise _invalid("its issuer is not trusted here, or did not sign it")
        agreed = _agreed_details(client, claims)
        details = read_details(client, request.parameters.get("authorization_details"))
        resource = self._resource(client, request, claims, details or agreed)
        scope = self._scope(
            client,
            resource,
            request.parameters.get("scope", ""),
            _agreed_scope(self._targets, resource, claims, agreed),
            details,
        )
        await self._use(assertion)
        return await self._tokens.issue(
            client=client,
            subject=_subject(assertion),
            audience=resource.identifier,
            scope=scope,
            grant_type=self.grant_type,
            source=request.source,
            detailed=bool(details or agreed),
            cnf=request.cnf,
        )

    async def _for_workload(
        self, client: Client, request: FormRequest, assertion: Assertion
    ) -> Issued:
        if client is not NOBODY:
            raise OAuthError(
                "invalid_request",
                "a workload is known by its assertion alone; send no client credentials with it",
            )
        entry = await self._issuers.vouching(assertion, "workload")
        if entry is None:
            raise _invalid("its issuer is not trusted here for this workload, or did not sign it")
        name = f"{WORKLOAD_PREFIX}{entry.name}"
        subject = f"{name}:{assertion.claims.sub}"
        if len(subject) > _SUBJECT_LIMIT:
            raise _invalid(f"its sub has more than {_SUBJECT_LIMIT - len(name)} characters")
        metadata = ClientMetadata(
            grant_types=(self.grant_type,),
            scope=entry.settings.scope,
            resources=tuple(entry.settings.resources),
        )
        workload = Client(client_id=name, metadata=metadata)
        details = read_details(workload, request.parameters.get("authorization_details"))
        resource = self._targets.resource(workload, request.resources, details)
        scope = self._targets.scope(
            workload, resource, request.parameters.get("scope", ""), details
        )
        return await self._tokens.issue(
            client=workload,
            subject=subject,
            audience=resource.identifier,
            scope=scope,
            grant_type=self.grant_type,
            source=request.source,
            detailed=bool(details),
            cnf=request.cnf,
        )

    def _resource(
        self, client: Client, request: FormRequest, claims: dict[str, Any], details: Details
    ) -> Resource:
        """Return the resource the identity provider agreed to, which must be one of ours."""
        named = claims.get("resource")
        if named is None:
            return self._targets.resource(client, request.resources, details)
        several = named if isinstance(named, list) else [named]
        if len(several) != 1 or not isinstance(several[0], str):
            raise _invalid("its resource is not one identifier")
        try:
            resource = self._targets.resource(client, several)
        except OAuthError:
            raise _invalid("its resource is not one of this server's for this client") from None
        if request.resources and self._targets.resource(client, request.resources) != resource:
            raise OAuthError("invalid_target", "resource is not the one of the assertion")
        return resource

    def _scope(
        self,
        client: Client,
        resource: Resource,
        requested: str,
        agreed: str | None,
        details: Details,
    ) -> str:
        """Return what the client asks for, within what the identity provider agreed to."""
        if agreed is None:
            return self._targets.scope(client, resource, requested, details)
        return self._targets.scope_within(client, resource, requested, agreed, details)

    async def _use(self, assertion: Assertion) -> None:
        claims = assertion.claims
        first = await self._used.first_use(
            "id-jag", claims.iss, claims.jti, expires_at=int(claims.exp) + LATE + 1
        )
        if not first:
            raise _invalid("it was used before; ask the identity provider for another")


def _check_extensions(claims: dict[str, Any], request: FormRequest) -> None:
    bound = claims.get("cnf")
    if bound is not None and (not isinstance(bound, dict) or bound != request.cnf):
        raise _invalid("it is bound to a key that was not shown; send a DPoP proof of that key")


def _agreed_details(client: Client, claims: dict[str, Any]) -> Details:
    if "authorization_details" not in claims:
        return ()
    try:
        return convert_details(client, claims["authorization_details"])
    except OAuthError as error:
        raise _invalid(f"its {error.description}") from None


def _agreed_scope(
    targets: Targets, resource: Resource, claims: dict[str, Any], details: Details
) -> str | None:
    """Return what the identity provider agreed to; ``None`` if it leaves that to us."""
    agreed = claims.get("scope")
    if agreed is not None and not isinstance(agreed, str):
        raise _invalid("its scope is not a text")
    if not details:
        return agreed
    try:
        return targets.offer(resource, agreed or "", details)
    except OAuthError as error:
        raise _invalid(f"its {error.description}") from None


def _subject(assertion: Assertion) -> str:
    """Return our name of somebody else's person: one for each, and nobody else's.

    RFC 9068 §5: it must not be one of a client, which is why it begins like one of a user.
    """
    claims = assertion.claims
    issuer = claims.iss.encode()
    framed = len(issuer).to_bytes(4, "big") + issuer + claims.sub.encode("utf-8", "surrogatepass")
    return f"user-{base64url(hashlib.sha256(framed).digest()[:16])}"


def _invalid(why: str) -> OAuthError:
    # RFC 7521 §4.1.1: "the authorization server MUST […] set the value of the "error" parameter
    # to "invalid_grant"".
    return OAuthError("invalid_grant", f"the assertion cannot be used: {why}")
