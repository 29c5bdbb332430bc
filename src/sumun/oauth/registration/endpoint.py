"""``/oauth2/register`` (RFC 7591) and ``/oauth2/register/{client_id}`` (RFC 7592), as raw ASGI."""

import logging
import math
from typing import Final, NamedTuple

from starlette.types import Receive, Scope, Send

from sumun.answer import Answer
from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.oauth.clients import is_client_id
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import ClientGone, source_of
from sumun.oauth.registration.described import Described, read_described
from sumun.oauth.registration.information import client_information
from sumun.oauth.registration.leave import CHALLENGE, token_refused
from sumun.oauth.registration.management import Management
from sumun.oauth.registration.registrar import Registrar
from sumun.oauth.throttle import Throttle, site_of
from sumun.oauth.traces import Traces, with_reference
from sumun.storage import StorageError

REGISTRATION_PATH: Final = "/oauth2/register"

BODY_LIMIT: Final = 16 * 1024
_TOKEN_LIMIT: Final = 256
_EVERYBODY: Final = ""
_NEW: Final = ("POST",)
_KNOWN: Final = ("GET", "PUT", "DELETE")

_log = logging.getLogger("sumun.oauth")


class _Request(NamedTuple):
    """A request whose method is right.

    Attributes
    ----------
    client_id:
        The client of the path; empty where a new one is to be registered.
    token:
        The bearer token that came.

    """

    method: str
    client_id: str
    token: str | None
    source: str
    scope: Scope
    receive: Receive


class RegistrationEndpoint:
    """Takes registrations in, and lets clients look after theirs.

    Parameters
    ----------
    url:
        Where it is reached.
    errors_page:
        URL of the page that explains each error code at an anchor of its name.
    per_source, in_all:
        The brakes: on requests from one address, and on all together.

    """

    def __init__(
        self,
        registrar: Registrar,
        management: Management,
        audit: AuditLog,
        *,
        url: str,
        errors_page: str,
        traces: Traces,
        per_source: Throttle,
        in_all: Throttle,
    ) -> None:
        self._registrar = registrar
        self._management = management
        self._audit = audit
        self._url = url
        self._errors_page = errors_page
        self._traces = traces
        self._per_source = per_source
        self._in_all = in_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        client_id = scope.get("path_params", {}).get("client_id", "")
        try:
            answer = await self._answer(scope, receive, client_id)
        except ClientGone:
            return
        if answer is None:
            await _send_nothing(send)
        else:
            await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive, client_id: str) -> Answer | None:
        source = source_of(scope)
        try:
            try:
                request = _read(scope, receive, client_id, source)
                self._brake(site_of(source))
                return await self._handle(request)
            except OAuthError as refusal:
                await self._record(refusal, client_id, source)
                return self._refuse(refusal, self._trace(refusal, client_id, source))
        except (AuditUnavailable, StorageError) as error:
            _log.error("%s: %s", REGISTRATION_PATH, error)
            return self._refuse(_UNAVAILABLE)

    async def _handle(self, request: _Request) -> Answer | None:
        """Return the answer; ``None`` where there is nothing to say."""
        if not request.client_id:
            described = await _described(request)
            made = await self._registrar.register(described, request.token, request.source)
            document = client_information(made, self._configuration(made.client.client_id))
            if described.software_statement is not None:
                # RFC 7591 §3.2.1: it is returned as it came.
                document["software_statement"] = described.software_statement
            return Answer.of(201, document)
        if request.token is None:
            raise OAuthError(
                "invalid_token",
                "send the registration access token as Authorization: Bearer (RFC 7592 2)",
                headers=CHALLENGE,
            )
        if not is_client_id(request.client_id):
            raise token_refused()
        if request.method == "DELETE":
            await self._management.remove(request.client_id, request.token, request.source)
            return None
        if request.method == "PUT":
            registration = await self._management.change(
                request.client_id, request.token, await _described(request), request.source
            )
        else:
            registration = await self._management.read(request.client_id, request.token)
        url = self._configuration(registration.client.client_id)
        return Answer.of(200, client_information(registration, url))

    def _configuration(self, client_id: str) -> str:
        return f"{self._url}/{client_id}"

    def _brake(self, site: str) -> None:
        wait = math.ceil(max(self._per_source.wait(site), self._in_all.wait(_EVERYBODY)))
        if wait:
            raise OAuthError(
                "too_many_requests",
                f"too many registrations; wait {wait} s, or be known by a client ID metadata "
                "document, which needs none",
                headers=((b"retry-after", b"%d" % wait),),
            )
        self._per_source.failed(site)
        self._in_all.failed(_EVERYBODY)

    async def _record(self, refusal: OAuthError, client_id: str, source: str) -> None:
        if refusal.error == "too_many_requests":
            return  # a flood must not fill the log
        await self._audit.record(
            Event(
                event_type="client_registration_refused",
                action_taken="rejected",
                client_id=client_id if is_client_id(client_id) else None,
                reason=refusal.error,
                source=source,
            )
        )

    def _trace(self, refusal: OAuthError, client_id: str, source: str) -> str:
        """Return where the reason is found."""
        if refusal.error == "too_many_requests":
            return ""
        ref = self._traces.begin(source, client_id)
        self._traces.refused(ref, "registration", refusal)
        return ref

    def _refuse(self, refusal: OAuthError, ref: str = "") -> Answer:
        document = {
            "error": refusal.error,
            "error_description": with_reference(refusal.description, ref),
            "error_uri": f"{self._errors_page}#{refusal.error}",
        }
        return Answer.of(refusal.status, document, refusal.headers)


