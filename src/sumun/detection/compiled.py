"""Compiled patterns, kept between runs: compiling takes a second or two, loading a millisecond.

A file is named for all that went into it, and what cannot be loaded is compiled again: another
version of the engine, a processor without the instructions, a file that is not as it was written.
Nothing is loaded from a directory that somebody else could write.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

import hyperscan

_MODE = hyperscan.HS_MODE_BLOCK
_VERSION: str = getattr(hyperscan, "__version__", "")  # its stubs leave it out
_DIGEST = hashlib.sha256().digest_size


def database(patterns: Sequence[bytes], flags: int, first: int = 0) -> hyperscan.Database:
    """Return the automaton of the patterns, numbered in their order from ``first``.

    Raises
    ------
    hyperscan.error
        If a pattern cannot be compiled.

    """
    directory = _directory()
    if directory is None:
        return _compiled(patterns, flags, first)
    file = directory / f"{_name(patterns, flags, first)}.hsdb"
    try:
        return _loaded(file.read_bytes())
    except (OSError, ValueError, hyperscan.error):
        made = _compiled(patterns, flags, first)
    with contextlib.suppress(OSError):
        data = hyperscan.dumpb(made)
        _write(file, hashlib.sha256(data).digest() + data)
    return made


def _loaded(kept: bytes) -> hyperscan.Database:
    digest, data = kept[:_DIGEST], kept[_DIGEST:]
    if hashlib.sha256(data).digest() != digest:
        raise ValueError("not as it was written")
    return hyperscan.loadb(data, _MODE)


def _compiled(patterns: Sequence[bytes], flags: int, first: int) -> hyperscan.Database:
    made = hyperscan.Database(mode=_MODE)
    made.compile(
        expressions=list(patterns),
        ids=list(range(first, first + len(patterns))),
        elements=len(patterns),
        flags=flags,
    )
    return made


def _name(patterns: Sequence[bytes], flags: int, first: int) -> str:
    parts = [_VERSION.encode(), b"%d" % flags, b"%d" % first, *patterns]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def _directory() -> Path | None:
    """Return the directory of the cache (XDG Base Directory §3), if it is the user's alone."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(cache) if cache.startswith("/") else Path.home() / ".cache"
        directory = base / "sumun"
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = directory.lstat()
    except (OSError, RuntimeError):
        return None
    if not stat.S_ISDIR(found.st_mode) or not _is_own(found):
        return None
    return directory


def _is_own(found: os.stat_result) -> bool:
    if not hasattr(os, "geteuid"):
        return True  # where rights are not modes, the home directory is the user's
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(file: Path, data: bytes) -> None:
    """Write the file whole or not at all."""
    handle, path = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
        Path(path).replace(file)
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise
