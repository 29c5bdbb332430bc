"""The JSON-lines copy of the log, for people and log shippers.

The database is the log; this file is written after the commit, without waiting for the disk, and
made good from the database whenever it is behind. One process writes it at a time, the one that
holds the file's lock. Rotation by renaming is noticed, and the next line goes to a new file.
"""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from sumun.audit.append import LINE_LIMIT

_TAIL = 2 * (LINE_LIMIT + 1)


class ForeignFile(Exception):
    """The file does not end like a copy of a log."""


class LastLine(NamedTuple):
    """The last whole line of a copy, and the offset where it ends."""

    seq: int
    line: bytes
    end: int


class _Numbered(msgspec.Struct):
    seq: int


_decode = msgspec.json.Decoder(_Numbered).decode


class JsonLinesSink:
    """One copy.

    Parameters
    ----------
    path:
        The file; it is made (0600, its directory 0700) if there is none.

    Attributes
    ----------
    position:
        The ``seq`` of the next line to write; ``None`` while this process does not have the file.
    error:
        Why the last attempt to write failed; ``None`` while all is well.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position: int | None = None
        self.error: str | None = None
        self._descriptor: int | None = None
        self._identity = (0, 0)

    def acquire(self, default: int) -> LastLine | None:
        """Take the file if nobody else has it, cut off a torn end, and find the position.

        Never raises :class:`OSError`: a failure shows in :attr:`error`.

        Parameters
        ----------
        default:
            The position to take where the file has no line: it is new, or was just rotated.

        Returns
        -------
        LastLine | None
            What the file ends with, to be compared with the log.

        Raises
        ------
        ForeignFile
            If it ends with something else than a line of a log; it is not touched.

        """
        self.release()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            self._fail(error)
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            opened = os.fstat(descriptor)
            last = _last_line(descriptor)
            if last is not None:
                os.ftruncate(descriptor, last.end)
        except OSError as error:
            os.close(descriptor)
            if not isinstance(error, BlockingIOError):
                self._fail(error)
            return None
        except ForeignFile:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        self._identity = (opened.st_dev, opened.st_ino)
        self.position = default if last is None else last.seq + 1
        self.error = None
        return last

    def write(self, lines: Sequence[bytes]) -> None:
        """Write the lines from :attr:`position` on.

        Never raises: after a failure or a rotation this process does not have the file, and what
        is missing is written after the next :meth:`acquire`.
        """
        if self._descriptor is None or self.position is None:
            return
        try:
            if self._was_rotated():
                self.release()
                return
            data = b"\n".join(lines) + b"\n"
            while data:
                data = data[os.write(self._descriptor, data) :]
            self.position += len(lines)
        except OSError as error:
            self._fail(error)

    def set_aside(self) -> Path:
        """Rename the file, because it is not the copy of this log, and let go of it.

        Raises
        ------
        OSError
            If it cannot be renamed.

        """
        self.release()
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.aside-{number}")).exists():
            number += 1
        self.path.rename(aside)
        return aside

    def release(self) -> None:
        """Let go of the file."""
        descriptor, self._descriptor = self._descriptor, None
        self.position = None
        if descriptor is not None:
            os.close(descriptor)

    def _fail(self, error: OSError) -> None:
        self.release()
        self.error = f"{self.path}: {error.strerror}"

    def _was_rotated(self) -> bool:
        try:
            now = os.stat(self.path)  # noqa: PTH116 - once for every event, and half the time
        except FileNotFoundError:
            return True
        return (now.st_dev, now.st_ino) != self._identity


def last_line(path: Path) -> LastLine | None:
    """Return the last whole line of a copy, or ``None`` where there is none.

    Raises
    ------
    ForeignFile
        If it ends with something else than a line of a log.
    OSError
        If the file is there and cannot be read.

    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return _last_line(descriptor)
    finally:
        os.close(descriptor)


def _last_line(descriptor: int) -> LastLine | None:
    size = os.fstat(descriptor).st_size
    if size == 0:
        return None
    start = max(0, size - _TAIL)
    tail = os.pread(descriptor, size - start, start)
    end = tail.rfind(b"\n")
    line = tail[tail.rfind(b"\n", 0, max(end, 0)) + 1 : max(end, 0)]
    try:
        return LastLine(_decode(line).seq, line, start + end + 1)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise ForeignFile from None
