"""Passwords that became known by a breach: a list of SHA-1 hashes on this machine.

The list is in a form in which Have I Been Pwned gives it out: one file of ``HASH:COUNT`` lines in
the order of the hashes, or a directory with one such file for each first five digits, as its
``range`` interface answers. It may have tens of gigabytes; a search reads some thirty blocks.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from sumun.config import ConfigurationError

_PREFIX: Final = 5
_DIGITS: Final = 40
_LINE: Final = 256
"""Bytes a line has at most."""
_WINDOW: Final = 4096
"""Bytes that are searched line by line."""
_ENTRY: Final = r"[0-9A-Fa-f]{%d}(?::[0-9]+)?(?:\s|$)"


class BreachedPasswords:
    """Searches the list by bisection; nothing of it is kept in memory.

    Parameters
    ----------
    path:
        The file, or the directory.

    Raises
    ------
    ConfigurationError
        If there is no such list.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_range = path.is_dir()
        try:
            known = self._range_file("00000") if self._by_range else path
            with known.open("rb") as file:
                start = file.read(_LINE).decode("ascii", "replace")
        except OSError as error:
            raise ConfigurationError(
                f"people.breached_passwords: {path}: {error.strerror or error}"
            ) from None
        digits = _DIGITS - _PREFIX if self._by_range else _DIGITS
        if not re.match(_ENTRY % digits, start):
            raise ConfigurationError(
                f"people.breached_passwords: {known}: does not begin with a line of HASH:COUNT"
            )

    def __contains__(self, password: str) -> bool:
        """Say whether it is in the list.

        Raises
        ------
        OSError
            If the list cannot be read any more.

        """
        wanted = hashlib.sha1(password.encode("utf-8", "replace"), usedforsecurity=False)
        digits = wanted.hexdigest().upper()
        if self._by_range:
            path, digits = self._range_file(digits[:_PREFIX]), digits[_PREFIX:]
        else:
            path = self._path
        descriptor = os.open(path, os.O_RDONLY)
        try:
            return _is_listed(descriptor, digits.encode())
        finally:
            os.close(descriptor)

    def _range_file(self, prefix: str) -> Path:
        plain = self._path / prefix
        return plain if plain.exists() else self._path / f"{prefix}.txt"


def _is_listed(descriptor: int, wanted: bytes) -> bool:
    # A line begins at ``low`` and, unless it is the end of the file, at ``high``; what is wanted
    # does not begin before the one, nor at or behind the other.
    low, high = 0, os.fstat(descriptor).st_size
    while high - low > _WINDOW:
        middle = (low + high) // 2
        block = os.pread(descriptor, _LINE + len(wanted), middle)
        end = block.find(b"\n", 0, _LINE)
        if end < 0:
            raise OSError("a line is too long")
        start = end + 1
        if block[start : start + len(wanted)].upper() <= wanted:
            low = middle + start
        else:
            high = middle + start
    lines = os.pread(descriptor, high - low, low).split(b"\n")
    # Lines that only pad an answer of the interface have a count of 0.
    return any(
        line[: len(wanted)].upper() == wanted and line[len(wanted) :].strip() != b":0"
        for line in lines
    )
