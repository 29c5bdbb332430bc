"""What ``sumun demo`` and ``sumun try`` refuse, and what a demonstration's directory means."""

import stat

import pytest

from sumun.cli import demonstration
from sumun.cli.commands import demo_command
from sumun.cli.demonstration import Demonstration
from sumun.policy import Policy


@pytest.fixture
def made(place):
    (place / "sumun-data").mkdir(mode=0o700)
    demonstration.write(
        place / "sumun-data",
        Demonstration(issuer="http://localhost:9191", sample_url="http://127.0.0.1:1/mcp"),
    )
    return place / "sumun-data"


def test_the_file_is_private(made):
    assert stat.S_IMODE((made / "demo.json").stat().st_mode) == 0o600
    assert demonstration.read(made).issuer == "http://localhost:9191"


def test_whoever_looks_into_it_need_not_say_that_it_is_one(sumun, made):
    sumun("client", "add", "agent")
    assert sumun("client", "list").status == 0
    issued = sumun("token", "issue", "agent", "--json")
    assert issued.status == 0


def test_it_is_never_served_in_earnest(sumun, made, place):
    (place / "sumun.toml").write_text('issuer = "https://mcp.example"\n')
    ran = sumun("serve")
    assert ran.status == 2
    assert "was made by sumun demo" in ran.err


def test_a_demonstration_keeps_out_of_other_data(sumun, in_production):
    before = sorted(path.name for path in (in_production / "sumun-data").iterdir())
    ran = sumun("demo")
    assert ran.status == 2
    assert "belongs to an installation that is no demonstration" in ran.err
    assert sorted(path.name for path in (in_production / "sumun-data").iterdir()) == before


def test_a_demonstration_keeps_out_of_other_databases(sumun, monkeypatch):
    monkeypatch.setenv("SUMUN_STORAGE__URL", "postgresql://localhost/production")
    ran = sumun("demo")
    assert ran.status == 2
    assert "storage.url" in ran.err


def test_trying_needs_a_demonstration(sumun, installed):
    ran = sumun("try")
    assert ran.status == 3
    assert "start one with sumun demo" in ran.err


def test_trying_needs_it_to_run(sumun, made, peer):
    demonstration.write(made, Demonstration(issuer="http://127.0.0.1:1", sample_url="http://x/"))
    ran = sumun("try")
    assert ran.status == 3
    assert "is the demonstration running?" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("body", [b"{}", b"[]", b"<html>", b'{"error_description":"no"}'])
def test_trying_against_something_else(sumun, made, peer, body):
    demonstration.write(made, Demonstration(issuer=peer.url, sample_url=peer.url))
    peer.answers(body, "application/json", path="/oauth2/token", status=400)
    ran = sumun("try")
    assert ran.status == 3
    assert "/oauth2/token: HTTP 400" in ran.err


@pytest.mark.parametrize("content", ["", "[]", "{", '{"issuer": 1}'])
def test_a_damaged_file(sumun, made, content):
    (made / "demo.json").write_text(content)
    for command in (["try"], ["client", "list"]):
        ran = sumun(*command)
        assert ran.status == 2
        assert "demo.json: is damaged" in ran.err


def test_the_policy_of_the_demonstration_passes_its_own_tests():
    results = Policy.parse(demo_command.POLICY).run_tests()
    assert results
    assert all(each.passed for each in results)


def test_the_issuer_follows_the_port(monkeypatch):
    from sumun.cli.settings import Settings

    settings = Settings()
    assert settings.load_local({}).issuer == "http://localhost:8081"
    assert settings.load_local({"server.port": 9090}).issuer == "http://localhost:9090"
    monkeypatch.setenv("SUMUN_ISSUER", "https://demo.example")
    assert settings.load_local({"server.port": 9090}).issuer == "https://demo.example"
