import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from sumun.cli.root import run


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """An empty directory to work in, with no settings around."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("SUMUN_") or name in {"JWT_SECRET_KEY", "LC_ALL", "LC_MESSAGES", "LANG"}:
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def sumun(capsys):
    """Run one command line in this process."""

    def sumun(*arguments):
        status = run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        return Ran(status, out, err)

    return sumun


@pytest.fixture
def typed(monkeypatch, tmp_path_factory):
    """Give a command what is piped into it."""
    opened = []

    def typed(text):
        path = tmp_path_factory.mktemp("typed") / "input"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        opened.append(path.open(encoding="utf-8"))
        monkeypatch.setattr("sys.stdin", opened[-1])

    yield typed
    for file in opened:
        file.close()


@pytest.fixture
def installed(sumun, place):
    """A development installation."""
    ran = sumun("init", "--mode", "development")
    assert ran.status == 0, ran.err
    return place


@pytest.fixture
def in_production(sumun, place):
    """A production installation."""
    ran = sumun("init", "--mode", "production", "--issuer", "https://mcp.example")
    assert ran.status == 0, ran.err
    return place


@pytest.fixture
def events(sumun):
    """The events in the audit log, oldest first."""
    return lambda: sumun("audit", "tail", "-n", "100", "--json").json


class Request(NamedTuple):
    method: str
    path: str
    headers: dict
    body: bytes


class Peer:
    """An HTTP server on this machine that answers what it is told to."""

    def __init__(self):
        self.requests = []
        self.routes = {}
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, self.rfile.read(length))
                peer.requests.append(request)
                found = peer.routes.get(self.path, (404, b"", "text/plain", {}))
                status, body, media_type, extra = found(request) if callable(found) else found
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in extra.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815 - the library's names

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def answers(self, body, media_type, *, path="/mcp", status=200, **headers):
        self.routes[path] = (status, body, media_type, headers)
        return f"{self.url}{path}"

    def answers_json(self, value, **options):
        return self.answers(json.dumps(value).encode(), "application/json", **options)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def peer():
    peer = Peer()
    yield peer
    peer.stop()
