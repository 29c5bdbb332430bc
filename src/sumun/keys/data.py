"""Versioned keys for encrypting and tokenising data."""

import base64
import secrets
from typing import Final

import msgspec
from cryptography.fernet import Fernet, MultiFernet

from sumun.keys.errors import KeyMaterialError
from sumun.keys.root import RootSecret
from sumun.keys.store import SealedStore

_NAME: Final = "data-keys"
_BYTES: Final = 32


class _Stored(msgspec.Struct, frozen=True):
    """All keys by id, oldest first; the last is current."""

    keys: dict[str, bytes]


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(_Stored)


class DataKeys:
    """256-bit keys, each with an id that ciphertext carries; the current one is for new data.

    Rotating adds a key; the earlier ones stay, to open what they closed.
    """

    def __init__(self, store: SealedStore) -> None:
        self._store = store
        self._keys: dict[str, bytes] = {}
        self._fingerprint: object = None

    @classmethod
    def open(cls, store: SealedStore) -> "DataKeys":
        """Read the keys, making the first if there is none. It blocks.

        Raises
        ------
        KeyMaterialError
            If they cannot be read, opened or written.

        """
        data_keys = cls(store)
        store.load_or_create(_NAME, lambda: _encode(_Stored(_new_key())))
        data_keys._load()
        return data_keys

    @property
    def current_id(self) -> str:
        """The id of the key for new data."""
        self._reload_if_changed()
        return next(reversed(self._keys))

    @property
    def ids(self) -> list[str]:
        """Every key's id, oldest first."""
        self._reload_if_changed()
        return list(self._keys)

    def get(self, key_id: str) -> bytes | None:
        """Return the key of that id; a key another process has just added is found."""
        found = self._keys.get(key_id)
        if found is None and self._reload_if_changed():
            found = self._keys.get(key_id)
        return found

    def rotate(self) -> str:
        """Add a key, make it current, and return its id. It blocks."""
        fresh = _new_key()
        self._store.update(
            _NAME,
            lambda found: _encode(_Stored(({} if found is None else self._decode(found)) | fresh)),
        )
        self._load()
        return next(iter(fresh))

    def fernet(self) -> MultiFernet:
        """Return a Fernet that encrypts under the current key and decrypts under all."""
        self._reload_if_changed()
        newest_first = reversed(self._keys.values())
        return MultiFernet([Fernet(_fernet_key(key)) for key in newest_first])

    def _reload_if_changed(self) -> bool:
        if self._store.fingerprint(_NAME) == self._fingerprint:
            return False
        self._load()
        return True

    def _load(self) -> None:
        seen = self._store.fingerprint(_NAME)
        data = self._store.load(_NAME)
        if data is None:
            raise KeyMaterialError(f"{self._store.where(_NAME)}: is gone; restore it")
        self._keys = self._decode(data)
        self._fingerprint = seen

    def _decode(self, data: bytes) -> dict[str, bytes]:
        try:
            keys = _decoder.decode(data).keys
        except msgspec.MsgspecError:
            keys = {}
        if not keys:
            raise KeyMaterialError(
                f"{self._store.where(_NAME)}: was written by another version of Sumun"
            )
        return keys


def _new_key() -> dict[str, bytes]:
    return {secrets.token_hex(4): secrets.token_bytes(_BYTES)}


def _fernet_key(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(RootSecret(key).derive("fernet"))
