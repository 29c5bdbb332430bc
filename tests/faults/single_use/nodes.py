"""Real ``sumun serve`` processes that share a database, and who is known to it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
from argon2 import PasswordHasher
from tests.conformance.browser import APPS, PASSWORD, USERNAME, Browser
from tests.conformance.keys import Signer
from tests.unit.oauth.people.device import Device

from sumun.audit import AuditLog
from sumun.config import load
from sumun.keys import open_root_secret
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import add_client
from sumun.oauth.passkeys import Passkeys
from sumun.oauth.second_factor.authenticators import confirm_authenticator, put_authenticator
from sumun.oauth.second_factor.recovery_codes import hash_code, replace_codes
from sumun.oauth.users import User, add_user
from sumun.storage import connect

SUMUN = Path(sys.executable).parent / "sumun"
START_TIMEOUT = 30.0
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CAREFUL = "seoyeon"
"""A person with a second factor."""
RECOVERY_CODES = ("aaaa-aaaa-aaaa-aaaa", "bbbb-bbbb-bbbb-bbbb")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """One server process."""

    def __init__(self, name, directory, environ):
        port = free_port()
        self.url = f"http://localhost:{port}"
        self.directory = directory
        self.environ = {
            **{key: text for key, text in os.environ.items() if not key.startswith("SUMUN_")},
            **environ,
            "SUMUN_SERVER__PORT": str(port),
            "SUMUN_DATA_DIR": str(directory / name),
            "SUMUN_AUDIT__NODE": name,
        }
        self.log = directory / f"{name}.log"
        self.process = None

    def start(self):
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [SUMUN, "serve"],
                cwd=self.directory,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self):
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"{self.url}/readyz", trust_env=False).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def kill(self):
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(START_TIMEOUT)


class Visitor(Browser):
    """A browser before real servers; ``localhost`` has one jar of cookies for all of them."""

    def __init__(self, world, http):
        self.system = world
        self.http = http


class World:
    """Nodes behind one issuer; clients and people known to them."""

    def __init__(self, directory, store, names, **settings):
        self.issuer = "http://localhost:8081"
        environ = {
            "SUMUN_MODE": "development",
            "SUMUN_ISSUER": self.issuer,
            "SUMUN_STORAGE__URL": store,
            "SUMUN_KEYS__STORE": "database",
            "SUMUN_KEYS__ROOT_SECRET": "the same on every node",
            **settings,
        }
        self.nodes = [Node(name, directory, environ) for name in names]
        self.config = load(environ=self.nodes[0].environ)
        self.root = open_root_secret(self.config)
        self.agent = Signer()
        self.device = Device(self.issuer, "localhost")
        self.recovery_codes = iter(RECOVERY_CODES)
        self.http = None
        self._clients = []

    async def settle(self):
        """Register everybody, before any node runs."""
        database = connect(self.config.database_url)
        await database.open()
        try:
            await self._add_clients(database)
            await self._add_people(database)
        finally:
            await database.close()

    async def _add_clients(self, database):
        secrets = ClientSecrets(self.root)
        television = ClientMetadata(
            grant_types=(DEVICE_GRANT, "refresh_token"),
            scope="mcp.access",
            token_endpoint_auth_methods=("none",),
        )
        agent = ClientMetadata(
            scope="mcp.access", token_endpoint_auth_methods=("private_key_jwt",),
            jwks=self.agent.jwks,
        )  # fmt: skip
        service = ClientMetadata(scope="mcp.access")
        for client in (
            Client(client_id="app", metadata=APPS["app"]),
            Client(client_id="television", metadata=television),
            Client(client_id="agent", metadata=agent),
            Client(
                client_id="service",
                metadata=service,
                secret_hash=secrets.hash("service", "secret"),
            ),
        ):
            await database.write(add_client, client)

    async def _add_people(self, database):
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        for user_id, username in (("user-1", USERNAME), ("user-2", CAREFUL)):
            person = User(user_id=user_id, username=username, password_hash=hashed)
            await database.write(add_user, person)
        key = self.root.derive("recovery-codes")
        hashes = [hash_code(key, "user-2", code) for code in RECOVERY_CODES]
        await database.write(put_authenticator, "user-2", b"never opened", now=0)
        await database.write(confirm_authenticator, "user-2", now=0)
        await database.write(replace_codes, "user-2", hashes, now=0)
        log = AuditLog(database, self.root.derive("audit"), node="setup", sink=None)
        await log.open()
        passkeys = Passkeys(
            self.issuer, database=database, audit=log, root_secret=self.root, clock=time.time
        )
        options = await passkeys.registration_options(person, "setup")
        await passkeys.register(
            person, "setup", self.device.create(options), "A device", source="127.0.0.1"
        )
        await log.close()

    @contextlib.asynccontextmanager
    async def running(self):
        for node in self.nodes:
            node.start()
        try:
            for node in self.nodes:
                node.wait()
            self.http = self._client()
            yield self
        finally:
            for client in self._clients:
                await client.aclose()
            for node in self.nodes:
                node.stop()

    def visitor(self):
        """Return a browser of its own, which speaks to the first node."""
        return Visitor(self, self._client())

    def _client(self):
        client = httpx2.AsyncClient(base_url=self.nodes[0].url, trust_env=False, timeout=30)
        self._clients.append(client)
        return client
