import time

import pytest

from sumun.keys import RootSecret, SealedFiles, SigningKeyring

ISSUER = "http://localhost:1"


@pytest.fixture
def installed(installed):
    """An installation at whose issuer nobody answers, whatever else runs on this machine."""
    settings = installed / "sumun.toml"
    settings.write_text(settings.read_text().replace("http://localhost:8081", ISSUER))
    return installed


@pytest.fixture
def doctor(sumun):
    """Run the doctor; return the checks by name, and the exit status."""

    def doctor():
        ran = sumun("doctor", "--json")
        checks = {each["name"]: each for each in ran.json["checks"]}
        assert ran.json["ok"] is (ran.status == 0)
        assert all(each["mend"] for each in checks.values() if each["status"] == "failed")
        return checks, ran.status

    return doctor


def failing(checks):
    return {name for name, each in checks.items() if each["status"] == "failed"}


def test_development_is_a_warning(doctor, installed):
    checks, status = doctor()
    assert status == 0
    assert checks["mode"]["status"] == "warning"


def test_no_installation(doctor, place):
    checks, status = doctor()
    assert status == 1
    assert "there is no installation here" in checks["settings"]["detail"]
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("text", ["mode =", 'issuer = "http://plain.example"'])
def test_settings_that_cannot_be_used(doctor, place, text):
    (place / "sumun.toml").write_text(text)
    checks, status = doctor()
    assert status == 1
    assert failing(checks) == {"settings"}


def test_data_that_is_not_there(doctor, place):
    (place / "sumun.toml").write_text('mode = "development"\n')
    checks, status = doctor()
    assert status == 1
    assert failing(checks) == {"data directory"}


@pytest.mark.parametrize(
    "name", ["", "keys", "keys/root.key", "sumun.db", "logs/security_audit.log"]
)
def test_open_permissions(sumun, doctor, installed, name):
    path = installed / "sumun-data" / name
    path.chmod(path.stat().st_mode | 0o044)
    checks, status = doctor()
    assert status == 1
    assert checks["permissions"]["mend"].startswith("chmod ")
    assert str(path.relative_to(installed)) in checks["permissions"]["mend"]


def test_settings_that_others_can_change(doctor, in_production):
    (in_production / "sumun.toml").chmod(0o666)
    checks, _ = doctor()
    assert failing(checks) == {"settings permissions"}


def test_a_wrong_root_secret(doctor, installed, monkeypatch):
    monkeypatch.setenv("JWT_SECRET_KEY", "another-secret-than-the-one-of-before")
    checks, status = doctor()
    assert status == 1
    assert failing(checks) == {"keys"}
    assert "does not open with this root secret" in checks["keys"]["detail"]
    assert checks["database"]["status"] == "skipped"


def test_a_lost_root_secret_is_not_made_anew(doctor, installed):
    path = installed / "sumun-data" / "keys" / "root.key"
    path.unlink()
    checks, status = doctor()
    assert status == 1
    assert "keys" in failing(checks)
    assert not path.exists()


def test_a_damaged_key_file(doctor, installed):
    (installed / "sumun-data" / "keys" / "data-keys.sealed").write_bytes(b"what")
    checks, _ = doctor()
    assert "data-keys.sealed" in checks["keys"]["detail"]


def test_a_policy_that_cannot_be_read(doctor, installed):
    (installed / "sumun-data" / "policy.toml").write_text("version = 1\nx = 1\ny = 2\n")
    checks, _ = doctor()
    assert "policy" in failing(checks)
    assert "policy.toml:" in checks["policy"]["detail"]


def test_a_policy_that_fails_its_own_tests(doctor, installed):
    path = installed / "sumun-data" / "policy.toml"
    test = 'server = "s"\ntool = "t"\ndirection = "results"\nentity = "email"\nscope = "mcp:s"\n'
    with path.open("a") as file:
        file.write(f'[[test]]\nname = "t"\n{test}expect = "reject"\n')
    checks, _ = doctor()
    assert failing(checks) == {"policy"}
    assert checks["policy"]["mend"] == "sumun policy test"


