"""``POST /oauth2/revoke``: a client gives a token back (RFC 7009)."""

from collections.abc import Callable
from typing import Any, Final

from sumun.answer import Answer
from sumun.audit import AuditLog, Event
from sumun.keys import SigningKeyring
from sumun.keys.jws import Malformed, verify_jws
from sumun.oauth.authorization.opaque import LIMIT, digest
from sumun.oauth.authorization.refresh_tokens import PREFIX, find_refresh_token
from sumun.oauth.authorization.revoker import GrantRevoker
from sumun.oauth.client_endpoint import ClientEndpoint
from sumun.oauth.client_front import Attempt, ClientFront
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.own_tokens import OwnTokens
from sumun.oauth.revocation import revoke_token
from sumun.storage import Database

_ID_TOKEN_TYPE: Final = "JWT"  # noqa: S105 - the JWT's typ, not a password
_DONE: Final = Answer(200, b"{}")


class RevocationEndpoint(ClientEndpoint):
    """Revokes access tokens, and refresh tokens with everything of their authorization.

    ``token_type_hint`` is not needed to tell them apart, so it is not read (RFC 7009 §2.1: "An
    authorization server MAY ignore this parameter").

    Parameters
    ----------
    grants:
        Revokes what refresh tokens stand for.
    clock:
        Unix seconds.

    """

    name = "revocation"

    def __init__(
        self,
        front: ClientFront,
        *,
        tokens: OwnTokens,
        keyring: SigningKeyring,
        database: Database,
        audit: AuditLog,
        grants: GrantRevoker,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(front)
        self._tokens = tokens
        self._keyring = keyring
        self._database = database
        self._audit = audit
        self._grants = grants
        self._clock = clock

    async def handle(self, request: FormRequest, attempt: Attempt) -> Answer:
        """Return the answer."""
        client = await self._front.authenticate(request, attempt)
        token = request.parameters.get("token")
        if token is None:
            raise OAuthError("invalid_request", "token is missing (RFC 7009 2.1)")
        if token.startswith(PREFIX):
            await self._revoke_refresh(client, token, request.source)
        elif (claims := self._tokens.read(token)) is not None:
            await self._revoke_access(client, claims, request.source)
        elif self._is_id_token(token):
            raise OAuthError(
                "unsupported_token_type", "an ID token says what was so and cannot be revoked"
            )
        # RFC 7009 §2.2: an unknown token is as good as a revoked one.
        return _DONE

    async def _revoke_access(self, client: Client, claims: dict[str, Any], source: str) -> None:
        _check_owner(client, claims["client_id"])
        if not await self._tokens.is_live(claims):
            return
        event = Event(
            event_type="token_revoked",
            user_id=claims["sub"],
            client_id=client.client_id,
            action_taken="revoked",
            token_id=claims["jti"],
            source=source,
            correlation_id=claims.get("grant_id"),
        )
        await self._audit.write(
            [event],
            revoke_token,
            claims["jti"],
            expires_at=claims["exp"],
            now=int(self._clock()),
        )

    async def _revoke_refresh(self, client: Client, token: str, source: str) -> None:
        if len(token) > LIMIT:
            return
        found = await self._database.read(find_refresh_token, digest(token))
        if found is None:
            return
        _check_owner(client, found.grant.client_id)
        if found.grant.is_live(self._clock()):
            # RFC 7009 §2.1: "SHOULD also invalidate all access tokens based on the same
            # authorization grant".
            await self._grants.revoke(found.grant, reason="client", source=source)

    def _is_id_token(self, token: str) -> bool:
        try:
            verify_jws(token, self._keyring, _ID_TOKEN_TYPE)
        except Malformed:
            return False
        return True


def _check_owner(client: Client, owner: str) -> None:
    # RFC 7009 §2.1: "whether the token was issued to the client making the revocation request. If
    # this validation fails, the request is refused and the client is informed of the error".
    if owner != client.client_id:
        raise OAuthError("invalid_grant", "this token was issued to another client")
