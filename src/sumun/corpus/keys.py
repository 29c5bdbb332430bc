"""The keys of whoever protects data without a server: bytes, a file, or the environment."""

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from sumun.protection import ProtectionKeys

KEY_VARIABLE: Final = "SUMUN_DATA_KEY"
FILE_VARIABLE: Final = "SUMUN_DATA_KEY_FILE"

Key = bytes | Path | ProtectionKeys
"""A secret of at least 32 bytes; a file with one a line, the first for what is new; or keys."""

_BYTES: Final = 32
_LARGEST_FILE: Final = 64 * 1024


class KeyNeeded(ValueError):
    """There is no key, or none that will do."""


def open_keys(
    key: Key | None, *, needed: bool = True, environ: Mapping[str, str] | None = None
) -> ProtectionKeys:
    """Return the keys to protect or restore with.

    Parameters
    ----------
    key:
        Where they are; ``None`` reads the variable ``SUMUN_DATA_KEY``, or the file that
        ``SUMUN_DATA_KEY_FILE`` names.
    needed:
        Whether there must be one; if not and there is none, one is made that nobody will know.
    environ:
        The environment; ``None`` means the process's own.

    Raises
    ------
    KeyNeeded
        If there is no key, it is too short, or its file cannot be read.

    """
    if isinstance(key, ProtectionKeys):
        return key
    if isinstance(key, Path):
        return _keys(_read(key), str(key))
    if key is not None:
        return _keys((bytes(key),), "the key")
    variables = os.environ if environ is None else environ
    if text := variables.get(KEY_VARIABLE):
        return _keys(tuple(text.encode().split()), KEY_VARIABLE)
    if name := variables.get(FILE_VARIABLE):
        return _keys(_read(Path(name)), name)
    if needed:
        raise KeyNeeded(
            f"a key is needed: give one, set {KEY_VARIABLE}, or name its file in {FILE_VARIABLE}"
        )
    return _nobodys()


def create_key_file(path: Path) -> None:
    """Write a new key to a file that only its owner can read.

    Raises
    ------
    FileExistsError
        If there is one already: what it closed would never open again.
    OSError
        If it cannot be written.

    """
    text = base64.urlsafe_b64encode(secrets.token_bytes(_BYTES)).rstrip(b"=")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text + b"\n")


def _read(path: Path) -> tuple[bytes, ...]:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise KeyNeeded(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > _LARGEST_FILE:
        raise KeyNeeded(f"{path}: is too long for a file of keys")
    return tuple(data.split())


@lru_cache(16)
def _keys(found: tuple[bytes, ...], where: str) -> ProtectionKeys:
    if not found:
        raise KeyNeeded(f"{where}: is empty")
    if any(len(line) < _BYTES for line in found):
        raise KeyNeeded(f"{where}: a key needs at least {_BYTES} bytes, best random ones")
    keys = {_name(line): line for line in found}
    return ProtectionKeys(_name(found[0]), keys)


@lru_cache(1)
def _nobodys() -> ProtectionKeys:
    return ProtectionKeys("none", {"none": secrets.token_bytes(_BYTES)})


def _name(secret: bytes) -> str:
    """Return the id that stand-ins carry: the same wherever the key is the same."""
    return hashlib.blake2b(secret, digest_size=5, person=b"sumun key id").hexdigest()
