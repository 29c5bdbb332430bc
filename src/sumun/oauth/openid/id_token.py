"""ID tokens: a signed statement that a person signed in (OpenID Connect Core §2)."""

import hashlib
from collections.abc import Callable
from typing import Any, Final

from sumun.keys import SigningKeyring
from sumun.keys.algorithms import Alg, base64url
from sumun.keys.jws import Malformed, verify_jws
from sumun.oauth.authorization.grants import AuthorizationGrant
from sumun.oauth.clients import Client

# OIDC Core leaves typ open. "JWT" is what client libraries expect, and it is not "at+jwt": an ID
# token is never taken for an access token (RFC 9068 §2.1, RFC 8725 §3.11).
ID_TOKEN_TYPE: Final = "JWT"  # noqa: S105 - the JWT's typ, not a password

CLAIMS: Final = (
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "at_hash",
    "sid",
)

# OIDC Core §3.1.3.6: the hash of the alg. Ed25519 is defined over SHA-512.
_HASHES: Final = {"ES256": hashlib.sha256, "RS256": hashlib.sha256, "EdDSA": hashlib.sha512}


class IdTokens:
    """Makes ID tokens, and knows its own again.

    Parameters
    ----------
    issuer:
        The ``iss``, byte for byte as configured.
    lifetime:
        Seconds until ``exp``; no longer than keys stay published.
    clock:
        Unix seconds.

    """

    def __init__(
        self, *, issuer: str, lifetime: int, keyring: SigningKeyring, clock: Callable[[], float]
    ) -> None:
        self._issuer = issuer
        self._lifetime = lifetime
        self._keyring = keyring
        self._clock = clock

    def alg(self, client: Client) -> Alg:
        """Return what the client's ID tokens are signed with: what it registered, if it can be."""
        registered = client.metadata.id_token_signed_response_alg
        return next((alg for alg in self._keyring.algs if alg == registered), self._keyring.algs[0])

    async def issue(
        self, client: Client, grant: AuthorizationGrant, *, nonce: str, access_token: str
    ) -> str:
        """Return an ID token for the client, to go with an access token of the same grant.

        Raises
        ------
        SignerUnavailable
            If the key is held elsewhere, and what holds it does not answer.

        """
        alg = self.alg(client)
        now = int(self._clock())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "sub": grant.user_id,
            "aud": client.client_id,
            "exp": now + self._lifetime,
            "iat": now,
            "auth_time": grant.auth_time,
            "nonce": nonce,
            "acr": grant.acr,
            "amr": list(grant.amr),
            "at_hash": access_token_hash(access_token, alg),
            "sid": grant.session_id,
        }
        said = {name: value for name, value in claims.items() if value}
        return await self._keyring.sign(said, ID_TOKEN_TYPE, alg)

    def read(self, token: str) -> dict[str, Any] | None:
        """Return the claims of an ID token of ours, expired or not; ``None`` if it is none.

        As a hint it says who was signed in, once (OIDC RP-Initiated Logout §2: "The OP SHOULD
        accept ID Tokens when the RP identified by the ID Token's aud claim and/or sid claim has a
        current session or had a recent session at the OP, even when the exp time has passed").
        """
        try:
            _, claims = verify_jws(token, self._keyring, ID_TOKEN_TYPE)
        except Malformed:
            return None
        ours = claims.get("iss") == self._issuer
        whole = isinstance(claims.get("aud"), str) and isinstance(claims.get("sub"), str)
        return claims if ours and whole else None

    def read_live(self, token: str) -> dict[str, Any] | None:
        """Return the claims of an ID token of ours that has not expired."""
        claims = self.read(token)
        return claims if claims is not None and self._clock() < claims["exp"] else None


def access_token_hash(access_token: str, alg: Alg) -> str:
    """Return ``at_hash``: the left half of the hash (OIDC Core §3.1.3.6)."""
    digest = _HASHES[alg](access_token.encode("ascii")).digest()
    return base64url(digest[: len(digest) // 2])
