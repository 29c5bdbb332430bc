"""Somebody with write access to the database, but without the key, changes the log."""

import hashlib
import shutil

import pytest

from sumun.audit import AuditLog, Event
from sumun.audit.checkpoint import CheckpointSigner
from sumun.audit.tree import leaf_hash, root_of
from sumun.storage import connect

SEED = bytes(range(32))
SIZE = 12


@pytest.fixture
async def written(lone_log, monkeypatch):
    """Twelve events in four batches, with kept checkpoints at 6 and 12."""
    monkeypatch.setattr("sumun.audit.append.CHECKPOINT_INTERVAL", 5)
    for at in range(0, SIZE, 3):
        await lone_log.record(*(Event(event_type="e", user_id=f"u{n}") for n in range(at, at + 3)))
    return lone_log


async def test_an_untouched_log(written, intruder):
    assert intruder("SELECT size FROM audit_checkpoints") == [(6,), (12,)]
    found = await written.verify()
    assert (found.ok, found.size, found.first_bad, found.reason) == (True, SIZE, None, "")
    assert (await written.verify(found.checkpoint)).ok
    assert found.checkpoint == await written.checkpoint()


async def test_an_empty_log(lone_log):
    assert (await lone_log.verify())[:3] == (True, 0, None)


@pytest.mark.parametrize("seq", [0, 4, 11])
async def test_a_changed_byte(written, intruder, seq):
    intruder(
        "UPDATE audit_events SET line = CAST(REPLACE(line, 'user', 'us3r') AS BLOB) WHERE seq = ?",
        seq,
    )
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, seq)
    assert "was changed" in found.reason


@pytest.mark.parametrize("seq", [0, 4, 10])
async def test_a_changed_line_with_its_hash_made_to_fit(written, intruder, seq):
    ((line,),) = intruder("SELECT line FROM audit_events WHERE seq = ?", seq)
    forged = line.replace(b':"u', b':"x')
    intruder(
        "UPDATE audit_events SET line = ?, leaf_hash = ?, user_id = ? WHERE seq = ?",
        forged,
        leaf_hash(forged),
        f"x{seq}",
        seq,
    )
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, seq)


def rewrite_from(intruder, start):
    """Forge event ``start`` and mend everything after it that needs no key."""
    rows = intruder("SELECT line FROM audit_events ORDER BY seq")
    lines = [row[0] for row in rows]
    lines[start] = lines[start].replace(b':"u', b':"x')
    for seq in range(start + 1, len(lines)):
        at = lines[seq].index(b'"prev":"') + 8
        prev = hashlib.sha256(lines[seq - 1]).hexdigest().encode()
        lines[seq] = lines[seq][:at] + prev + lines[seq][at + 64 :]
    for seq, line in enumerate(lines):
        intruder(
            "UPDATE audit_events SET line = ?, leaf_hash = ? WHERE seq = ?",
            line,
            leaf_hash(line),
            seq,
        )
    intruder("UPDATE audit_events SET user_id = ? WHERE seq = ?", f"x{start}", start)
    return [leaf_hash(line) for line in lines]


@pytest.mark.parametrize(("start", "first_bad"), [(2, 0), (8, 6), (11, 6)])
async def test_a_rewritten_history_is_narrowed_down_by_kept_checkpoints(
    written, intruder, start, first_bad
):
    rewrite_from(intruder, start)
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, first_bad)
    assert f"an event from {first_bad} to" in found.reason


async def test_a_head_signed_with_another_key(written, intruder):
    leaves = rewrite_from(intruder, 8)
    forged = CheckpointSigner("sumun/audit/main", bytes(32)).sign(SIZE, root_of(leaves))
    intruder("UPDATE audit_heads SET checkpoint = ?", forged)
    intruder("DELETE FROM audit_checkpoints WHERE size = 12")
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 6)
    assert "the signed head: no signature by the key" in found.reason


async def test_a_head_with_a_broken_signature(written, intruder):
    ((note,),) = intruder("SELECT checkpoint FROM audit_heads")
    intruder("UPDATE audit_heads SET checkpoint = ?", note[:-12] + "AAAA" + note[-8:])
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, SIZE)
    assert "signature" in found.reason


@pytest.mark.parametrize("seq", [0, 5, 10])
async def test_a_deleted_line(written, intruder, seq):
    intruder("DELETE FROM audit_events WHERE seq = ?", seq)
    found = await written.verify()
    assert (found.ok, found.first_bad, found.reason) == (False, seq, f"event {seq} is missing")


async def test_a_deleted_tail(written, intruder):
    intruder("DELETE FROM audit_events WHERE seq >= 9")
    found = await written.verify()
    assert (found.ok, found.size, found.first_bad) == (False, 9, 9)
    assert "covers 12 events" in found.reason


