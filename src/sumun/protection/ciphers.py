"""Turning a value into a stand-in under the keys of its tenant and audience, and back."""

import hashlib
import hmac
import os
from functools import lru_cache
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV, AESSIV

from sumun.protection.errors import DecryptionError, InvalidText
from sumun.protection.keys import ProtectionKeys, Scope
from sumun.protection.stand_ins import (
    ENVELOPE_PREFIX,
    HASH_LENGTH,
    StandIn,
    from_base32,
    from_base64url,
    to_base32,
    to_base64url,
)

_NONCE_BYTES: Final = 12
_HASH_BYTES: Final = HASH_LENGTH * 5 // 8
_CACHED_CIPHERS: Final = 256


class Opened(msgspec.Struct, frozen=True):
    """What a stand-in stood for."""

    entity_type: str
    value: str


class Ciphers:
    """Keyed hash, token and envelope.

    - The hash is HMAC-SHA-256 cut to 80 bits, bound to type and tenant.
    - The token is deterministic AES-256-SIV (RFC 5297), so equal values of one type make equal
      tokens and nothing need be stored; that equality and the length are all it shows.
    - The envelope is AES-256-GCM-SIV (RFC 8452) under a fresh nonce; the type is sealed inside.

    Tokens and envelopes are bound to their scope by the keys derived for it.
    """

    def __init__(self, keys: ProtectionKeys) -> None:
        self._keys = keys
        self._siv = lru_cache(_CACHED_CIPHERS)(self._make_siv)
        self._gcm_siv = lru_cache(_CACHED_CIPHERS)(self._make_gcm_siv)

    def hash(self, entity_type: str, value: str, scope: Scope) -> str:
        """Return ``<TYPE#…>``: equal for equal values of a tenant, under the current key."""
        key = self._keys.derive(self._keys.current_id, "hash", 32, scope.tenant)
        message = entity_type.encode() + b"\0" + _encode(value)
        digest = hmac.digest(key, message, hashlib.sha256)
        return f"<{entity_type}#{to_base32(digest[:_HASH_BYTES])}>"

    def tokenize(self, entity_type: str, value: str, scope: Scope) -> str:
        """Return ``<TYPE:key.…>``: equal for equal values of a tenant and audience."""
        key_id = self._keys.current_id
        sealed = self._siv(key_id, scope).encrypt(_encode(value), [entity_type.encode()])
        return f"<{entity_type}:{key_id}.{to_base32(sealed)}>"

    def encrypt(self, entity_type: str, value: str, scope: Scope) -> str:
        """Return ``enc:v1:key:…``, different each time."""
        key_id = self._keys.current_id
        nonce = os.urandom(_NONCE_BYTES)
        plain = entity_type.encode() + b"\0" + _encode(value)
        sealed = self._gcm_siv(key_id, scope).encrypt(nonce, plain, None)
        return f"{ENVELOPE_PREFIX}{key_id}:{to_base64url(nonce + sealed)}"

    def open(self, stand_in: StandIn, scope: Scope) -> Opened:
        """Return what a token or an envelope stands for.

        Raises
        ------
        DecryptionError
            If it was altered, was made for another tenant or audience, or its key is gone.

        """
        if stand_in.key_id not in self._keys:
            raise DecryptionError("made under a key that is not here")
        try:
            if stand_in.kind == "token":
                return self._open_token(stand_in, scope)
            return self._open_envelope(stand_in, scope)
        except (InvalidTag, ValueError):
            raise DecryptionError(
                "altered, or made for another tenant or audience: pass it unchanged"
            ) from None

    def _open_token(self, token: StandIn, scope: Scope) -> Opened:
        plain = self._siv(token.key_id, scope).decrypt(
            from_base32(token.body), [token.entity_type.encode()]
        )
        return Opened(token.entity_type, plain.decode())

    def _open_envelope(self, envelope: StandIn, scope: Scope) -> Opened:
        data = from_base64url(envelope.body)
        nonce, sealed = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        plain = self._gcm_siv(envelope.key_id, scope).decrypt(nonce, sealed, None)
        entity_type, _, value = plain.partition(b"\0")
        return Opened(entity_type.decode(), value.decode())

    def _make_siv(self, key_id: str, scope: Scope) -> AESSIV:
        return AESSIV(self._keys.derive(key_id, "token", 64, *scope.words))

    def _make_gcm_siv(self, key_id: str, scope: Scope) -> AESGCMSIV:
        return AESGCMSIV(self._keys.derive(key_id, "envelope", 32, *scope.words))


def _encode(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise InvalidText from None
