from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sumun.keys import RootSecret
from sumun.storage import Database, connect


class Clock:
    """Seconds that move when told."""

    def __init__(self) -> None:
        self.now = 1000.0

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
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = connect(f"sqlite:///{tmp_path / 'sumun.db'}")
    await opened.open()
    yield opened
    await opened.close()
