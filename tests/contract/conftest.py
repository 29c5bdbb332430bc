"""Every test here runs over SQLite and over a real PostgreSQL, with a store of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest

from sumun.storage import Database, connect


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path') / 'data' / 'sumun.db'}"
        return
    with request.getfixturevalue("postgres_schema")() as url:
        yield url


@pytest.fixture
async def opened(store: str) -> AsyncIterator[Callable[[], object]]:
    """Return a function that opens the store once more; all are closed at the end."""
    async with AsyncExitStack() as stack:

        async def open_again() -> Database:
            database = connect(store)
            await database.open()
            stack.push_async_callback(database.close)
            return database

        yield open_again


@pytest.fixture
async def database(opened: Callable[[], object]) -> Database:
    """Return the open store."""
    return await opened()