async def test_a_deleted_tail_and_head(written, intruder):
    intruder("DELETE FROM audit_events WHERE seq >= 9")
    intruder("DELETE FROM audit_heads")
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 9)


async def test_a_deleted_tail_and_head_and_last_checkpoint(written, intruder):
    """Nothing after event 6 is vouched for any more."""
    intruder("DELETE FROM audit_events WHERE seq >= 9")
    intruder("DELETE FROM audit_heads")
    intruder("DELETE FROM audit_checkpoints WHERE size = 12")
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 6)
    assert "head is missing" in found.reason


async def test_everything_deleted(written, intruder):
    for table in ("events", "heads", "checkpoints"):
        intruder(f"DELETE FROM audit_{table}")
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 0)


async def test_two_swapped_lines(written, intruder):
    intruder("UPDATE audit_events SET seq = 100 WHERE seq = 3")
    intruder("UPDATE audit_events SET seq = 3 WHERE seq = 7")
    intruder("UPDATE audit_events SET seq = 7 WHERE seq = 100")
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 3)
    assert "replaced by event 7" in found.reason


async def test_a_line_added_without_the_key(written, intruder):
    intruder(
        "INSERT INTO audit_events SELECT node, 12, time, event_type, user_id, client_id, server,"
        " tool_name, line, leaf_hash FROM audit_events WHERE seq = 11"
    )
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 12)


@pytest.mark.parametrize("column", ["user_id", "client_id", "server", "tool_name", "event_type"])
async def test_an_index_column_changed_to_hide_an_event_from_searches(written, intruder, column):
    intruder(f"UPDATE audit_events SET {column} = 'hidden' WHERE seq = 4")
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 4)
    assert column in found.reason


async def test_the_time_column_changed(written, intruder):
    intruder("UPDATE audit_events SET time = 1 WHERE seq = 4")
    found = await written.verify()
    assert (found.ok, found.first_bad) == (False, 4)


@pytest.mark.parametrize("line", [b"", b"{}", b"\xff", b"[]"])
async def test_a_line_that_is_no_event(written, intruder, line):
    intruder("UPDATE audit_events SET line = ?, leaf_hash = ? WHERE seq = 4", line, leaf_hash(line))
    assert (await written.verify())[:3] == (False, 4, 4)


@pytest.mark.parametrize("change", ["size = 11", "frontier = x'00'", "last_hash = zeroblob(32)"])
async def test_a_stored_head_that_does_not_fit(written, intruder, change):
    intruder(f"UPDATE audit_heads SET {change}")
    found = await written.verify()
    assert not found.ok
    assert found.first_bad in (11, 12)


async def test_a_forged_kept_checkpoint(written, intruder):
    forged = CheckpointSigner("sumun/audit/main", bytes(32)).sign(6, bytes(32))
    intruder("UPDATE audit_checkpoints SET checkpoint = ? WHERE size = 6", forged)
    found = await written.verify()
    assert not found.ok
    assert "the checkpoint kept at 6" in found.reason


async def test_an_older_copy_is_found_only_against_a_checkpoint_kept_elsewhere(
    written, database, tmp_path
):
    await database.write(lambda tx: None)
    older = tmp_path / "older"
    older.mkdir()
    for file in tmp_path.glob("sumun.db*"):
        shutil.copy(file, older)
    await written.record(Event(event_type="e", user_id="the one to hide"))
    elsewhere = await written.checkpoint()
    assert (await written.verify(elsewhere)).ok

    rolled_back = connect(f"sqlite:///{older / 'sumun.db'}")
    await rolled_back.open()
    log = AuditLog(rolled_back, SEED, node="main", sink=None)
    assert (await log.verify()).ok
    found = await log.verify(elsewhere)
    assert (found.ok, found.first_bad) == (False, SIZE)
    assert "the trusted checkpoint covers 13 events" in found.reason
    await rolled_back.close()


async def test_a_trusted_checkpoint_that_is_none(written):
    found = await written.verify("not a note")
    assert not found.ok
    assert "the trusted checkpoint: this is not a signed note" in found.reason


async def test_the_copy_shows_a_roll_back_too(log, intruder):
    await log.record(Event(event_type="e"))
    (head,) = intruder("SELECT size, frontier, last_hash, checkpoint FROM audit_heads")
    await log.record(Event(event_type="e"))
    intruder("DELETE FROM audit_events WHERE seq = 1")
    intruder("UPDATE audit_heads SET size = ?, frontier = ?, last_hash = ?, checkpoint = ?", *head)
    found = await log.verify()
    assert (found.ok, found.first_bad) == (False, 1)
    assert "the copy goes on to event 1" in found.reason
