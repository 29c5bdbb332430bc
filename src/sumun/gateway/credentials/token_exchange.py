"""Access tokens for each principal, exchanged for our word of who they are (RFC 8693)."""

import os
from collections.abc import Callable
from typing import Any, Final

from sumun.guard import Principal
from sumun.keys import SignerUnavailable
from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.authentication import Sign
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.token_endpoint import TokenEndpoint
from sumun.proof.prover import Prover

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT_TYPE: Final = "urn:ietf:params:oauth:token-type:jwt"
ACCESS_TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name

_LIFETIME: Final = 60
_TYPE: Final = "JWT"


class TokenExchange:
    """Shows a token made for this one exchange; what the caller came with stays here.

    Parameters
    ----------
    issuer:
        Who we are.
    client_id:
        What the authorization server calls the gateway.
    sign:
        Signs for the issuer.
    clock:
        Unix seconds.

    """

    kind: Final = "token_exchange"

    def __init__(
        self,
        endpoint: TokenEndpoint,
        scope: str,
        *,
        issuer: str,
        client_id: str,
        sign: Sign,
        clock: Callable[[], float],
    ) -> None:
        self._endpoint = endpoint
        self._scope = scope
        self._issuer = issuer
        self._client_id = client_id
        self._sign = sign
        self._clock = clock

    def owner(self, principal: Principal | None) -> str:
        """Return whom the token is about, and who acts for them."""
        return owner_of(principal)

    async def obtain(self, principal: Principal | None, prover: Prover | None) -> AccessToken:
        """Get a new token."""
        principal = somebody(principal)
        server = await self._endpoint.discovery.server()
        return await self._endpoint.ask(
            {
                "grant_type": GRANT_TYPE,
                "subject_token": await self._subject_token(principal, server.issuer),
                "subject_token_type": JWT_TYPE,
                "requested_token_type": ACCESS_TOKEN_TYPE,
                "scope": self._scope,
                "resource": await self._endpoint.discovery.resource(),
            },
            prover,
        )

    async def _subject_token(self, principal: Principal, audience: str) -> str:
        now = int(self._clock())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": principal.subject,
            "aud": audience,
            "iat": now,
            "exp": now + _LIFETIME,
            "jti": os.urandom(16).hex(),
            "client_id": self._client_id,
            # RFC 8693 §4.1: it is the gateway that asks, on behalf of the client that called it.
            "act": {"sub": self._client_id, "act": {"sub": principal.client_id}},
        }
        try:
            return await self._sign(claims, _TYPE)
        except SignerUnavailable:
            raise TokenRefused("unreachable", "our own signing key cannot be reached") from None


def owner_of(principal: Principal | None) -> str:
    """Return one text for each who gets a token of their own."""
    if principal is None:
        return ""
    return f"{principal.tenant}\0{principal.subject}\0{principal.client_id}"


def somebody(principal: Principal | None) -> Principal:
    """Return the principal.

    Raises
    ------
    TokenRefused
        If it is the gateway itself that asks: there is nobody to give our word for.

    """
    if principal is None:
        raise TokenRefused("refused", "the gateway itself has no token there")
    return principal
