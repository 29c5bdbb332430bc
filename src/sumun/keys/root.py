"""The root secret, from which every other secret of ours is derived."""

import base64
import secrets
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sumun.config import Config
from sumun.keys.errors import KeyMaterialError
from sumun.keys.files import locked, read_private, write_private

_FILE: Final = "root.key"
_BYTES: Final = 32


class RootSecret:
    """A secret to derive purpose-bound keys from (HKDF-SHA256, RFC 5869)."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise KeyMaterialError("keys.root_secret: is empty; set JWT_SECRET_KEY")
        self._secret = secret

    def __repr__(self) -> str:
        return "RootSecret(…)"

    def derive(self, purpose: str, length: int = 32) -> bytes:
        """Return ``length`` bytes that only this secret and this purpose give.

        A derivation takes some microseconds: derive once and keep the key.
        """
        info = b"sumun/" + purpose.encode()
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(self._secret)


def open_root_secret(config: Config) -> RootSecret:
    """Take the configured root secret, or the generated one in the key directory.

    The generated file holds text, and the text is the secret: moving it into ``JWT_SECRET_KEY``
    changes nothing.

    Raises
    ------
    KeyMaterialError
        If the generated file cannot be written, read, is not private in production, or is gone
        while keys that were sealed under it are there.

    """
    if config.keys.root_secret:
        return RootSecret(config.keys.root_secret.encode())
    directory = config.keys_path
    path = directory / _FILE
    with locked(directory):
        stored = read_private(path, strict=config.mode == "production")
        if stored is None:
            if any(directory.glob("*.sealed")):
                raise KeyMaterialError(
                    f"{path}: is missing, and keys sealed under a root secret are here; "
                    "restore it from a backup, or set JWT_SECRET_KEY to that secret"
                )
            stored = base64.urlsafe_b64encode(secrets.token_bytes(_BYTES)).rstrip(b"=") + b"\n"
            write_private(path, stored)
    secret = stored.strip()
    if len(secret) < _BYTES:
        raise KeyMaterialError(f"{path}: is cut short; restore it from a backup")
    return RootSecret(secret)
