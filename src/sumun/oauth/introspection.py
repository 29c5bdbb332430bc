"""``POST /oauth2/introspect``: what is a token worth? (RFC 7662; signed answers: RFC 9701)."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from sumun.answer import Answer
from sumun.keys import SigningKeyring
from sumun.oauth.authorization.opaque import LIMIT, digest
from sumun.oauth.authorization.refresh_tokens import PREFIX, find_refresh_token
from sumun.oauth.client_endpoint import ClientEndpoint
from sumun.oauth.client_front import Attempt, ClientFront
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.oauth.own_tokens import OwnTokens
from sumun.storage import Database

_SIGNED: Final = "application/token-introspection+jwt"
_SIGNED_TYPE: Final = "token-introspection+jwt"
_INACTIVE: Final[dict[str, Any]] = {"active": False}
_SHOWN: Final = (
    "scope",
    "client_id",
    "exp",
    "iat",
    "nbf",
    "sub",
    "aud",
    "iss",
    "jti",
    "cnf",
    "act",
    "may_act",
    "auth_time",
    "acr",
    "authorization_details",
)

_encode = msgspec.json.Encoder().encode


class IntrospectionEndpoint(ClientEndpoint):
    """Tells a protected resource about the tokens made for it, and a client about its own.

    What a caller may not know is not active, like what does not exist: RFC 7662 §2.2 wants no
    other word about it.

    Parameters
    ----------
    issuer:
        Who signs.
    clock:
        Unix seconds.

    """

    name = "introspection"

    def __init__(
        self,
        front: ClientFront,
        *,
        issuer: str,
        tokens: OwnTokens,
        keyring: SigningKeyring,
        database: Database,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(front)
        self._issuer = issuer
        self._tokens = tokens
        self._keyring = keyring
        self._database = database
        self._clock = clock

    async def handle(self, request: FormRequest, attempt: Attempt) -> Answer:
        """Return the answer."""
        client = await self._front.authenticate(request, attempt)
        # RFC 7662 §2.1: "MUST also require some form of authorization to access this endpoint".
        if client.is_public:
            raise OAuthError(
                "invalid_client", "introspection is for clients with credentials of their own"
            )
        token = request.parameters.get("token")
        if token is None:
            raise OAuthError("invalid_request", "token is missing (RFC 7662 2.1)")
        described = await self._describe(client, token)
        if _wants_signed(request.accept):
            return await self._signed(client, described)
        return Answer.of(200, described)

    async def _describe(self, client: Client, token: str) -> dict[str, Any]:
        if token.startswith(PREFIX):
            return await self._describe_refresh(client, token)
        claims = self._tokens.read(token)
        if (
            claims is None
            or not _may_know(client, claims["client_id"], claims["aud"])
            or not await self._tokens.is_live(claims)
        ):
            return _INACTIVE
        token_type = "DPoP" if "jkt" in claims.get("cnf", {}) else "Bearer"
        shown: dict[str, Any] = {name: claims[name] for name in _SHOWN if name in claims}
        return {"active": True, "token_type": token_type, **shown}

    async def _describe_refresh(self, client: Client, token: str) -> dict[str, Any]:
        """Describe a refresh token, which only its own client has any business with."""
        if len(token) > LIMIT:
            return _INACTIVE
        found = await self._database.read(find_refresh_token, digest(token))
        now = self._clock()
        if (
            found is None
            or found.grant.client_id != client.client_id
            or found.token.used_at is not None
            or now >= found.token.expires_at
            or not found.grant.is_live(now)
        ):
            return _INACTIVE
        grant = found.grant
        described: dict[str, Any] = {
            "active": True,
            "client_id": client.client_id,
            "sub": grant.user_id,
            "scope": grant.scope,
            "iss": self._issuer,
            "iat": found.token.created_at,
            "exp": found.token.expires_at,
        }
        if grant.authorization_details:
            described["authorization_details"] = msgspec.json.decode(grant.authorization_details)
        return described

    async def _signed(self, client: Client, described: dict[str, Any]) -> Answer:
        claims = {
            "iss": self._issuer,
            "aud": client.client_id,
            "iat": int(self._clock()),
            "token_introspection": described,
        }
        token = await self._keyring.sign(claims, _SIGNED_TYPE)
        return Answer(200, token.encode("ascii"), media_type=_SIGNED.encode())


def _may_know(client: Client, owner: str, audience: str) -> bool:
    """Say whether the token is the client's own, or made for a resource it serves."""
    return owner == client.client_id or audience in client.metadata.serves


def _wants_signed(accept: str) -> bool:
    """Say whether ``Accept`` names the signed form (RFC 9701 §4), and not to refuse it."""
    for part in accept.split(",")[:16]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name == _SIGNED:
            return not any(p in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for p in parameters)
    return False
