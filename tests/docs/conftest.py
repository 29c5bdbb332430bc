"""A demonstration server for the pages that ask for one."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

START_TIMEOUT = 20.0


@dataclass(frozen=True)
class Demo:
    url: str
    data: Path
    settings: dict[str, str]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    return _free_port


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """``sumun demo`` in an empty directory, at a port of its own."""
    directory = tmp_path_factory.mktemp("demo")
    port = _free_port()
    url = f"http://localhost:{port}"
    data = directory / "sumun-data"
    settings = {
        "SUMUN_ISSUER": url,
        "SUMUN_SERVER__PORT": str(port),
        "SUMUN_DATA_DIR": str(data),
    }
    log = directory / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [Path(sys.executable).parent / "sumun", "demo"],
            cwd=directory,
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_ready(url, process, log)
        yield Demo(url, data, settings)
        process.terminate()
        assert process.wait(START_TIMEOUT) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        assert process.poll() is None, f"sumun demo stopped:\n{log.read_text()}"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"sumun demo was not ready in {START_TIMEOUT} s:\n{log.read_text()}")
