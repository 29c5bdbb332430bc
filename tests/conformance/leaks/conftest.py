"""A guard with real rooms behind the doors, and everything that may have been said of a call."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.conformance.leaks.gateway import Gateway
from tests.conformance.leaks.marks import plainly_in
from tests.conformance.leaks.stdio import Stdio

from sumun.config import Config
from sumun.guard import Guard, Rooms
from sumun.policy import DEFAULT_DOCUMENT, Policy

ALLOWING = Policy.parse(DEFAULT_DOCUMENT.replace('binary = "refuse"', 'binary = "allow"'))
"""Pictures and the like may pass, so that what is beside them is seen to be protected."""


@pytest.fixture
async def rooms(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Rooms]:
    """Yield open rooms; what was kept and logged meanwhile holds no mark either."""
    caplog.set_level("DEBUG")
    rooms = Rooms(Config(mode="development", data_dir=str(tmp_path / "data")))
    await rooms.open()
    yield rooms
    events = await rooms.audit.tail(100_000)
    await rooms.close()
    assert plainly_in(str(events).encode()) == set()
    assert plainly_in(caplog.text.encode()) == set()
    for file in (tmp_path / "data").rglob("*"):
        assert not file.is_file() or plainly_in(file.read_bytes()) == set(), file.name


@pytest.fixture
def guard(rooms: Rooms) -> Iterator[Guard]:
    """Yield a guard; what was counted for metrics meanwhile holds no mark either."""
    counted: list[object] = []
    yield rooms.guard(ALLOWING, observer=lambda *seen: counted.append(seen))
    assert plainly_in(str(counted).encode()) == set()


@pytest.fixture
def gateway(guard: Guard) -> Gateway:
    return Gateway(guard)


@pytest.fixture
def stdio(guard: Guard, tmp_path: Path) -> Stdio:
    return Stdio(guard, tmp_path)
