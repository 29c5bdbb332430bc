"""Sumun as a process of its own, and a Sumun for the servers of others to trust."""

import hashlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

SUMUN = Path(sys.executable).parent / "sumun"
START_TIMEOUT = 30.0
CACHE = Path(__file__).parents[2] / ".cache"
NPM_CI = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
MEND_INSTALL = (
    "what the tests run beside Sumun could not be installed: {}\n"
    "scripts/test-programs installs npm; npm ping says whether a package registry can be reached"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def install_once(name: str, files: list[Path], *commands: list[str]) -> Path:
    """Return the directory in which these files are and these commands ran; never skips.

    It is kept for all runs, until a file is another.
    """
    content = hashlib.sha256(b"\0".join(file.read_bytes() for file in files))
    finished = CACHE / f"{name}-{content.hexdigest()[:16]}"
    if finished.exists():
        return finished
    CACHE.mkdir(exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=CACHE, prefix="unfinished-"))
    try:
        for file in files:
            shutil.copy(file, unfinished)
        for command in commands:
            subprocess.run(command, cwd=unfinished, capture_output=True, text=True, check=True)
        with suppress(OSError):  # somebody else was first
            unfinished.rename(finished)
    except FileNotFoundError as error:
        pytest.fail(MEND_INSTALL.format(f"there is no {error.filename}"), pytrace=False)
    except subprocess.CalledProcessError as error:
        pytest.fail(MEND_INSTALL.format(error.stderr.strip()), pytrace=False)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return finished


def wait_for(url: str, verify: ssl.SSLContext | bool = True) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        with suppress(httpx2.HTTPError):
            httpx2.get(url, trust_env=False, verify=verify)
            return
        time.sleep(0.05)
    pytest.fail(f"nothing answers at {url}")


@dataclass
class Issuer:
    """A server, and the command line to it."""

    url: str
    directory: Path
    environ: dict[str, str]
    verify: ssl.SSLContext | bool = True

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the server as a process of its own, until the block ends."""
        with (self.directory / "server.log").open("wb") as output:
            server = subprocess.Popen(
                [SUMUN, "serve"],
                cwd=self.directory,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(f"{self.url}/readyz", self.verify)
            yield
        finally:
            server.terminate()
            server.wait(START_TIMEOUT)

    def command(self, *arguments: str, stdin: str = "") -> dict[str, Any]:
        done = subprocess.run(
            [SUMUN, "--json", *arguments],
            cwd=self.directory,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def add_client(self, name: str, resource: str, scope: str = "mcp.access") -> dict[str, str]:
        """Register a client for a resource elsewhere; return its credentials."""
        added = self.command("client", "add", name, "--resource", resource, "--scope", scope)
        return {"client_id": added["client_id"], "client_secret": added["client_secret"]}

    def token(self, credentials: dict[str, str], **parameters: str) -> str:
        form = {"grant_type": "client_credentials", **credentials, **parameters}
        answer = httpx2.post(f"{self.url}/oauth2/token", data=form, trust_env=False)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]


@pytest.fixture(scope="session", name="install_once")
def install_once_fixture() -> Callable[..., Path]:
    return install_once


@pytest.fixture(scope="session", name="free_port")
def free_port_fixture() -> Callable[[], int]:
    return free_port


@pytest.fixture(scope="session", name="wait_for")
def wait_for_fixture() -> Callable[[str], None]:
    return wait_for


@pytest.fixture(scope="session", name="at_home")
def at_home_fixture(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Issuer]:
    """Return what gives a server its port and its directory; nothing runs yet."""

    def choose(name: str, **settings: str) -> Issuer:
        directory = tmp_path_factory.mktemp(name)
        port = free_port()
        url = f"http://localhost:{port}"
        kept = {name: text for name, text in os.environ.items() if not name.startswith("SUMUN_")}
        mandatory = {
            "SUMUN_MODE": "development",
            "SUMUN_ISSUER": url,
            "SUMUN_SERVER__PORT": str(port),
            "SUMUN_DATA_DIR": str(directory / "data"),
        }
        return Issuer(url, directory, kept | mandatory | settings)

    return choose


@pytest.fixture(scope="session")
def issuer(at_home: Callable[..., Issuer]) -> Iterator[Issuer]:
    home = at_home("issuer")
    with home.running():
        yield home


@pytest.fixture(scope="session")
def served() -> Callable[..., Any]:
    """Serve an ASGI application over HTTP until the block ends."""

    @contextmanager
    def serve(app: Any, port: int) -> Iterator[str]:
        server = uvicorn.Server(
            uvicorn.Config(app, port=port, log_level="error", ws="none", lifespan="on")
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            deadline = time.monotonic() + START_TIMEOUT
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.02)
            yield f"http://localhost:{port}"
        finally:
            server.should_exit = True
            thread.join(START_TIMEOUT)

    return serve
