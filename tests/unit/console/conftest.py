"""The pages over HTTP, without a server: as a browser without scripts sees them."""

from collections.abc import AsyncIterator

import pytest
from tests.conformance.browser import Browser, settle
from tests.conformance.conftest import System, start  # noqa: F401 - a fixture


@pytest.fixture
async def system(start) -> AsyncIterator[System]:  # noqa: F811 - the fixture
    async with start() as started:
        await settle(started)
        yield started


@pytest.fixture
async def browser(system) -> AsyncIterator[Browser]:
    opened = Browser(system)
    async with opened.http:
        yield opened


@pytest.fixture
async def other_browser(system) -> AsyncIterator[Browser]:
    opened = Browser(system)
    async with opened.http:
        yield opened
