"""Versioned keys for encrypting and tokenising data."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Final

import msgspec
from cryptography.fernet import Fernet, MultiFernet

from sumun.keys.errors import KeyMaterialError
from sumun.keys.root import RootSecret
from sumun.keys.store import SealedStore

_NAME: Final = "data-keys"
_BYTES: Final = 32
_FIRST_TENANT: Final = "default"


class _Stored(msgspec.Struct, frozen=True):
    """All keys by id, oldest first; the last is current. And what each tenant adds to them.

    Before tenants had secrets of their own there was but one tenant, which adds nothing.
    """

    keys: dict[str, bytes]
    tenants: dict[str, bytes] = msgspec.field(default_factory=lambda: {_FIRST_TENANT: b""})


_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(_Stored)


class DataKeys:
    """256-bit keys, each with an id that ciphertext carries; the current one is for new data.

    Rotating adds a key; the earlier ones stay, to open what they closed. Each tenant has a secret
    besides, from which with the key its subkeys come. What is destroyed, of either, opens nothing
    any more, and nobody can make it again.
    """

    def __init__(self, store: SealedStore) -> None:
        self._store = store
        self._stored = _Stored({})
        self._fingerprint: Hashable = None

    @classmethod
    def open(cls, store: SealedStore) -> "DataKeys":
        """Read the keys, making the first if there is none. It blocks.

        Raises
        ------
        KeyMaterialError
            If they cannot be read, opened or written.

        """
        data_keys = cls(store)
        store.load_or_create(_NAME, _first)
        data_keys._load()
        return data_keys

    @property
    def generation(self) -> Hashable:
        """What differs once anything here has changed, by whatever process."""
        self._reload_if_changed()
        return self._fingerprint

    @property
    def tenants(self) -> Mapping[str, bytes]:
        """What each tenant adds to every key."""
        self._reload_if_changed()
        return self._stored.tenants

    @property
    def current_id(self) -> str:
        """The id of the key for new data."""
        self._reload_if_changed()
        return next(reversed(self._stored.keys))

    @property
    def ids(self) -> list[str]:
        """Every key's id, oldest first."""
        self._reload_if_changed()
        return list(self._stored.keys)

    def get(self, key_id: str) -> bytes | None:
        """Return the key of that id; a key another process has just added is found."""
        found = self._stored.keys.get(key_id)
        if found is None and self._reload_if_changed():
            found = self._stored.keys.get(key_id)
        return found

    def rotate(self) -> str:
        """Add a key, make it current, and return its id. It blocks."""
        fresh = _new_key()

        def add(stored: _Stored) -> None:
            stored.keys.update(fresh)

        self._change(add)
        return next(iter(fresh))

    def destroy(self, key_id: str) -> str:
        """Forget a key that is not the current one; return its fingerprint. It blocks.

        Raises
        ------
        KeyMaterialError
            If there is no such key, or new data is still protected with it.

        """
        gone: list[bytes] = []

        def remove(stored: _Stored) -> None:
            if key_id == next(reversed(stored.keys)):
                raise KeyMaterialError(
                    f"{key_id}: new data is protected with it; rotate first: "
                    "sumun key rotate --data"
                )
            if key_id not in stored.keys:
                raise KeyMaterialError(f"{key_id}: there is no such data key")
            gone.append(stored.keys.pop(key_id))

        self._change(remove)
        return _fingerprint(gone[-1])

    def add_tenant(self, tenant: str) -> None:
        """Give a tenant a secret of its own, if it has none. It blocks."""

        def add(stored: _Stored) -> None:
            stored.tenants.setdefault(tenant, secrets.token_bytes(_BYTES))

        self._change(add)

    def destroy_tenant(self, tenant: str) -> str:
        """Forget a tenant's secret, and give it a new one; return the fingerprint of the old one.

        It blocks.

        Raises
        ------
        KeyMaterialError
            If there is no such tenant, or it is of a time when tenants had none.

        """
        gone: list[bytes] = []

        def replace(stored: _Stored) -> None:
            if tenant not in stored.tenants:
                raise KeyMaterialError(f"{tenant}: there is no such tenant")
            if not stored.tenants[tenant]:
                raise KeyMaterialError(
                    f"{tenant}: has no key of its own, because this installation is older; "
                    "rotate (sumun key rotate --data), then destroy the keys before "
                    "(sumun key destroy)"
                )
            gone.append(stored.tenants[tenant])
            stored.tenants[tenant] = secrets.token_bytes(_BYTES)

        self._change(replace)
        return _fingerprint(gone[-1])

    def fernet(self) -> MultiFernet:
        """Return a Fernet that encrypts under the current key and decrypts under all."""
        self._reload_if_changed()
        newest_first = reversed(self._stored.keys.values())
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
        self._stored = self._decode(data)
        self._fingerprint = seen

    def _change(self, change: Callable[[_Stored], None]) -> None:
        def changed(found: bytes | None) -> bytes:
            stored = _Stored({}) if found is None else self._decode(found)
            change(stored)
            return _encode(stored)

        self._store.update(_NAME, changed)
        self._load()

    def _decode(self, data: bytes) -> _Stored:
        try:
            stored = _decoder.decode(data)
        except msgspec.MsgspecError:
            stored = _Stored({})
        if not stored.keys:
            raise KeyMaterialError(
                f"{self._store.where(_NAME)}: was written by another version of Sumun"
            )
        return stored


def _first() -> bytes:
    return _encode(_Stored(_new_key(), {_FIRST_TENANT: secrets.token_bytes(_BYTES)}))


def _fingerprint(secret: bytes) -> str:
    """Return what a key is known by once it is gone; from it nobody can tell the key."""
    return hashlib.sha256(b"sumun/destroyed-key\0" + secret).hexdigest()


def _new_key() -> dict[str, bytes]:
    return {secrets.token_hex(4): secrets.token_bytes(_BYTES)}


def _fernet_key(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(RootSecret(key).derive("fernet"))
