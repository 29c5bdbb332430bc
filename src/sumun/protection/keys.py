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
    holder:
        The principal or the session it is bound to as well; empty for everybody of the tenant.

    """

    tenant: str
    audience: str
    holder: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What keys are derived for."""
        if self.holder:
            return (self.tenant, self.audience, self.holder)
        return (self.tenant, self.audience)


class ProtectionKeys:
    """Versioned data keys; what is new is made under the current one, the others still open.

    Parameters
    ----------
    current_id:
        The id of the key for new data; 1 to 16 of a-z and 0-9.
    keys:
        At least 256 bits each, by id.
    salts:
        Of each tenant a secret that its subkeys are derived with too: without it, what was made
        for that tenant opens no more, under whatever key.

    Raises
    ------
    ValueError
        If an id or a key is unfit, or the current one is missing.

    """

    def __init__(
        self,
        current_id: str,
        keys: Mapping[str, bytes],
        salts: Mapping[str, bytes] | None = None,
    ) -> None:
        for key_id, key in keys.items():
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError(f"key id {key_id!r}: use 1 to 16 of a-z and 0-9")
            if len(key) < _MIN_KEY_BYTES:
                raise ValueError(f"key {key_id!r}: needs at least {_MIN_KEY_BYTES} bytes")
        if current_id not in keys:
            raise ValueError(f"the current key {current_id!r} is not among the keys")
        self.current_id = current_id
        self._keys = dict(keys)
        self._salts = dict(salts or {})
        self.derive = lru_cache(_CACHED_SUBKEYS)(self._derive)

    def __contains__(self, key_id: object) -> bool:
        return key_id in self._keys

    @property
    def ids(self) -> list[str]:
        """Every key's id, the current one first."""
        others = [key_id for key_id in self._keys if key_id != self.current_id]
        return [self.current_id, *others]

    def _derive(self, key_id: str, purpose: str, length: int, tenant: str, *bound_to: str) -> bytes:
        """Derive a tenant's subkey of one purpose, bound to the given words (HKDF, RFC 5869).

        Raises
        ------
        KeyError
            If there is no such key.

        """
        info = b"sumun/protection/" + purpose.encode()
        for word in (tenant, *bound_to):
            encoded = word.encode("utf-8", "surrogatepass")
            info += len(encoded).to_bytes(4) + encoded
        salt = self._salts.get(tenant) or None
        return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(
            self._keys[key_id]
        )
