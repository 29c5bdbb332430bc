"""A guard with real rooms behind the doors, and everything that may have been said of a call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.conformance.leaks.gateway import Gateway
from tests.conformance.leaks.stdio import Stdio

from sumun.config import Config
from sumun.guard import Rooms
from sumun.policy import DEFAULT_DOCUMENT, Policy

ALLOWING = Policy.parse(DEFAULT_DOCUMENT.replace('binary = "refuse"', 'binary = "allow"'))
"""Pictures and the like may pass, so that what is beside them is seen to be protected."""


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    opened = Rooms(Config(mode="development", data_dir=str(tmp_path / "data")))
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def gateway(rooms: Rooms) -> Gateway:
    return Gateway(rooms.guard(ALLOWING))


@pytest.fixture
def stdio(rooms: Rooms, tmp_path: Path) -> Stdio:
    return Stdio(rooms.guard(ALLOWING), tmp_path)
