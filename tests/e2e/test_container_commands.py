"""What the image and the compose file run, run outside a container in the same surroundings.

The surroundings are those the files ask for: the image's environment, its working directory in the
one place that can be written to, no capability, nothing inherited, an umask of somebody careless.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import httpx2
import pytest
import yaml

from sumun.config import ServerConfig

ROOT = Path(__file__).parents[2]
DOCKERFILE = re.sub(r"\\\n\s*", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
PORT = str(ServerConfig().port)
START_TIMEOUT = 30.0
PRODUCTION = {"SUMUN_ISSUER": "https://gate.example.com", "JWT_SECRET_KEY": "a" * 40}
OWN_CLIENT = ["client", "add", "crm-agent", "--scope", "mcp.access"]


def instruction(name: str) -> str:
    """The last one of this name, which is what the image has."""
    return re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)[-1]


IMAGE_ENV = dict(pair.split("=", 1) for pair in instruction("ENV").split())
COMMAND = json.loads(instruction("ENTRYPOINT")) + json.loads(instruction("CMD"))
HEALTH = re.search(r"CMD (\[.*\])", instruction("HEALTHCHECK"))
HEALTH_TIMEOUT = re.search(r"--timeout=(\d+)s", instruction("HEALTHCHECK"))


@dataclass
class Container:
    """One container's file system, port and variables, on this machine."""

    root: Path
    port: int
    environ: dict[str, str]
    confined: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def volume(self) -> Path:
        return self.root / instruction("VOLUME").lstrip("/")

    def start(self, command: list[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as output:
            return subprocess.Popen(
                [*self.confined, *command],
                cwd=self.root / instruction("WORKDIR").lstrip("/"),
                env=self.environ,
                umask=0,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def run(self, command: list[str], timeout: float = START_TIMEOUT) -> tuple[int, str]:
        log = self.root.parent / "run.log"
        process = self.start(command, log)
        try:
            return process.wait(timeout), log.read_text()
        finally:
            process.kill()
            process.wait()

    def health(self) -> int:
        """What the health check says, within the time it is given."""
        assert HEALTH is not None
        assert HEALTH_TIMEOUT is not None
        check = json.loads(HEALTH.group(1).replace(PORT, str(self.port)))
        return self.run(check, timeout=float(HEALTH_TIMEOUT.group(1)))[0]

    @contextlib.contextmanager
    def running(self, command: list[str], grace: str) -> Iterator[Path]:
        """Serve until the block ends, then stop as ``docker stop`` does."""
        log = self.root.parent / "server.log"
        process = self.start(command, log)
        try:
            self._wait_until_ready(process, log)
            yield log
            process.send_signal(signal.SIGTERM)
            assert process.wait(float(grace.removesuffix("s"))) == 0, log.read_text()
        finally:
            process.kill()
            process.wait()

    def _wait_until_ready(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(httpx2.HTTPError):
                if httpx2.get(f"{self.url}/readyz", trust_env=False).status_code == 200:
                    return
            time.sleep(0.05)
        pytest.fail(log.read_text())


@pytest.fixture
def container(tmp_path, free_port):
    def build(service: dict[str, Any], given: dict[str, str]) -> Container:
        root = tmp_path / "root"
        root.mkdir()
        (root / instruction("VOLUME").lstrip("/")).mkdir(parents=True, mode=0o700)
        for directory in (root, root / "var", root / "var" / "lib"):
            directory.chmod(0o555)
        temporary = tmp_path / "tmp"
        temporary.mkdir(exist_ok=True)
        environ = IMAGE_ENV | composed(service, given)
        environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environ["SUMUN_DATA_DIR"] = str(root / environ["SUMUN_DATA_DIR"].lstrip("/"))
        environ["TMPDIR"] = str(temporary)
        environ["HTTP_PROXY"] = environ["http_proxy"] = "http://127.0.0.1:9"
        if kept := os.environ.get("PYTHONPATH"):
            environ["PYTHONPATH"] = kept
        port = free_port()
        environ["SUMUN_SERVER__PORT"] = str(port)
        return Container(root, port, environ, confinement(service))

    yield build
    for directory in (tmp_path / "root").rglob("*"):
        if directory.is_dir():
            directory.chmod(0o700)
    (tmp_path / "root").chmod(0o700)


def composed(service: dict[str, Any], given: dict[str, str]) -> dict[str, str]:
    """The service's variables, with ``${NAME:-}`` as compose fills it in."""
    return {
        name: re.sub(r"\$\{(\w+):-\}", lambda match: given.get(match.group(1), ""), value)
        for name, value in service["environment"].items()
    }


def confinement(service: dict[str, Any]) -> list[str]:
    """What the service may not do, as a command to start it by; capabilities are root's alone."""
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    setpriv = which("setpriv")
    assert setpriv is not None, "setpriv is a part of util-linux, which every Debian has"
    dropped = ["--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    return [setpriv, "--no-new-privs", *dropped]


def assert_private(volume: Path) -> None:
    """Nobody else may read or write what was made, whatever the umask."""
    made = [path for path in volume.rglob("*") if not path.is_socket()]
    assert made
    open_to_others = [path for path in made if path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_the_demonstration(container):
    service = COMPOSE["services"]["sumun"]
    box = container(service, {})
    # Outside, the demonstration is not at its usual port; inside a container it always is.
    box.environ["SUMUN_ISSUER"] = f"http://localhost:{box.port}"
    command = COMMAND[:1] + service["command"]
    assert box.health() != 0
    with box.running(command, service["stop_grace_period"]) as log:
        assert box.health() == 0
        assert httpx2.get(f"{_address()}:{box.port}/readyz", trust_env=False).status_code == 200
        status, said = box.run(["sumun", "try"])
        assert status == 0, said
        assert said.splitlines()[-1].startswith("verified")
        assert "Traceback" not in log.read_text()
    assert_private(box.volume)
    assert {path.name for path in box.root.iterdir()} == {"var"}
    assert box.health() != 0


def _address() -> str:
    """The URL of this machine as others reach it, where it has an address of that kind."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        with contextlib.suppress(OSError):
            probe.connect(("192.0.2.1", 9))
        host = probe.getsockname()[0]
    return f"http://{host if host != '0.0.0.0' else '127.0.0.1'}"


def test_the_server_in_earnest(container, postgres_schema):
    service = COMPOSE["services"]["gate"]
    box = container(service, PRODUCTION)
    assert box.environ["SUMUN_STORAGE__URL"] == "postgresql://sumun@postgresql/sumun"
    # The PostgreSQL of the tests listens on a socket of another user's, which needs a capability.
    box.confined = box.confined[:2]
    with postgres_schema() as url:
        box.environ["SUMUN_STORAGE__URL"] = url
        _serve_twice(box, service)
    assert_private(box.volume)
    assert not (box.volume / "sumun.db").exists()
    assert PRODUCTION["JWT_SECRET_KEY"].encode() not in b"".join(
        path.read_bytes() for path in box.volume.rglob("*") if path.is_file()
    )


def _serve_twice(box, service):
    with box.running(COMMAND, service["stop_grace_period"]):
        assert box.health() == 0
        status, said = box.run(["sumun", "--json", *OWN_CLIENT])
        assert status == 0, said
        form = {"grant_type": "client_credentials", "scope": "mcp.access"}
        secret = json.loads(said)["client_secret"]
        answer = httpx2.post(
            f"{box.url}/oauth2/token", data=form, auth=("crm-agent", secret), trust_env=False
        )
        assert answer.status_code == 200, answer.text
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    with box.running(COMMAND, service["stop_grace_period"]):
        again = httpx2.get(f"{box.url}/hello", headers=headers, trust_env=False)
        assert again.status_code == 200, "what was before the stop is there again"


def test_without_being_told_anything_it_says_what_it_needs(container):
    status, said = container(COMPOSE["services"]["gate"], {}).run(COMMAND)
    assert status == 2
    assert "issuer" in said
    assert "Traceback" not in said


def test_it_stops_in_time_while_somebody_still_waits(container):
    service = COMPOSE["services"]["sumun"]
    grace = float(service["stop_grace_period"].removesuffix("s"))
    assert ServerConfig().drain_timeout < grace
    box = container(service, {})
    box.environ["SUMUN_ISSUER"] = f"http://localhost:{box.port}"
    with (
        box.running(COMMAND[:1] + service["command"], service["stop_grace_period"]),
        socket.create_connection(("127.0.0.1", box.port)) as waiting,
    ):
        waiting.sendall(b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
