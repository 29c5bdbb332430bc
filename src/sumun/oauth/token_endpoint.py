"""``POST /oauth2/token`` (RFC 6749 §3.2), as raw ASGI."""

import logging
import math
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.types import Receive, Scope, Send

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.oauth.answer import Answer
from sumun.oauth.client_authentication import ClientAuthenticator
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import ClientGone, FormRequest, read_form, source_of
from sumun.oauth.grants import Grant
from sumun.oauth.throttle import Throttle
from sumun.proof import ClientCertificates
from sumun.storage import StorageError

_log = logging.getLogger("sumun.oauth")

_IPV6_SITE: Final = 64


class _Attempt:
    """What is known of a request so far: enough to record its refusal."""

    __slots__ = ("client_id", "grant_type", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.client_id: str | None = None
        self.grant_type: str | None = None


class TokenEndpoint:
    """Reads a request, has it checked step by step, and answers with a token or the refusal.

    Parameters
    ----------
    errors_page:
        URL of the page that explains each error code at an anchor of its name.
    per_client, per_source:
        The brakes on guessing: by client and address, and by address alone.

    """

    def __init__(
        self,
        *,
        authenticator: ClientAuthenticator,
        grants: Sequence[Grant],
        audit: AuditLog,
        certificates: ClientCertificates,
        errors_page: str,
        per_client: Throttle,
        per_source: Throttle,
    ) -> None:
        self._authenticator = authenticator
        self._grants = {grant.grant_type: grant for grant in grants}
        self._audit = audit
        self._certificates = certificates
        self._errors_page = errors_page
        self._per_client = per_client
        self._per_source = per_source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        attempt = _Attempt(source_of(scope))
        try:
            answer = await self._answer(scope, receive, attempt)
        except ClientGone:
            return
        await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive, attempt: _Attempt) -> Answer:
        try:
            try:
                self._check_brake(self._per_source, _site(attempt.source))
                request = await read_form(scope, receive, self._certificates)
                return await self._issue(request, attempt)
            except OAuthError as refusal:
                await self._record_refusal(refusal, attempt)
                return self._refuse(refusal)
        except (AuditUnavailable, StorageError) as error:
            _log.error("token endpoint: %s", error)
            return self._refuse(_UNAVAILABLE)

    async def _issue(self, request: FormRequest, attempt: _Attempt) -> Answer:
        grant = self._choose_grant(request, attempt)
        claimed = self._authenticator.identify(request)
        attempt.client_id = claimed.client_id
        self._check_brake(self._per_client, _pair(attempt))
        client = await self._authenticator.authenticate(request, claimed)
        self._check_grant(grant, client)
        issued = await grant.issue(client, request)
        return Answer.of(200, issued.to_response())

    def _choose_grant(self, request: FormRequest, attempt: _Attempt) -> Grant:
        grant_type = request.parameters.get("grant_type")
        if not grant_type:
            raise OAuthError(
                "invalid_request",
                f"grant_type is missing; send one of: {' '.join(self._grants)}",
            )
        grant = self._grants.get(grant_type)
        if grant is None:
            raise OAuthError(
                "unsupported_grant_type",
                f"this server knows the grants: {' '.join(self._grants)}",
            )
        attempt.grant_type = grant_type
        return grant

    @staticmethod
    def _check_grant(grant: Grant, client: Client) -> None:
        if client.is_public and not grant.for_public_clients:
            raise OAuthError(
                "unauthorized_client",
                f"{grant.grant_type} is for clients with credentials of their own (RFC 6749 4.4)",
            )
        if grant.grant_type not in client.metadata.grant_types:
            raise OAuthError(
                "unauthorized_client",
                f"this client is not registered for {grant.grant_type}; "
                f"it may use: {' '.join(client.metadata.grant_types) or 'none'}",
            )

    @staticmethod
    def _check_brake(throttle: Throttle, key: str) -> None:
        seconds = throttle.wait(key)
        if seconds:
            wait = math.ceil(seconds)
            raise OAuthError(
                "too_many_requests",
                f"too many failed attempts; wait {wait} s, then try with mended credentials",
                headers=((b"retry-after", b"%d" % wait),),
            )

    async def _record_refusal(self, refusal: OAuthError, attempt: _Attempt) -> None:
        if refusal.error == "too_many_requests":
            return  # what led to it is recorded; a flood must not fill the log
        braked = self._per_source.failed(_site(attempt.source))
        if refusal.error == "invalid_client" and attempt.client_id is not None:
            braked |= self._per_client.failed(_pair(attempt))
        await self._audit.record(
            Event(
                event_type="token_refused",
                client_id=attempt.client_id,
                action_taken="rejected",
                method=attempt.grant_type,
                reason=refusal.error,
                source=attempt.source,
                detail={"braked": True} if braked else None,
            )
        )

    def _refuse(self, refusal: OAuthError) -> Answer:
        document = {
            "error": refusal.error,
            "error_description": refusal.description,
            "error_uri": f"{self._errors_page}#{refusal.error}",
        }
        return Answer.of(refusal.status, document, refusal.headers)


_UNAVAILABLE: Final = OAuthError(
    "temporarily_unavailable",
    "the server cannot record what it does, so it does nothing; try again in a moment",
    headers=((b"retry-after", b"1"),),
)


def _pair(attempt: _Attempt) -> str:
    return f"{attempt.client_id}\0{_site(attempt.source)}"


@lru_cache(maxsize=1024)
def _site(source: str) -> str:
    """Return what one party controls: an IPv4 address, or the /64 of an IPv6 address."""
    if ":" not in source:
        return source
    try:
        address = ip_address(source)
    except ValueError:
        return source
    return str(ip_network((address, _IPV6_SITE), strict=False).network_address)
