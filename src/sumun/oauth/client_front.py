"""What every endpoint that clients call has in common: reading, brakes, credentials, refusals."""

import logging
import math
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import Receive, Scope

from sumun.answer import Answer
from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.keys import SignerUnavailable
from sumun.oauth.client_authentication import ClientAuthenticator
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest, read_form, source_of
from sumun.oauth.throttle import Throttle, site_of
from sumun.oauth.traces import Traces, with_reference
from sumun.proof import ClientCertificates
from sumun.storage import StorageError

_log = logging.getLogger("sumun.oauth")


class Attempt:
    """What is known of a request so far: enough to record its refusal.

    Attributes
    ----------
    method:
        What is asked for: the grant, or the endpoint's name.

    """

    __slots__ = ("client_id", "method", "source")

    def __init__(self, source: str, method: str | None) -> None:
        self.source = source
        self.client_id: str | None = None
        self.method = method


Handle = Callable[[FormRequest, Attempt], Awaitable[Answer]]


class ClientFront:
    """Stands before the endpoints that take a form and a client's credentials (RFC 6749 §3.2).

    Failures are counted together, whichever endpoint they were at: guessing at one is guessing
    at all.

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
        audit: AuditLog,
        certificates: ClientCertificates,
        errors_page: str,
        traces: Traces,
        per_client: Throttle,
        per_source: Throttle,
    ) -> None:
        self._authenticator = authenticator
        self._audit = audit
        self._certificates = certificates
        self._errors_page = errors_page
        self._traces = traces
        self._per_client = per_client
        self._per_source = per_source

    async def answer(
        self, scope: Scope, receive: Receive, handle: Handle, name: str | None = None
    ) -> Answer:
        """Read one request, have it handled, and return the answer or the refusal.

        ``name`` is what a refusal is recorded as, unless the handler knows better.

        Raises
        ------
        ClientGone
            If the client does not wait for it.

        """
        attempt = Attempt(source_of(scope), name)
        try:
            try:
                self._check_brake(self._per_source, site_of(attempt.source))
                request = await read_form(scope, receive, self._certificates)
                return await handle(request, attempt)
            except OAuthError as refusal:
                await self._record_refusal(refusal, attempt)
                return self._refuse(refusal, await self._trace(refusal, attempt))
        except (AuditUnavailable, SignerUnavailable, StorageError) as error:
            _log.error("%s: %s", scope["path"], error)
            return self._refuse(_UNAVAILABLE)

    def authenticate(self, request: FormRequest, attempt: Attempt) -> Awaitable[Client]:
        """Return the client the request comes from.

        Raises
        ------
        OAuthError
            If it does not prove who it is, or has failed too often.
        StorageUnavailable
            If that cannot be known.

        """
        claimed = self._authenticator.identify(request)
        attempt.client_id = claimed.client_id
        self._check_brake(self._per_client, _pair(attempt))
        return self._authenticator.authenticate(request, claimed)

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

    async def _record_refusal(self, refusal: OAuthError, attempt: Attempt) -> None:
        if refusal.error in _NOT_RECORDED:
            return
        braked = self._per_source.failed(site_of(attempt.source))
        if refusal.error == "invalid_client" and attempt.client_id is not None:
            braked |= self._per_client.failed(_pair(attempt))
        await self._audit.record(
            Event(
                event_type="token_refused",
                client_id=attempt.client_id,
                action_taken="rejected",
                method=attempt.method,
                reason=refusal.error,
                source=attempt.source,
                detail={"braked": True} if braked else None,
            )
        )

    async def _trace(self, refusal: OAuthError, attempt: Attempt) -> str:
        """Return where the reason is found."""
        if refusal.error in _NOT_RECORDED:
            return ""
        return await self._traces.token_refused(refusal, attempt.source, attempt.client_id)

    def _refuse(self, refusal: OAuthError, ref: str = "") -> Answer:
        document = {
            "error": refusal.error,
            "error_description": with_reference(refusal.description, ref),
            "error_uri": f"{self._errors_page}#{refusal.error}",
        }
        return Answer.of(refusal.status, document, refusal.headers)


# What led to the brake is recorded, and a flood must not fill the log; asking for a nonce is a
# step of the protocol (RFC 9449 §8), and so is waiting for a person (RFC 8628 §3.5).
_NOT_RECORDED: Final = frozenset(
    {"too_many_requests", "use_dpop_nonce", "authorization_pending", "slow_down"}
)

_UNAVAILABLE: Final = OAuthError(
    "temporarily_unavailable",
    "the server cannot record what it does, so it does nothing; try again in a moment",
    headers=((b"retry-after", b"1"),),
)


def _pair(attempt: Attempt) -> str:
    return f"{attempt.client_id}\0{site_of(attempt.source)}"
