import stat

import pytest


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_private(in_production):
    data = in_production / "sumun-data"
    assert mode(in_production / "sumun.toml") == 0o600
    assert mode(data) == mode(data / "keys") == 0o700
    assert {mode(file) for file in (data / "keys").iterdir()} == {0o600}
    assert {mode(data / name) for name in ("sumun.db", "policy.toml")} == {0o600}
    assert (data / "keys" / "root.key").stat().st_size >= 32


def test_what_was_written_passes_the_doctor(sumun, in_production):
    checks = {each["name"]: each["status"] for each in sumun("doctor", "--json").json["checks"]}
    assert checks.pop("server") == "skipped"
    assert set(checks.values()) == {"ok"}


def test_production_names_the_data_by_its_whole_path(in_production):
    assert f'data_dir = "{in_production}/sumun-data"' in (in_production / "sumun.toml").read_text()


def test_nothing_is_overwritten(sumun, installed):
    before = (installed / "sumun.toml").read_bytes()
    ran = sumun("init", "--mode", "development")
    assert ran.status == 2
    assert "sumun.toml: exists already" in ran.err
    assert (installed / "sumun.toml").read_bytes() == before


def test_existing_keys_and_policy_stay(sumun, installed):
    root = (installed / "sumun-data" / "keys" / "root.key").read_bytes()
    (installed / "sumun-data" / "policy.toml").write_text("version = 1\n[defaults]\n")
    (installed / "sumun.toml").unlink()
    assert sumun("init", "--mode", "development").status == 0
    assert (installed / "sumun-data" / "keys" / "root.key").read_bytes() == root
    assert (installed / "sumun-data" / "policy.toml").read_text() == "version = 1\n[defaults]\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--mode"),
        (["--mode", "production"], "--issuer"),
        (["--mode", "production", "--issuer", "http://x.example"], "plain http"),
        (["--mode", "production", "--issuer", "ftp://x"], "http(s) URL"),
        (["--mode", "development", "--issuer", 'http://x"y'], "cannot stand in a settings file"),
        (["--mode", "development", "--issuer", "http://x:99999"], "no valid port"),
    ],
)
def test_what_cannot_be_used_leaves_nothing_behind(sumun, place, typed, arguments, said):
    typed("")
    ran = sumun("init", *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert list(place.iterdir()) == []


def test_other_places(sumun, place):
    ran = sumun("--config", "etc.toml", "--data-dir", "var", "init", "--mode", "development")
    assert ran.status == 0
    assert sorted(path.name for path in place.iterdir()) == ["etc.toml", "var"]
    assert sumun("--config", "etc.toml", "client", "list").status == 0


def test_a_place_that_cannot_be_written(sumun):
    ran = sumun("--config", "/proc/sumun.toml", "init", "--mode", "development")
    assert ran.status == 2
    assert ran.err.startswith("sumun: /proc/sumun.toml: ")


def test_a_development_issuer_gives_the_port(sumun, place):
    sumun("init", "--mode", "development", "--issuer", "http://localhost:9191")
    assert "port = 9191" in (place / "sumun.toml").read_text()
