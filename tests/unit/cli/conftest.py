import json
import os
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
