"""``private_key_jwt``: the client signs who it is with its own key (RFC 7523 §2.2)."""

from collections.abc import Collection
from typing import Final

from sumun.keys.jws import Malformed
from sumun.oauth.assertions import LATE, Assertion, Assertions
from sumun.oauth.client_authentication.method import Credentials
from sumun.oauth.client_keys import ClientKeys
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import FormRequest
from sumun.proof import Claims

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_LONGEST: Final = 3600
# draft-ietf-oauth-rfc7523bis: an assertion that says what it is for names the issuer, and only
# that, so that no endpoint elsewhere can be made to pass it on.
_EXPLICIT_TYPE: Final = "client-authentication+jwt"


class PrivateKeyJwt:
    """A client assertion under a key the client registered.

    Parameters
    ----------
    issuer:
        The audience an assertion should have.
    endpoints:
        URLs also taken for it, as RFC 7523 §3 lets older clients do; empty for none.

    """

    name = "private_key_jwt"
    implicit = False

    def __init__(
        self,
        assertions: Assertions,
        keys: ClientKeys,
        claims: Claims,
        *,
        issuer: str,
        endpoints: Collection[str] = (),
    ) -> None:
        self._assertions = assertions
        self._keys = keys
        self._used = claims
        self._issuer = issuer
        self._audiences = frozenset((issuer, *endpoints))

    def read(self, request: FormRequest) -> Credentials | None:
        """Read the assertion; who it is from is its ``sub``, with or without ``client_id``."""
        parameters = request.parameters
        kind, token = parameters.get("client_assertion_type"), parameters.get("client_assertion")
        if kind is None and token is None:
            return None
        if kind != ASSERTION_TYPE or token is None:
            raise _refusal(
                f"send client_assertion with client_assertion_type {ASSERTION_TYPE} (RFC 7523 2.2)"
            )
        try:
            assertion = self._read(token)
        except Malformed as malformed:
            raise _refusal(f"the client_assertion cannot be used: {malformed}") from None
        return Credentials(assertion.claims.sub, assertion=assertion)

    async def verify(self, client: Client | None, credentials: Credentials) -> bool:
        """Check the signature, and that the assertion was not used before."""
        assertion = credentials.assertion
        if assertion is None:
            return False
        alg = assertion.jws.header["alg"]
        if client is not None and client.metadata.token_endpoint_auth_signing_alg not in ("", alg):
            return False
        if await self._keys.find(client, assertion.jws) is None:
            return False
        claims = assertion.claims
        return await self._used.first_use(
            self.name, claims.iss, claims.jti, expires_at=int(claims.exp) + LATE + 1
        )

    def _read(self, token: str) -> Assertion:
        assertion = self._assertions.read(token, audiences=self._audiences, longest=_LONGEST)
        if assertion.claims.iss != assertion.claims.sub:
            raise Malformed("its iss and sub are not both the client_id (RFC 7523 3)")
        if assertion.typ == _EXPLICIT_TYPE and assertion.claims.aud != self._issuer:
            raise Malformed("its aud is not the issuer, as one text")
        return assertion


def _refusal(description: str) -> OAuthError:
    return OAuthError("invalid_client", description)
