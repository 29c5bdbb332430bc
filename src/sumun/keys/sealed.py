"""Key files sealed at rest under the root secret."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sumun.keys.errors import KeyMaterialError
from sumun.keys.files import fingerprint, locked, read_private, write_private
from sumun.keys.root import RootSecret

_HEADER: Final = b"sumun-sealed-v1\n"
_NONCE: Final = 12
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class SealedFiles:
    """A directory (0700) of files (0600) that open only with the root secret.

    Each is AES-256-GCM with a random nonce; its name is the associated data, so that one file
    cannot be put in another's place.

    Parameters
    ----------
    directory:
        Where the files are; created when the first is stored.
    root:
        The secret they are sealed under.
    strict:
        Whether a file that other users can read is refused; off only in development.

    """

    def __init__(self, directory: Path, root: RootSecret, *, strict: bool = True) -> None:
        self.directory = directory
        self.strict = strict
        self._aead = AESGCM(root.derive("keys-at-rest"))

    def load(self, name: str) -> bytes | None:
        """Return the file's content; ``None`` if there is no such file.

        Raises
        ------
        KeyMaterialError
            If it cannot be read, is not private, or was sealed under another root secret.

        """
        path = self._path(name)
        sealed = read_private(path, strict=self.strict)
        if sealed is None:
            return None
        if not sealed.startswith(_HEADER):
            raise KeyMaterialError(f"{path}: is not a sealed key file; restore it from a backup")
        body = sealed[len(_HEADER) :]
        try:
            return self._aead.decrypt(body[:_NONCE], body[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            raise KeyMaterialError(
                f"{path}: does not open with this root secret; set JWT_SECRET_KEY to the one it "
                "was sealed with, or restore the file from a backup"
            ) from None

    def store(self, name: str, data: bytes) -> None:
        """Replace the file's content as one durable step.

        Raises
        ------
        KeyMaterialError
            If it cannot be written.

        """
        with locked(self.directory):
            self._store(name, data)

    def update(self, name: str, change: Callable[[bytes | None], bytes]) -> bytes:
        """Replace the content by what ``change`` makes of it; no other process comes between.

        Raises
        ------
        KeyMaterialError
            If it cannot be read or written.

        """
        with locked(self.directory):
            before = self.load(name)
            after = change(before)
            if after != before:
                self._store(name, after)
            return after

    def load_or_create(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return the content, made once if it is missing, however many processes ask at once.

        Raises
        ------
        KeyMaterialError
            If it cannot be read or written.

        """
        return self.update(name, lambda found: make() if found is None else found)

    def fingerprint(self, name: str) -> tuple[int, int, int] | None:
        """Return what changes when the file is replaced: one ``stat``."""
        return fingerprint(self._path(name))

    def _store(self, name: str, data: bytes) -> None:
        nonce = os.urandom(_NONCE)
        sealed = _HEADER + nonce + self._aead.encrypt(nonce, data, name.encode())
        write_private(self._path(name), sealed)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a key file")
        return self.directory / f"{name}.sealed"