def test_a_policy_that_only_observes(doctor, installed):
    path = installed / "sumun-data" / "policy.toml"
    path.write_text(path.read_text().replace('"enforce"', '"observe"', 1))
    checks, status = doctor()
    assert status == 0
    assert checks["policy"]["status"] == "warning"


def test_a_corrupt_database(doctor, installed):
    (installed / "sumun-data" / "sumun.db").write_bytes(b"not a database" * 1000)
    checks, status = doctor()
    assert status == 1
    assert failing(checks) == {"database"}


def test_a_schema_of_the_future(doctor, installed):
    import sqlite3

    connection = sqlite3.connect(installed / "sumun-data" / "sumun.db")
    with connection:
        connection.execute("INSERT INTO schema_migrations VALUES (99, 'later', 'x')")
    connection.close()
    checks, _ = doctor()
    assert "install the newer version" in checks["database"]["detail"]


def test_a_clock_that_was_set_back(sumun, doctor, installed, monkeypatch):
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    checks, status = doctor()
    assert status == 1
    assert {"clock", "log time"} <= failing(checks)


def test_when_the_next_key_comes(doctor, installed):
    checks, _ = doctor()
    assert checks["key rotation"]["status"] == "ok"
    assert "20" in checks["key rotation"]["detail"]


def test_a_key_from_the_future(sumun, doctor, installed):
    _keyring(installed, lambda: time.time() + 3600).rotate(keep=960)
    checks, _ = doctor()
    assert "key rotation" in failing(checks)
    sumun("key", "rotate")
    checks, _ = doctor()
    assert "key rotation" not in failing(checks)


def test_a_rotation_that_did_not_happen(doctor, installed):
    (installed / "sumun-data" / "keys" / "signing-keys.sealed").unlink()
    _keyring(installed, lambda: time.time() - 100 * 86_400)
    checks, _ = doctor()
    assert checks["key rotation"]["status"] == "warning"
    assert "start the server" in checks["key rotation"]["mend"]


def test_keys_that_are_never_rotated(doctor, installed, monkeypatch):
    monkeypatch.setenv("SUMUN_KEYS__ROTATE_EVERY", "0")
    checks, status = doctor()
    assert status == 0
    assert checks["key rotation"]["status"] == "warning"


def test_keys_in_the_database(sumun, doctor, installed, monkeypatch):
    monkeypatch.setenv("SUMUN_KEYS__STORE", "database")
    monkeypatch.setenv("JWT_SECRET_KEY", _root_secret(installed))
    assert doctor()[0]["keys"]["status"] == "skipped"
    kid = sumun("key", "list", "--json").json[0]["kid"]
    checks, status = doctor()
    assert status == 0
    assert kid in checks["keys"]["detail"]
    monkeypatch.setenv("JWT_SECRET_KEY", "another-secret-than-the-one-of-before")
    checks, status = doctor()
    assert status == 1
    assert "keys" in failing(checks)


def _root_secret(installed):
    return (installed / "sumun-data" / "keys" / "root.key").read_text().strip()


def _keyring(installed, clock=time.time):
    root = RootSecret(_root_secret(installed).encode())
    return SigningKeyring.open(SealedFiles(installed / "sumun-data" / "keys", root), "ES256", clock)


def test_a_dead_upstream(sumun, doctor, installed):
    sumun("server", "add", "crm", "http://127.0.0.1:1/mcp")
    checks, _ = doctor()
    assert failing(checks) == {"upstream crm"}


def test_the_doctor_changes_nothing(sumun, doctor, installed):
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*.sealed")}
    size = sumun("audit", "verify", "--json").json["size"]
    doctor()
    assert {path: path.stat().st_mtime_ns for path in installed.rglob("*.sealed")} == before
    assert sumun("audit", "verify", "--json").json["size"] == size


