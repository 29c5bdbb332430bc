"""Access tokens for each principal, exchanged for our word of who they are (RFC 8693)."""

import os
from typing import Any, Final

from sumun.gateway.credentials.our_word import OurWord, owner_of, somebody
from sumun.guard import Principal
from sumun.oauth.upstream.access_token import AccessToken
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
    endpoint, scope:
        Where tokens are got, and for what.
    word:
        Says who the principal is.

    """

    kind: Final = "token_exchange"

    def __init__(self, endpoint: TokenEndpoint, scope: str, word: OurWord) -> None:
        self._endpoint = endpoint
        self._scope = scope
        self._word = word

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
        now = self._word.now()
        claims: dict[str, Any] = {
            "iss": self._word.issuer,
            "sub": principal.subject,
            "aud": audience,
            "iat": now,
            "exp": now + _LIFETIME,
            "jti": os.urandom(16).hex(),
            "client_id": self._word.client_id,
            # RFC 8693 §4.1: it is the gateway that asks, on behalf of the client that called it.
            "act": {"sub": self._word.client_id, "act": {"sub": principal.client_id}},
        }
        return await self._word.sign(claims, _TYPE)
