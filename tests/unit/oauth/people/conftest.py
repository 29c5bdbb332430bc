from collections.abc import AsyncIterator

import pytest

from sumun.audit import AuditLog
from sumun.keys import RootSecret
from sumun.oauth.second_factor import SecondFactors
from sumun.oauth.users import User, add_user
from sumun.storage import Database

NOW = 1_800_000_000


class Clock:
    """Unix seconds that move when told."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def audit(database: Database, root: RootSecret, clock: Clock) -> AsyncIterator[AuditLog]:
    log = AuditLog(database, root.derive("audit"), node="main", sink=None, clock=clock)
    await log.open()
    yield log
    await log.close()


@pytest.fixture
async def user(database: Database) -> User:
    person = User(user_id="user-1", username="mina", password_hash="-")
    await database.write(add_user, person)
    return person


@pytest.fixture
def second_factors(database, audit, root, clock) -> SecondFactors:
    return SecondFactors(
        "https://gate.example/a", database=database, audit=audit, root_secret=root, clock=clock
    )
