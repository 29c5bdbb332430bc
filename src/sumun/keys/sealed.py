"""Key files sealed at rest under the root secret."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sumun.keys.envelope import Envelope
from sumun.keys.files import fingerprint, locked, read_private, write_private
from sumun.keys.root import RootSecret

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class SealedFiles:
    """A directory (0700) of files (0600) that open only with the root secret.

    Every process of one machine may share it: a change is seen as soon as somebody looks.

    Parameters
    ----------
    directory:
        Where the files are; created when the first is stored.
    root:
        The secret they are sealed under.
    strict:
        Whether a file that other users can read is refused; off only in development.

    """

    settling = 0.0

    def __init__(self, directory: Path, root: RootSecret, *, strict: bool = True) -> None:
        self.directory = directory
        self.strict = strict
        self._envelope = Envelope(root)

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
        return self._envelope.open(name, sealed, str(path))

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

    async def refresh(self) -> None:
        """Do nothing: whoever looks at a file sees it as it is."""

    def where(self, name: str) -> str:
        """Return the path."""
        return str(self._path(name))

    def _store(self, name: str, data: bytes) -> None:
        write_private(self._path(name), self._envelope.close(name, data))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a key file")
        return self.directory / f"{name}.sealed"
