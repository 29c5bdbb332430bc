"""Reading text of any length a window at a time, and finding data in it."""

import codecs
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from sumun.detection import Finding

WINDOW = 256 * 1024
"""Characters looked at together."""

OVERLAP = 16 * 1024
"""Characters that two windows share: longer than anything that is looked for."""

_CONTEXT = 64
_SAMPLE = 64 * 1024
_SKIPPED = frozenset({".git", ".hg", ".svn"})


class Scanner(Protocol):
    """What finds data in a text."""

    def scan_text(self, text: str) -> list[Finding]:
        """Return the findings, sorted and apart from each other."""


class Located(NamedTuple):
    """A finding, where it is for people (both counted from 1), and the value itself."""

    line: int
    column: int
    finding: Finding
    value: str


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files, and those in the folders, in order; links and version stores are left out.

    Raises
    ------
    OSError
        If a path does not exist.

    """
    for path in paths:
        if not path.is_dir():
            path.stat()
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED)
            files = (Path(folder, name) for name in sorted(names))
            # A pipe or a device in a folder could keep us waiting for ever.
            yield from (file for file in files if file.is_file() and not file.is_symlink())


def open_text(raw: io.RawIOBase) -> io.TextIOWrapper | None:
    """Return a reader in the encoding the text seems to have; ``None`` if it is not text.

    UTF-8 and UTF-16 (by its mark) are recognised, and CP949, in which Korean files still come.
    Bytes that do not fit are read as replacement characters, so that nothing is left unread.
    """
    buffered = io.BufferedReader(raw, _SAMPLE)
    sample = buffered.peek(_SAMPLE)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in sample:
        buffered.detach()
        return None
    else:
        encoding = _encoding(sample)
    return io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="")


def _encoding(sample: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        return encoding
    return "utf-8"


def scan_stream(
    stream: io.TextIOBase, scanner: Scanner, *, window: int = WINDOW, overlap: int = OVERLAP
) -> Iterator[Located]:
    """Yield the findings of a text of any length, in order, in bounded memory.

    A finding that begins in the part two windows share is told by the second, which sees it
    whole; that one begins a little earlier still, for the words that stand before a value.
    """
    text = stream.read(window)
    base = 0
    told = 0
    lines = _Lines()
    while True:
        more = stream.read(window - overlap) if len(text) >= window else ""
        limit = len(text) - overlap if more else len(text)
        for finding in scanner.scan_text(text):
            if base + finding.start < told or finding.start >= limit:
                continue
            told = base + finding.end
            line, column = lines.place(text, base, finding.start)
            yield Located(line, column, finding, text[finding.start : finding.end])
        if not more:
            return
        told = max(told, base + limit)
        kept = max(limit - _CONTEXT, 0)
        lines.place(text, base, max(kept, lines.offset - base))
        text = text[kept:] + more
        base += kept


class _Lines:
    """Counts lines as places further and further on are asked for."""

    def __init__(self) -> None:
        self.offset = 0
        self._line = 1
        self._begins = 0

    def place(self, text: str, base: int, at: int) -> tuple[int, int]:
        """Return line and column of ``text[at]``, where ``text`` begins at offset ``base``."""
        since = self.offset - base
        self._line += text.count("\n", since, at)
        newline = text.rfind("\n", since, at)
        if newline >= 0:
            self._begins = base + newline + 1
        self.offset = base + at
        return self._line, self.offset - self._begins + 1
