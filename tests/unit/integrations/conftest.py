"""A house of its own for every module of tests."""

from collections.abc import Iterator

import pytest

from sumun.config import Config
from sumun.integrations.local import LocalHouse


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHouse]:
    directory = tmp_path_factory.mktemp("house")
    opened = LocalHouse(Config(mode="development", data_dir=str(directory)))
    yield opened
    opened.close()
