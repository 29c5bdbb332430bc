import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import apsw
import pytest

from sumun.audit import AuditLog
from sumun.storage import Database, connect

SEED = bytes(range(32))


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = connect(f"sqlite:///{tmp_path / 'sumun.db'}")
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "security_audit.log"


@pytest.fixture
async def log(database: Database, copy: Path, clock: Clock) -> AsyncIterator[AuditLog]:
    log = AuditLog(database, SEED, node="main", sink=copy, clock=clock)
    await log.open()
    yield log
    await log.close()


@pytest.fixture
async def lone_log(database: Database, clock: Clock) -> AsyncIterator[AuditLog]:
    """Return a log without a copy."""
    log = AuditLog(database, SEED, node="main", sink=None, clock=clock)
    await log.open()
    yield log
    await log.close()


@pytest.fixture
def eventually() -> Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]:
    """Return a function that waits until a condition holds."""

    async def wait(condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(5):
            while not await condition():  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def complete(eventually, copy) -> Callable[[AuditLog], Awaitable[None]]:
    """Return a function that waits until the copy has every line of the log."""

    async def wait(log: AuditLog) -> None:
        async def same() -> bool:
            lines = [line async for line in log.export()]
            return copy.exists() and copy.read_bytes().splitlines() == lines

        await eventually(same)

    return wait


@pytest.fixture
def intruder(database: Database, tmp_path: Path):
    """Return a function that changes the database behind the program's back."""

    def run(sql: str, *bindings: object) -> list[tuple]:
        connection = apsw.Connection(str(tmp_path / "sumun.db"))
        try:
            return connection.execute(sql, bindings).fetchall()
        finally:
            connection.close()

    return run
