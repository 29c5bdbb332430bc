"""``POST /oauth2/par``: a client hands in its authorization request beforehand (RFC 9126)."""

import math
from collections.abc import Callable
from typing import Final

from sumun.answer import Answer
from sumun.oauth.authorization.parameters import Parameters
from sumun.oauth.authorization.pushed import mint_request_uri, push_request
from sumun.oauth.authorization.reader import RequestReader
from sumun.oauth.client_endpoint import ClientEndpoint
from sumun.oauth.client_front import Attempt, ClientFront
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.key_binding import KeyBinding, nonce_header
from sumun.oauth.throttle import Throttle, site_of
from sumun.storage import Database

_LIFETIME: Final = 90
_CREDENTIALS: Final = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


class PushedRequestEndpoint(ClientEndpoint):
    """Judges a request as the authorization endpoint would, and keeps it for a moment.

    Parameters
    ----------
    key_binding:
        Proves the key that the code will be bound to (RFC 9449 §10.1).
    clock:
        Unix seconds.

    """

    name = "pushed_authorization_request"

    def __init__(
        self,
        front: ClientFront,
        *,
        reader: RequestReader,
        key_binding: KeyBinding,
        database: Database,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(front)
        self._reader = reader
        self._key_binding = key_binding
        self._database = database
        self._clock = clock
        # Public clients prove nothing, and each request is kept: a flood must not fill storage.
        self._per_source = Throttle(rate=2, burst=120)

    async def handle(self, request: FormRequest, attempt: Attempt) -> Answer:
        """Return the answer."""
        self._check_flood(request.source)
        client = await self._front.authenticate(request, attempt)
        if "request_uri" in request.parameters:
            raise OAuthError(
                "invalid_request", "a pushed request has no request_uri (RFC 9126 2.1)"
            )
        sent = Parameters(
            {name: value for name, value in request.parameters.items() if name not in _CREDENTIALS},
            request.resources,
        )
        parameters = await self._reader.open(client, sent)
        nonce = await self._key_binding.prove_possession(request)
        parameters = _bound(parameters, request.cnf.get("jkt", ""))
        self._reader.judge(client, parameters)
        headers = () if nonce is None else (nonce_header(nonce),)
        return await self._keep(client, parameters, headers)

    async def _keep(
        self, client: Client, parameters: Parameters, headers: tuple[tuple[bytes, bytes], ...]
    ) -> Answer:
        now = int(self._clock())
        request_uri = mint_request_uri()
        await self._database.write(
            push_request,
            request_uri,
            client.client_id,
            parameters,
            now=now,
            expires_at=now + _LIFETIME,
        )
        return Answer.of(201, {"request_uri": request_uri, "expires_in": _LIFETIME}, headers)

    def _check_flood(self, source: str) -> None:
        site = site_of(source)
        seconds = self._per_source.wait(site)
        if seconds:
            wait = math.ceil(seconds)
            raise OAuthError(
                "too_many_requests",
                f"too many requests were pushed from here; wait {wait} s",
                headers=((b"retry-after", b"%d" % wait),),
            )
        self._per_source.failed(site)


def _bound(parameters: Parameters, jkt: str) -> Parameters:
    """Add the proven key; ``dpop_jkt`` in the request must be the same (RFC 9449 §10.1)."""
    if not jkt:
        return parameters
    if parameters.get("dpop_jkt") not in {"", jkt}:
        raise OAuthError("invalid_request", "dpop_jkt is not the key of the DPoP proof")
    return parameters._replace(values={**parameters.values, "dpop_jkt": jkt})
