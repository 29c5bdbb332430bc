"""``POST /oauth2/token`` (RFC 6749 §3.2)."""

from collections.abc import Callable, Sequence
from typing import Final

from sumun.answer import Answer
from sumun.oauth.client_authentication import names_client
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.client_endpoint import ClientEndpoint
from sumun.oauth.client_front import Attempt, ClientFront
from sumun.oauth.clients import NOBODY, Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.grants import Grant
from sumun.oauth.grants.jwt_bearer import JwtBearer
from sumun.oauth.key_binding import KeyBinding, nonce_header

_WITHOUT_CLIENT: Final = frozenset({JwtBearer.grant_type})
"""Grants that may come from nobody the server knows: the assertion says it all (RFC 7521 §4.1)."""


class TokenEndpoint(ClientEndpoint):
    """Reads a request, has it checked step by step, and answers with a token or the refusal.

    Parameters
    ----------
    clients:
        Is told who had a token.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        front: ClientFront,
        grants: Sequence[Grant],
        *,
        clients: ClientDirectory,
        key_binding: KeyBinding,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(front)
        self._clients = clients
        self._key_binding = key_binding
        self._clock = clock
        self._grants = {grant.grant_type: grant for grant in grants}

    async def handle(self, request: FormRequest, attempt: Attempt) -> Answer:
        """Return the answer."""
        grant = self._choose_grant(request, attempt)
        if grant.grant_type in _WITHOUT_CLIENT and not names_client(request):
            client = NOBODY
        else:
            client = await self._front.authenticate(request, attempt)
            self._check_grant(grant, client)
        nonce = await self._key_binding.prove(client, request)
        issued = await grant.issue(client, request)
        await self._clients.note_use(client, now=int(self._clock()))
        headers = () if nonce is None else (nonce_header(nonce),)
        return Answer.of(200, issued, headers)

    def _choose_grant(self, request: FormRequest, attempt: Attempt) -> Grant:
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
        attempt.method = grant_type
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
