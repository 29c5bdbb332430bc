from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.keys import RootSecret, SealedFiles, SigningKeyring
from sumun.resource import BearerVerifier
from sumun.storage import Database, connect

ISSUER = "https://sumun.example"


class Clock:
    """Unix seconds that move when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keyring(tmp_path: Path, clock: Clock) -> SigningKeyring:
    return SigningKeyring.open(SealedFiles(tmp_path / "keys", RootSecret(b"root")), "ES256", clock)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = connect(f"sqlite:///{tmp_path / 'sumun.db'}")
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def audit(database: Database, clock: Clock) -> AsyncIterator[AuditLog]:
    log = AuditLog(database, b"s" * 32, node="main", sink=None, clock=clock)
    await log.open()
    yield log
    await log.close()


@pytest.fixture
def verifier(keyring, database, audit, clock) -> BearerVerifier:
    return BearerVerifier(
        Config(issuer=ISSUER), keyring=keyring, database=database, audit=audit, clock=clock
    )
