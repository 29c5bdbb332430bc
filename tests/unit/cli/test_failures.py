from importlib import import_module

import click
import pytest

from sumun.cli import failures, language
from sumun.cli.failures import FAULT, UNAVAILABLE, USAGE, Failure, explain
from sumun.config import ConfigurationError


@pytest.mark.parametrize("name", failures._STATUSES)
def test_every_exception_that_is_known_exists(name):
    module, _, kind = name.rpartition(".")
    assert issubclass(getattr(import_module(module), kind), Exception)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Failure("x: is wrong", 3), ("x: is wrong", 3)),
        (ConfigurationError("sumun.toml: no"), ("sumun.toml: no", USAGE)),
        (click.UsageError("What?"), ("What?", USAGE)),
        (FileNotFoundError(2, "No such file", "a.txt"), ("a.txt: No such file", UNAVAILABLE)),
    ],
)
def test_what_is_foreseen_is_explained(error, expected):
    assert explain(error) == expected


def test_what_is_not_foreseen_says_where_and_never_what():
    with pytest.raises(ValueError, match="hunter2") as caught:
        int("hunter2")
    message, status = explain(caught.value)
    assert status == FAULT
    assert "ValueError at test_failures.py" in message
    assert "hunter2" not in message


def test_several_problems_are_several_lines(sumun, place):
    (place / "sumun.toml").write_text('issuer = "http://x"\n[server]\ndebug = true\n')
    ran = sumun("serve")
    assert ran.status == 2
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == ["sumun", "sumun"]
    assert "issuer" in ran.err
    assert "server.debug" in ran.err


def test_debug_shows_the_traceback(sumun, place):
    (place / "sumun.toml").write_text("what")
    with pytest.raises(ConfigurationError):
        sumun("--debug", "serve")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mode = ", "is not valid TOML"),
        ("nosuch = 1", "nosuch"),
        ('[server]\nport = "x"', "server.port"),
        ('issuer = "mcp.example"', "must be an http(s) URL"),
    ],
)
@pytest.mark.parametrize("command", [["serve"], ["client", "list"], ["demo"], ["policy", "test"]])
def test_settings_that_cannot_be_used(sumun, place, command, text, said):
    (place / "sumun.toml").write_text(text)
    ran = sumun(*command)
    assert ran.status == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_settings_file_that_is_not_there(sumun, monkeypatch):
    assert "nosuch.toml: cannot be read" in sumun("--config", "nosuch.toml", "client", "list").err
    monkeypatch.setenv("SUMUN_CONFIG", "other.toml")
    assert "other.toml: cannot be read" in sumun("client", "list").err


def test_an_unknown_variable_is_a_wrong_setting(sumun, installed, monkeypatch):
    monkeypatch.setenv("SUMUN_SERVER__PROT", "1")
    ran = sumun("client", "list")
    assert ran.status == 2
    assert "prot" in ran.err


def test_korean_errors(sumun):
    assert "설치가 없습니다" in sumun("--lang", "ko", "client", "list").err
    language.choose("en")
