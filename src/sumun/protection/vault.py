"""Short tokens whose values are kept: what a token is called, and what stands in its row. Pure.

A token ``<TYPE:ID>`` is 60 bits of a keyed hash and 20 bits that prove it was made here. Its value
is sealed in a row that somebody else keeps; whoever reads the rows alone learns neither values nor
which token belongs to which row.
"""

import hashlib
import hmac
import os
from functools import lru_cache
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sumun.protection.errors import DecryptionError, InvalidText
from sumun.protection.keys import ProtectionKeys, Scope
from sumun.protection.stand_ins import to_base32

_NONCE_BYTES: Final = 12
_NAME_LENGTH: Final = 12
_CHECK_LENGTH: Final = 4
_ROW_BYTES: Final = 16
_SUBJECT_BYTES: Final = 12
_CACHED_CIPHERS: Final = 256


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One value, as it is kept.

    Attributes
    ----------
    row_id:
        What it is found by: a keyed hash of the token.
    tenant:
        Whose data it is.
    subject:
        A keyed hash of the value however it is written, to find what is to be erased.
    key_id:
        The key it was made under.
    sealed:
        Type and value, AES-256-GCM, bound to the row.

    """

    row_id: str
    tenant: str
    subject: str
    key_id: str
    sealed: bytes


Rows = dict[str, Row]
"""Rows by their ids: what is to be written, or what was read."""


class VaultCiphers:
    """Names tokens, seals rows and opens them."""

    def __init__(self, keys: ProtectionKeys) -> None:
        self._keys = keys
        self._aead = lru_cache(_CACHED_CIPHERS)(self._make_aead)

    def name(self, entity_type: str, value: str, scope: Scope) -> str:
        """Return what stands in the brackets: equal for equal values of one type and scope."""
        key_id = self._keys.current_id
        message = _message(entity_type, value)
        name = to_base32(self._digest(key_id, "vault-name", scope, message))[:_NAME_LENGTH]
        return name + self._check(key_id, entity_type, name, scope)

    def is_ours(self, entity_type: str, body: str, scope: Scope) -> bool:
        """Tell whether a token was made here and for this scope, under a key that is here."""
        name, check = body[:_NAME_LENGTH], body[_NAME_LENGTH:]
        return any(
            hmac.compare_digest(check, self._check(key_id, entity_type, name, scope))
            for key_id in self._keys.ids
        )

    def seal(self, entity_type: str, name: str, value: str, scope: Scope) -> Row:
        """Return the row of a value that ``name`` stands for."""
        key_id = self._keys.current_id
        row_id = self._row_id(key_id, entity_type, name, scope)
        nonce = os.urandom(_NONCE_BYTES)
        plain = _message(entity_type, value)
        sealed = self._aead(key_id, scope).encrypt(nonce, plain, row_id.encode())
        return Row(
            row_id=row_id,
            tenant=scope.tenant,
            subject=self._subject(key_id, value, scope.tenant),
            key_id=key_id,
            sealed=nonce + sealed,
        )

    def row_ids(self, entity_type: str, name: str, scope: Scope) -> list[str]:
        """Return where the value may be found: one place for each key that is here."""
        return [self._row_id(key_id, entity_type, name, scope) for key_id in self._keys.ids]

    def open(self, row: Row, scope: Scope) -> tuple[str, str]:
        """Return type and value of a row.

        Raises
        ------
        DecryptionError
            If it was altered, is another row's, is of another scope, or its key is gone.

        """
        if row.key_id not in self._keys:
            raise DecryptionError("made under a key that is not here")
        nonce, sealed = row.sealed[:_NONCE_BYTES], row.sealed[_NONCE_BYTES:]
        try:
            plain = self._aead(row.key_id, scope).decrypt(nonce, sealed, row.row_id.encode())
        except (InvalidTag, ValueError):
            raise DecryptionError("the row was altered, or is another's") from None
        entity_type, _, value = plain.partition(b"\0")
        return entity_type.decode(), value.decode()

    def subjects(self, value: str, tenant: str) -> list[str]:
        """Return by which hashes rows of this value are found, one for each key."""
        return [self._subject(key_id, value, tenant) for key_id in self._keys.ids]

    def _subject(self, key_id: str, value: str, tenant: str) -> str:
        plain = "".join(filter(str.isalnum, value.casefold())) or value
        key = self._keys.derive(key_id, "vault-subject", 32, tenant)
        return hmac.digest(key, _encode(plain), hashlib.sha256)[:_SUBJECT_BYTES].hex()

    def _check(self, key_id: str, entity_type: str, name: str, scope: Scope) -> str:
        message = _message(entity_type, name)
        return to_base32(self._digest(key_id, "vault-check", scope, message))[:_CHECK_LENGTH]

    def _row_id(self, key_id: str, entity_type: str, name: str, scope: Scope) -> str:
        message = _message(entity_type, name)
        return self._digest(key_id, "vault-row", scope, message)[:_ROW_BYTES].hex()

    def _digest(self, key_id: str, purpose: str, scope: Scope, message: bytes) -> bytes:
        key = self._keys.derive(key_id, purpose, 32, *scope.words)
        return hmac.digest(key, message, hashlib.sha256)

    def _make_aead(self, key_id: str, scope: Scope) -> AESGCM:
        return AESGCM(self._keys.derive(key_id, "vault-seal", 32, *scope.words))


def _message(entity_type: str, value: str) -> bytes:
    return entity_type.encode() + b"\0" + _encode(value)


def _encode(value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise InvalidText from None
