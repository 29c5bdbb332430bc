"""How secrets are closed before they are stored."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sumun.keys.errors import KeyMaterialError
from sumun.keys.root import RootSecret

_HEADER: Final = b"sumun-sealed-v1\n"
_NONCE: Final = 12


class Envelope:
    """AES-256-GCM with a random nonce, under a key derived from the root secret.

    What is closed has a name, which is the associated data: one secret cannot be put in another's
    place.
    """

    def __init__(self, root: RootSecret) -> None:
        self._aead = AESGCM(root.derive("keys-at-rest"))

    def close(self, name: str, data: bytes) -> bytes:
        """Return ``data``, sealed."""
        nonce = os.urandom(_NONCE)
        return _HEADER + nonce + self._aead.encrypt(nonce, data, name.encode())

    def open(self, name: str, sealed: bytes, where: str) -> bytes:
        """Return what was sealed; ``where`` it was found is for the error.

        Raises
        ------
        KeyMaterialError
            If it is nothing sealed, or was sealed under another name or root secret.

        """
        if not sealed.startswith(_HEADER):
            raise KeyMaterialError(f"{where}: is not a sealed key file; restore it from a backup")
        body = sealed[len(_HEADER) :]
        try:
            return self._aead.decrypt(body[:_NONCE], body[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            raise KeyMaterialError(
                f"{where}: does not open with this root secret; set JWT_SECRET_KEY to the one it "
                "was sealed with, or restore the file from a backup"
            ) from None
