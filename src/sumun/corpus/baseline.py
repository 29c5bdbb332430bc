"""What is known to be there: keyed hashes, of which nobody without the key can guess a value."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

_LARGEST: Final = 64 * 1024 * 1024


class NotABaseline(Exception):
    """The file cannot be read as a baseline; the message names it."""


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    known: list[str]


def read_baseline(path: Path) -> frozenset[str]:
    """Return the hashes in a file.

    Raises
    ------
    NotABaseline
        If it cannot be read, or holds something else.

    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        document = msgspec.json.decode(data, type=_Document)
    except OSError as error:
        raise NotABaseline(f"{path}: cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotABaseline(f"{path}: is not a baseline") from None
    if document.version != 1:
        raise NotABaseline(f"{path}: was written by another version of Sumun")
    return frozenset(document.known)


def write_baseline(path: Path, fingerprints: Iterable[str]) -> None:
    """Write a file of hashes, in place of what was there, as one step.

    Raises
    ------
    OSError
        If it cannot be written.

    """
    document = _Document(1, sorted(set(fingerprints)))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