_UNAVAILABLE: Final = OAuthError(
    "temporarily_unavailable",
    "the server cannot record what it does, so it does nothing; try again in a moment",
    headers=((b"retry-after", b"1"),),
)


async def _send_nothing(send: Send) -> None:
    # RFC 9110 §8.6: 204 has no Content-Length.
    headers = [(b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body"})


def _read(scope: Scope, receive: Receive, client_id: str, source: str) -> _Request:
    allowed = _KNOWN if client_id else _NEW
    # RFC 9110 §9.1: what can be got can be asked for its head.
    asks_for_head = scope["method"] == "HEAD" and "GET" in allowed
    method = "GET" if asks_for_head else scope["method"]
    if method not in allowed:
        raise OAuthError(
            "invalid_request",
            f"this endpoint takes {', '.join(allowed)} (RFC 7591 3.1, RFC 7592 2)",
            status=405,
            headers=((b"allow", ", ".join(allowed).encode()),),
        )
    return _Request(method, client_id, _bearer(scope), source, scope, receive)


def _bearer(scope: Scope) -> str | None:
    """Return the token, where there is exactly one and it can be one of ours."""
    values: list[bytes] = [value for name, value in scope["headers"] if name == b"authorization"]
    if not values:
        return None
    kind, _, token = values[0].decode("latin-1").partition(" ")
    token = token.strip(" ")
    if len(values) > 1 or kind.lower() != "bearer" or not 0 < len(token) <= _TOKEN_LIMIT:
        raise OAuthError(
            "invalid_token",
            "send one Authorization header: Bearer and the token",
            headers=CHALLENGE,
        )
    return token


async def _described(request: _Request) -> Described:
    headers = request.scope["headers"]
    types = [value for name, value in headers if name == b"content-type"]
    if len(types) != 1 or types[0].partition(b";")[0].strip().lower() != b"application/json":
        raise OAuthError(
            "invalid_client_metadata", "set Content-Type to application/json (RFC 7591 3.1)"
        )
    if any(name == b"content-encoding" and value != b"identity" for name, value in headers):
        raise OAuthError("invalid_client_metadata", "send the body without Content-Encoding")
    return read_described(await _body(request.receive))


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > BODY_LIMIT:
            raise OAuthError(
                "invalid_client_metadata",
                f"the body is over {BODY_LIMIT} bytes; send less",
                status=413,
            )
    return bytes(body)
