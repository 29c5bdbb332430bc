"""Access tokens for each person, by our assertion of who they are (ID-JAG).

draft-ietf-oauth-identity-assertion-authz-grant §4.4: here the identity provider and the client
that redeems its assertion are one.
"""

from collections.abc import Callable
from typing import Final

from sumun.gateway.credentials.token_exchange import owner_of, somebody
from sumun.guard import Principal
from sumun.keys import SignerUnavailable
from sumun.oauth.identity_assertions import ID_JAG_TYPE, identity_assertion
from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.authentication import Sign
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.token_endpoint import TokenEndpoint
from sumun.proof.prover import Prover

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class IdentityAssertion:
    """Redeems an assertion for a token.

    Parameters
    ----------
    issuer:
        Who we are: the identity provider that is trusted there.
    client_id:
        What the authorization server calls the gateway.
    sign:
        Signs for the issuer.
    clock:
        Unix seconds.

    """

    kind: Final = "identity_assertion"

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
        claims = identity_assertion(
            issuer=self._issuer,
            subject=principal.subject,
            audience=server.issuer,
            client_id=self._client_id,
            resource=await self._endpoint.discovery.resource(),
            scope=self._scope,
            now=int(self._clock()),
        )
        try:
            assertion = await self._sign(claims, ID_JAG_TYPE)
        except SignerUnavailable:
            raise TokenRefused("unreachable", "our own signing key cannot be reached") from None
        form = {"grant_type": GRANT_TYPE, "assertion": assertion, "scope": self._scope}
        return await self._endpoint.ask(form, prover)
