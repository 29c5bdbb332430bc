"""Access tokens for each person, by our assertion of who they are (ID-JAG).

draft-ietf-oauth-identity-assertion-authz-grant §4.4: here the identity provider and the client
that redeems its assertion are one.
"""

from typing import Final

from sumun.gateway.credentials.our_word import OurWord, owner_of, somebody
from sumun.guard import Principal
from sumun.oauth.identity_assertions import ID_JAG_TYPE, identity_assertion
from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.token_endpoint import TokenEndpoint
from sumun.proof.prover import Prover

GRANT_TYPE: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class IdentityAssertion:
    """Redeems an assertion for a token.

    Parameters
    ----------
    endpoint, scope:
        Where tokens are got, and for what.
    word:
        Says who the principal is.

    """

    kind: Final = "identity_assertion"

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
        claims = identity_assertion(
            issuer=self._word.issuer,
            subject=principal.subject,
            audience=server.issuer,
            client_id=self._word.client_id,
            resource=await self._endpoint.discovery.resource(),
            scope=self._scope,
            now=self._word.now(),
        )
        assertion = await self._word.sign(claims, ID_JAG_TYPE)
        form = {"grant_type": GRANT_TYPE, "assertion": assertion, "scope": self._scope}
        return await self._endpoint.ask(form, prover)
