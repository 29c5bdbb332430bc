"""A server as a process: how it starts, how it is told to stop, and what it leaves behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sumun.config import ServerConfig
from sumun.server.serve import StartupError, bind

APPLICATION = """
import asyncio, os, pathlib

HERE = pathlib.Path(__file__).parent

def create(config):
    if (HERE / "refuse").exists():
        raise ValueError("no\\nsuch key")
    return application

async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if (HERE / "fail").exists():
                await send({"type": "lifespan.startup.failed", "message": "Traceback ..."})
                raise RuntimeError("the database is away")
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                (HERE / f"flushed-{os.getpid()}").touch()
                return
    if scope["path"].startswith("/sleep/"):
        (HERE / "begun").touch()
        await asyncio.sleep(float(scope["path"][7:]))
    if scope["path"] == "/error":
        raise ValueError("kim@example.com")
    body = str(os.getpid()).encode()
    await send({"type": "http.response.start", "status": 200,
                "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
"""

RUN = """
import sys
from sumun.config import Config, ServerConfig
from sumun.server.serve import StartupError, serve

if __name__ == "__main__":
    server = ServerConfig(port=0, drain_timeout=2, workers=int(sys.argv[1]), access_log=True)
    try:
        serve(Config(server=server), "served:create", ready=lambda url: print(url, flush=True))
    except StartupError as error:
        sys.exit(f"Error: {error}")
"""


class Server:
    """A server process of which a test knows everything."""

    def __init__(self, directory: Path, workers: int) -> None:
        self.directory = directory
        (directory / "served.py").write_text(APPLICATION)
        (directory / "run.py").write_text(RUN)
        environ = os.environ | {"PYTHONPATH": str(directory)}
        self.process = subprocess.Popen(
            [sys.executable, str(directory / "run.py"), str(workers)],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        self.url = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def get(self, path="/"):
        with urllib.request.urlopen(self.url + path, timeout=20) as response:
            return response.read().decode()

    def get_meanwhile(self, path):
        """Begin a request; the returned function waits for its answer."""
        answer = []

        def get():
            try:
                answer.append(self.get(path))
            except urllib.error.HTTPError as error:
                answer.append(error.code)
                error.close()
            except OSError as error:
                answer.append(type(error))

        thread = threading.Thread(target=get)
        thread.start()
        wait_for((self.directory / "begun").exists)

        def finish():
            thread.join()
            return answer[0]

        return finish

    def end(self):
        """Wait for the end and return the exit status, seconds it took, and standard error."""
        begun = time.monotonic()
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - begun, errors

    @property
    def flushed(self):
        return len(list(self.directory.glob("flushed-*")))


def wait_for(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


@pytest.fixture
def start(tmp_path):
    servers = []

    def start(workers=1):
        servers.append(Server(tmp_path, workers))
        return servers[-1]

    yield start
    for server in servers:
        server.__exit__()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains(start, number, workers):
    with start(workers) as server:
        finish = server.get_meanwhile("/sleep/1")

        server.process.send_signal(number)
        time.sleep(0.8)
        with pytest.raises(OSError, match="refused"):
            server.get()

        assert finish().isdigit()
        status, _, _ = server.end()
        assert status == 0
        assert server.flushed == workers


@pytest.mark.parametrize("workers", [1, 2])
def test_a_second_signal_does_not_wait(start, workers):
    with start(workers) as server:
        finish = server.get_meanwhile("/sleep/10")

        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.8)
        server.process.send_signal(signal.SIGTERM)

        status, seconds, _ = server.end()
        assert status == 0
        assert seconds < 1.0
        assert server.flushed == workers
        assert not str(finish()).startswith("2")


def test_draining_is_bounded(start):
    with start() as server:
        finish = server.get_meanwhile("/sleep/10")

        server.process.send_signal(signal.SIGTERM)

        status, seconds, errors = server.end()
        assert status == 0
        assert 1.5 < seconds < 4
        assert server.flushed == 1
        assert "Traceback" not in errors
        finish()


def test_a_killed_worker_comes_back(start):
    with start(2) as server:
        pids = set()
        wait_for(lambda: pids.add(server.get()) or len(pids) == 2)
        killed = pids.pop()
        os.kill(int(killed), signal.SIGKILL)

        def came_back():
            try:
                pids.add(server.get())
            except OSError:  # the request had reached the killed worker
                return False
            return len(pids - {killed}) == 2

        wait_for(came_back)
        server.process.send_signal(signal.SIGTERM)
        assert server.end()[0] == 0


def test_workers_end_with_their_supervisor(start):
    with start(2) as server:
        server.get()
        server.process.kill()
        wait_for(lambda: server.flushed == 2)


def test_an_error_is_one_line_and_an_answer_is_plain(start):
    with start() as server:
        with pytest.raises(urllib.error.HTTPError) as caught:
            server.get("/error?token=secret")
        with caught.value as response:
            assert (response.code, response.read()) == (500, b"Internal Server Error")
            assert "server" not in response.headers
        server.process.send_signal(signal.SIGTERM)
        _, _, errors = server.end()
    error, access = errors.splitlines()
    assert error.startswith("sumun: error: Exception in ASGI application: ValueError at ")
    assert json.loads(access)["path"] == "/error"
    assert "kim" not in errors
    assert "secret" not in errors


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("how", "reason"),
    [("refuse", "ValueError: no"), ("fail", "RuntimeError: the database is away")],
)
def test_an_application_that_does_not_start_says_why(start, tmp_path, workers, how, reason):
    (tmp_path / how).touch()

    status, _, errors = start(workers).end()

    assert status == 1
    assert reason in errors
    assert "Error: " in errors
    assert "Traceback" not in errors


def test_a_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            StartupError, match=f"^port {port} is in use; choose another with --port$"
        ):
            bind(ServerConfig(port=port))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (ServerConfig(host="192.0.2.1", port=0), "'192.0.2.1' is not an address of this machine"),
        (ServerConfig(host="no.such.host.invalid", port=0), "is not an address of this machine"),
        (ServerConfig(port=70000), "port 70000 is not a port"),
    ],
)
def test_an_address_that_cannot_be_had(limits, message):
    with pytest.raises(StartupError, match=message):
        bind(limits)


def test_localhost_is_every_loopback_address():
    sockets = bind(ServerConfig(host="localhost", port=0))
    try:
        assert "127.0.0.1" in {listening.getsockname()[0] for listening in sockets}
    finally:
        for listening in sockets:
            listening.close()
