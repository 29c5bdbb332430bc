"""Client secrets: minted with 256 bits, kept as keyed hashes."""

import hmac
import secrets
from collections.abc import Set as AbstractSet
from typing import Final

from sumun.keys import RootSecret

_PREFIX: Final = "hmac-sha256:"


class ClientSecrets:
    """Mints and checks client secrets.

    A fast keyed hash suffices, because what we mint cannot be guessed; the key keeps a stolen
    database from being tried offline, and the client's identifier is part of the input, so that
    a hash moved to another client opens nothing.

    Parameters
    ----------
    root:
        The key is derived from it.
    refused:
        Secrets that never work, however they came into the database.

    """

    def __init__(self, root: RootSecret, *, refused: AbstractSet[str] = frozenset()) -> None:
        self._key = root.derive("client-secret")
        self._refused = refused
        self._nobody = self.hash("", secrets.token_urlsafe(32))

    @staticmethod
    def mint() -> str:
        """Return a new secret of 256 random bits, recognisable to secret scanners."""
        return f"sumun-secret-{secrets.token_urlsafe(32)}"

    def hash(self, client_id: str, secret: str) -> str:
        """Return what is stored in the secret's place."""
        message = f"{client_id}\0{secret}".encode()
        return _PREFIX + hmac.digest(self._key, message, "sha256").hex()

    def verify(self, client_id: str, stored: str | None, presented: str) -> bool:
        """Compare in constant time; no stored hash takes as long as a wrong one."""
        expected = self._nobody if stored is None else stored
        matches = hmac.compare_digest(self.hash(client_id, presented), expected)
        return matches and stored is not None and presented not in self._refused