def test_for_people(sumun, installed):
    ran = sumun("doctor")
    assert ran.out.splitlines()[-1] == "All is well."
    (installed / "sumun-data").chmod(0o755)
    ran = sumun("doctor")
    assert "→ chmod 700" in ran.out
    assert ran.out.splitlines()[-1] == "faults: 1"


class TestTheRunningServer:
    @pytest.fixture
    def served(self, sumun, installed, peer):
        """A server that answers as ours does, and the settings that name it."""
        settings = installed / "sumun.toml"
        settings.write_text(settings.read_text().replace(ISSUER, peer.url))
        kid = sumun("key", "list", "--json").json[0]["kid"]
        peer.answers(b"ok", "text/plain", path="/readyz")
        for name in ("oauth-authorization-server", "openid-configuration"):
            peer.answers_json({"issuer": peer.url}, path=f"/.well-known/{name}")
        resource = {"resource": peer.url, "authorization_servers": [peer.url]}
        peer.answers_json(resource, path="/.well-known/oauth-protected-resource")
        peer.answers_json({"keys": [{"kid": kid, "kty": "EC"}]}, path="/.well-known/jwks.json")
        return peer

    def test_all_is_well(self, doctor, served):
        checks, status = doctor()
        assert status == 0, checks
        names = ("server", "server clock", "issuer", "key set")
        assert {checks[name]["status"] for name in names} == {"ok"}

    def test_not_ready(self, doctor, served):
        served.answers(b"unavailable", "text/plain", path="/readyz", status=503)
        checks, _ = doctor()
        assert failing(checks) == {"server"}

    @pytest.mark.parametrize("name", ["oauth-authorization-server", "openid-configuration"])
    def test_another_issuer_in_one_document(self, doctor, served, name):
        served.answers_json({"issuer": served.url + "/"}, path=f"/.well-known/{name}")
        checks, _ = doctor()
        assert failing(checks) == {"issuer"}
        assert name in checks["issuer"]["detail"]

    def test_another_authorization_server(self, doctor, served):
        document = {"resource": served.url, "authorization_servers": ["https://other.example"]}
        served.answers_json(document, path="/.well-known/oauth-protected-resource")
        assert failing(doctor()[0]) == {"issuer"}

    def test_the_document_of_each_server_behind_the_gateway(self, sumun, doctor, served):
        sumun("server", "add", "crm", f"{served.url}/crm")
        path = "/.well-known/oauth-protected-resource/mcp/crm"
        assert "issuer" in failing(doctor()[0])
        served.answers_json({"resource": f"{served.url}/mcp/crm"}, path=path)
        assert "issuer" not in failing(doctor()[0])

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b""])
    def test_a_document_that_is_none(self, doctor, served, body):
        served.answers(body, "text/html", path="/.well-known/openid-configuration")
        assert failing(doctor()[0]) == {"issuer"}

    def test_another_installation_at_the_issuer(self, doctor, served):
        served.answers_json({"keys": [{"kid": "other"}]}, path="/.well-known/jwks.json")
        checks, _ = doctor()
        assert failing(checks) == {"key set"}
        assert "another installation" in checks["key set"]["mend"]

    @pytest.mark.parametrize("keys", [[], [{"kid": "k", "d": "private"}], ["x"], None])
    def test_keys_that_must_not_be(self, doctor, served, keys):
        served.answers_json({"keys": keys}, path="/.well-known/jwks.json")
        assert failing(doctor()[0]) == {"key set"}

    @pytest.mark.parametrize(
        ("date", "status"),
        [("Mon, 01 Jan 2024 00:00:00 GMT", "failed"), ("yesterday", "skipped")],
    )
    def test_a_clock_elsewhere(self, doctor, served, date, status):
        served.answers(b"ok", "text/plain", path="/readyz", Date=date)
        assert doctor()[0]["server clock"]["status"] == status
