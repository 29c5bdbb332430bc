"""The gateway's own access tokens, by the client credentials grant (RFC 6749 §4.4)."""

from typing import Final

from sumun.guard import Principal
from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.token_endpoint import TokenEndpoint
from sumun.proof.prover import Prover


class ClientCredentials:
    """One token for everybody who calls.

    Parameters
    ----------
    scope:
        What to ask for; empty for what the authorization server gives.

    """

    kind: Final = "client_credentials"

    def __init__(self, endpoint: TokenEndpoint, scope: str) -> None:
        self._endpoint = endpoint
        self._scope = scope

    def owner(self, principal: Principal | None) -> str:  # noqa: ARG002 - the gateway's own
        """Return that it is nobody's but the gateway's."""
        return ""

    async def obtain(
        self,
        principal: Principal | None,  # noqa: ARG002 - the gateway's own
        prover: Prover | None,
    ) -> AccessToken:
        """Get a new token."""
        return await self._endpoint.ask(
            {
                "grant_type": "client_credentials",
                "scope": self._scope,
                "resource": await self._endpoint.discovery.resource(),
            },
            prover,
        )
