import base64
import json
import sqlite3

import pytest

from sumun.audit.checkpoint import CheckpointVerifier
from sumun.audit.tree import check_inclusion, leaf_hash


@pytest.fixture
def log(sumun, installed):
    for name in ("a", "b", "c"):
        sumun("client", "add", name)
    return installed / "sumun-data" / "sumun.db"


def tamper(path, statement):
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


def test_verify(sumun, log):
    ran = sumun("audit", "verify")
    assert ran.status == 0
    assert ran.out.startswith("verified")
    assert sumun("audit", "verify", "--json").json["size"] == 4


def test_the_log_of_a_wrapped_server_or_a_function_can_be_read_without_an_issuer(sumun, log, place):
    (place / "sumun.toml").unlink()
    for command in (["audit", "verify"], ["audit", "tail"], ["policy", "check"]):
        ran = sumun(*command)
        assert ran.status == 0, ran.err


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET client_id = 'z' WHERE seq = 2",
        "DELETE FROM audit_events WHERE seq = 3",
        "DELETE FROM audit_heads",
    ],
)
def test_a_change_shows(sumun, log, statement):
    tamper(log, statement)
    ran = sumun("audit", "verify")
    assert ran.status == 1
    assert ran.out.startswith("NOT VERIFIED")
    assert sumun("doctor").status == 1


def test_a_checkpoint_kept_elsewhere_shows_a_roll_back(sumun, log, place):
    backup = log.read_bytes()
    sumun("client", "add", "later")
    assert sumun("audit", "verify", "--save-checkpoint", place / "head").status == 0
    log.write_bytes(backup)
    (log.parent / "logs" / "security_audit.log").unlink()
    assert sumun("audit", "verify").status == 0
    ran = sumun("audit", "verify", "--checkpoint", place / "head")
    assert ran.status == 1


def test_tail_and_its_filters(sumun, log):
    assert [each["seq"] for each in sumun("audit", "tail", "-n", "2", "--json").json] == [2, 3]
    only = sumun("audit", "tail", "--client", "b", "--json").json
    assert [each["client_id"] for each in only] == ["b"]
    assert sumun("audit", "tail", "--type", "nosuch", "--json").json == []
    assert "client_created" in sumun("audit", "tail").out


def test_what_a_caller_named_cannot_reach_the_terminal(sumun, log):
    escaped = """replace(line, '"b"', '"\\u001b[2J"')"""
    tamper(log, f"UPDATE audit_events SET line = CAST({escaped} AS BLOB) WHERE seq = 2")
    out = sumun("audit", "tail").out
    assert "\\x1b[2J" in out
    assert "\x1b[2J" not in out


def test_export_is_what_is_stored(sumun, log):
    lines = sumun("audit", "export", "--from", "1").out.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3]


def test_a_proof_holds(sumun, log):
    proof = sumun("audit", "prove", "2", "--json").json
    head = CheckpointVerifier.parse(proof["verifier_key"]).open(proof["checkpoint"])
    hashes = [bytes.fromhex(each) for each in proof["hashes"]]
    check_inclusion(2, proof["size"], leaf_hash(proof["line"].encode()), hashes, head.root)
    assert base64.b64decode(proof["root"]) == head.root
    assert proof["line"] in sumun("audit", "prove", "2").out


def test_an_event_that_is_not_there(sumun, log):
    ran = sumun("audit", "prove", "99")
    assert ran.status == 2
    assert "event 99" in ran.err


def test_reading_changes_nothing(sumun, log):
    for command in (["verify"], ["tail"], ["prove", "0"]):
        assert sumun("audit", *command).status == 0
    assert sumun("audit", "verify", "--json").json["size"] == 4
