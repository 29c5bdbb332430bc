from pathlib import Path

import pytest

from sumun.keys import RootSecret, SealedFiles


class Clock:
    """A clock that moves when told."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def root() -> RootSecret:
    return RootSecret(b"a root secret for tests")


@pytest.fixture
def files(tmp_path: Path, root: RootSecret) -> SealedFiles:
    return SealedFiles(tmp_path / "keys", root)
