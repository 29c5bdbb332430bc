"""Which files are looked at."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

SKIPPED: Final = frozenset(
    {
        ".cache", ".eggs", ".git", ".gradle", ".hg", ".idea", ".jj", ".mypy_cache", ".nox",
        ".pytest_cache", ".ruff_cache", ".svn", ".terraform", ".tox", ".venv", "__pycache__",
        "bower_components", "node_modules", "venv",
    }
)  # fmt: skip
"""Folders that hold versions, caches and what others wrote; left out unless they are named."""


def find_files(
    paths: Sequence[Path], *, include: Sequence[str] = (), exclude: Sequence[str] = ()
) -> Iterator[Path]:
    """Yield the files, and those in the folders, in order; links in folders are left out.

    Parameters
    ----------
    paths:
        Files and folders.
    include:
        Patterns (``*.csv``) of which a file in a folder must match one, if there are any.
    exclude:
        Patterns of files and folders to leave out. A pattern with a slash is one of the path below
        the folder that was named, one without of any name in it.

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
            here = Path(folder).relative_to(path)
            folders[:] = sorted(
                name
                for name in folders
                if name not in SKIPPED and not _matches(here / name, exclude)
            )
            for name in sorted(names):
                within = here / name
                if _matches(within, exclude) or (include and not _matches(within, include)):
                    continue
                file = path / within
                # A pipe or a device in a folder could keep us waiting for ever.
                if file.is_file() and not file.is_symlink():
                    yield file


def _matches(path: Path, patterns: Sequence[str]) -> bool:
    return any(
        fnmatch(path.as_posix(), pattern.strip("/"))
        if "/" in pattern.rstrip("/")
        else fnmatch(path.name, pattern.rstrip("/"))
        for pattern in patterns
    )
