"""The keys clients are registered with (RFC 7591 §2)."""

from collections import OrderedDict
from typing import Any, Final

from sumun.keys import SigningKey
from sumun.keys.jwk import ForeignKey, ForeignKeys
from sumun.keys.jws import Jws, Malformed
from sumun.oauth.clients import Client
from sumun.oauth.key_sets import KeySets

_CAPACITY: Final = 1024


class ClientKeys:
    """Finds the key of a client that made a signature: of its ``jwks``, or at its ``jwks_uri``."""

    def __init__(self, key_sets: KeySets) -> None:
        self._key_sets = key_sets
        self._read: OrderedDict[str, tuple[dict[str, Any], ForeignKeys]] = OrderedDict()
        self._nobody = ForeignKeys({"keys": [SigningKey.generate("ES256").verification.jwk]})

    async def find(self, client: Client | None, jws: Jws) -> ForeignKey | None:
        """Return the key; ``None`` if the client has none that made the signature.

        An unknown client takes as long as a known one with ``jwks``.
        """
        if client is not None:
            if client.metadata.jwks is not None:
                return self._keys(client.client_id, client.metadata.jwks).verify(jws)
            if client.metadata.jwks_uri:
                return await self._key_sets.find(client.metadata.jwks_uri, jws)
        self._nobody.verify(jws._replace(header={"alg": "ES256"}))
        return None

    async def has_certificate(self, client: Client, der: bytes) -> bool:
        """Say whether one of the client's keys was published with this certificate."""
        if client.metadata.jwks is not None:
            keys = self._keys(client.client_id, client.metadata.jwks)
            return keys.with_certificate(der) is not None
        if not client.metadata.jwks_uri:
            return False
        found = await self._key_sets.pick(
            client.metadata.jwks_uri, lambda keys: keys.with_certificate(der)
        )
        return found is not None

    def _keys(self, client_id: str, jwks: dict[str, Any]) -> ForeignKeys:
        known = self._read.get(client_id)
        if known is not None and known[0] == jwks:
            return known[1]
        try:
            keys = ForeignKeys(jwks)
        except Malformed:
            keys = ForeignKeys({"keys": []})
        self._read[client_id] = (jwks, keys)
        if len(self._read) > _CAPACITY:
            self._read.popitem(last=False)
        return keys
