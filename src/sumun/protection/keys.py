"""The keys that protection works with, and the subkeys it derives from them."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_ID: Final = re.compile(r"[a-z0-9]{1,16}")
_MIN_KEY_BYTES: Final = 32
_CACHED_SUBKEYS: Final = 1024


class Scope(msgspec.Struct, frozen=True):
    """For whom a stand-in is made: it turns back into its value nowhere else.

    Attributes
    ----------
    tenant:
        Whose data it is.
    audience:
        The resource (RFC 8707) whose calls may carry it.

    """

    tenant: str
    audience: str


class ProtectionKeys:
    """Versioned data keys; what is new is made under the current one, the others still open.

    Parameters
    ----------
    current_id:
        The id of the key for new data; 1 to 16 of a-z and 0-9.
    keys:
        At least 256 bits each, by id.

    Raises
    ------
    ValueError
        If an id or a key is unfit, or the current one is missing.

    """

    def __init__(self, current_id: str, keys: Mapping[str, bytes]) -> None:
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError(f"key id {key_id!r}: use 1 to 16 of a-z and 0-9")
            if len(key) < _MIN_KEY_BYTES:
                raise ValueError(f"key {key_id!r}: needs at least {_MIN_KEY_BYTES} bytes")
        if current_id not in keys:
            raise ValueError(f"the current key {current_id!r} is not among the keys")
        self.current_id = current_id
        self._keys = dict(keys)
        self.derive = lru_cache(_CACHED_SUBKEYS)(self._derive)

    def __contains__(self, key_id: object) -> bool:
        return key_id in self._keys

    def _derive(self, key_id: str, purpose: str, length: int, *bound_to: str) -> bytes:
        """Derive the subkey of one purpose, bound to the given words (HKDF, RFC 5869).

        Raises
        ------
        KeyError
            If there is no such key.

        """
        info = b"sumun/protection/" + purpose.encode()
        for word in bound_to:
            encoded = word.encode("utf-8", "surrogatepass")
            info += len(encoded).to_bytes(4) + encoded
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(
            self._keys[key_id]
        )
