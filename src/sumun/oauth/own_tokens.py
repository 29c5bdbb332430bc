"""Our own access tokens, when they come back to us."""

import hashlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sumun.keys import SigningKeyring, VerificationKey
from sumun.keys.jws import Malformed, verify_jws
from sumun.oauth.access_tokens import ACCESS_TOKEN_TYPE
from sumun.storage import Database, Transaction

_CAPACITY: Final = 8192


class _Verified(NamedTuple):
    claims: dict[str, Any]
    key: VerificationKey


class OwnTokens:
    """Reads access tokens this server issued.

    A signature is verified once and remembered by the token's SHA-256; time, key and revocation
    are judged every time.

    Parameters
    ----------
    issuer:
        What ``iss`` must equal byte for byte.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        issuer: str,
        keyring: SigningKeyring,
        database: Database,
        clock: Callable[[], float],
    ) -> None:
        self._issuer = issuer
        self._keyring = keyring
        self._database = database
        self._clock = clock
        self._verified: dict[bytes, _Verified] = {}

    def read(self, token: str) -> dict[str, Any] | None:
        """Return the claims of a token whose signature holds, live or not; not to be changed."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._verified.get(digest)
        if known is not None and self._keyring.find(known.key.kid) is known.key:
            return known.claims
        try:
            key, claims = verify_jws(token, self._keyring, ACCESS_TOKEN_TYPE)
        except Malformed:
            return None
        if claims.get("iss") != self._issuer:
            return None
        if len(self._verified) >= _CAPACITY:
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = _Verified(claims, key)
        return claims

    async def is_live(self, claims: dict[str, Any]) -> bool:
        """Say whether a token has neither expired nor been revoked.

        Raises
        ------
        StorageUnavailable
            If revocation cannot be read.

        """
        if self._clock() >= claims["exp"]:
            return False
        return not await self._database.read(_is_revoked, claims["jti"], claims.get("grant_id", ""))


def _is_revoked(tx: Transaction, token_id: str, grant_id: str) -> bool:
    """Say whether the token or the authorization it descends from is on the deny list."""
    return tx.fetch_one("find_revocation", token_id=token_id, grant_id=grant_id) is not None
