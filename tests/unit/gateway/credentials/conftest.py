"""A gateway's way to one server, and what that server received."""

import time
from collections.abc import AsyncIterator

import pytest
from tests.unit.gateway.credentials.partner import CLIENT_ID, CLIENT_SECRET, running

from sumun.audit import AuditLog
from sumun.config import Config, CredentialConfig, UpstreamConfig
from sumun.gateway.credentials.certificate import tls_of
from sumun.gateway.credentials.credentials import Credentials
from sumun.gateway.upstreams.http import HttpUpstream, client_session
from sumun.guard import Principal
from sumun.keys import RootSecret, SealedFiles, SigningKeyring
from sumun.oauth.upstream.sign_ins import SignIns
from sumun.storage import connect

MINJUN = Principal(subject="user-minjun", client_id="desktop", token_id="the caller's own")


class Clock:
    """Seconds that stand still until a test moves them."""

    def __init__(self):
        self.ahead = 0.0
        self._start = int(time.time())

    def __call__(self):
        return self._start + self.ahead


class Way:
    """From the gateway to a server."""

    def __init__(self, directory, session, audit, database):
        self.directory = directory
        self.session = session
        root = RootSecret(b"a root secret for tests")
        self.keyring = SigningKeyring.open(SealedFiles(directory / "keys", root))
        self.audit = audit
        self.events = []
        self.clock = Clock()
        self.config = Config(mode="development", issuer="https://gate.example")
        audit.subscribe(self.events.append)
        self.sign_ins = SignIns(
            self.config,
            database=database,
            audit=audit,
            root_secret=root,
            keyring=self.keyring,
            clock=self.clock,
        )

    def upstream(self, url, **settings):
        """Return what sends to ``url``."""
        definition = UpstreamConfig(url=url, **settings)
        credentials = Credentials(
            self.config,
            keyring=self.keyring,
            audit=self.audit,
            sign_ins=self.sign_ins,
            clock=self.clock,
        )
        return HttpUpstream(
            definition,
            self.session,
            credentials.of("crm", definition),
            tls_of("crm", definition),
        )

    def credential(self, partner, **settings):
        """Return what sends to the partner with a credential of these settings."""
        usual = {"issuer": partner.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        credential = CredentialConfig(**(usual | settings))
        return self.upstream(partner.url, credential=credential)


async def send(upstream, principal=MINJUN):
    """Send one call; return the status of the answer."""
    response = await upstream.send(
        "POST", [("content-type", "application/json")], b'{"id": 1}', principal
    )
    await response.read(10_000)
    await response.close()
    return response.status


@pytest.fixture(scope="session")
def started():
    with running() as partner:
        yield partner


@pytest.fixture
def partner(started):
    started.reset()
    return started


@pytest.fixture
async def way(tmp_path) -> AsyncIterator[Way]:
    database = connect(f"sqlite:///{tmp_path / 'sumun.db'}")
    await database.open()
    audit = AuditLog(database, bytes(range(32)), node="main", sink=None)
    await audit.open()
    async with client_session() as session:
        yield Way(tmp_path, session, audit, database)
    await audit.close()
    await database.close()
