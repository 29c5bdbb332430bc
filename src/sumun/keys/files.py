"""Files that hold secrets: private to their owner, replaced whole, changed one at a time."""

import contextlib
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from sumun.keys.errors import KeyMaterialError

_LOCK = ".lock"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory's lock: one process at a time may change what is in it.

    The directory is created (0700) if it is missing. The kernel drops the lock when its holder
    dies.

    Raises
    ------
    KeyMaterialError
        If the directory cannot be made or written.

    """
    with _explained(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(directory / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def read_private(path: Path, *, strict: bool) -> bytes | None:
    """Read a secret file; ``None`` if there is none.

    With ``strict``, a file that others may read or a directory that others may write is refused:
    whoever can replace a key file can sign.

    Raises
    ------
    KeyMaterialError
        If the file cannot be read or is not private.

    """
    with _explained(path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            if strict:
                _check_private(path, os.fstat(descriptor).st_mode)
            return file.read()


def write_private(path: Path, data: bytes) -> None:
    """Replace a secret file as one durable step; readers see the old or the new, never a part.

    Raises
    ------
    KeyMaterialError
        If it cannot be written.

    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with _explained(path):
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_directory(path.parent)


def secret_setting(setting: str, value: str, file: str) -> str:
    """Return a secret that a setting gives, or names the file of.

    Raises
    ------
    KeyMaterialError
        If there is none, or the file cannot be read.

    """
    if value:
        return value
    if not file:
        raise KeyMaterialError(f"{setting}: is empty; set it, or {setting}_file")
    with _explained(Path(file)):
        secret = Path(file).read_text(encoding="utf-8").strip()
    if not secret:
        raise KeyMaterialError(f"{file}: is empty")
    return secret


def fingerprint(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when the file is replaced; ``None`` if there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _check_private(path: Path, mode: int) -> None:
    if mode & _OTHERS:
        raise KeyMaterialError(
            f"{path}: other users can read this key file (mode {stat.S_IMODE(mode):04o}); "
            f"run: chmod 600 {path}"
        )
    directory = path.parent
    if directory.stat().st_mode & _OTHERS_WRITE:
        raise KeyMaterialError(
            f"{directory}: other users can replace the keys in this directory; "
            f"run: chmod 700 {directory}"
        )


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeyMaterialError(f"{path}: {error.strerror or error}") from None
