"""The JSON-lines copy: rotation, torn ends, failures, and files that are not ours."""

import asyncio
import os
import subprocess
import sys

import pytest

from sumun.audit import AuditLog, Event
from sumun.audit.sink import ForeignFile, JsonLinesSink, last_line

SEED = bytes(range(32))


def line(seq):
    return b'{"timestamp":"t","seq":%d,"event_type":"e"}' % seq


@pytest.fixture
def sink(copy):
    sink = JsonLinesSink(copy)
    yield sink
    sink.release()


async def stored(log):
    return [line async for line in log.export()]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("sumun.audit.follower.INTERVAL", 0.02)


def test_it_goes_on_after_its_last_line(sink, copy):
    assert sink.acquire(0) is None
    sink.write([line(0), line(1)])
    sink.release()
    assert sink.acquire(0)[:2] == (1, line(1))
    assert sink.position == 2
    sink.write([line(2)])
    assert copy.read_bytes().splitlines() == [line(0), line(1), line(2)]


@pytest.mark.parametrize("torn", [b"{", line(2)[:-1], line(2), b"\x00" * 100])
def test_a_torn_end_is_cut_off(sink, copy, torn):
    sink.acquire(0)
    sink.write([line(0), line(1)])
    sink.release()
    copy.write_bytes(copy.read_bytes() + torn)
    assert last_line(copy)[:2] == (1, line(1))
    assert sink.acquire(0)[:2] == (1, line(1))
    assert copy.read_bytes().splitlines() == [line(0), line(1)]


@pytest.mark.parametrize(
    "content", [b"x", b"some other log\n", b"{}\n", b"\n\n", b"\xff\n", b"[1]\n"]
)
def test_a_file_that_is_not_a_copy_is_not_touched(sink, copy, content):
    copy.parent.mkdir()
    copy.write_bytes(content)
    with pytest.raises(ForeignFile):
        sink.acquire(0)
    assert copy.read_bytes() == content


def test_long_lines(sink, copy):
    long = b'{"seq":0,"x":"' + b"y" * 65_000 + b'"}'
    sink.acquire(0)
    sink.write([long])
    copy.write_bytes(copy.read_bytes() + long)
    assert last_line(copy).line == long


def test_one_at_a_time(sink, copy):
    sink.acquire(0)
    other = JsonLinesSink(copy)
    assert other.acquire(0) is None
    assert (other.position, other.error) == (None, None)
    sink.release()
    other.acquire(0)
    assert other.position == 0
    other.release()


def test_a_failure_shows_and_does_not_raise(sink, copy):
    copy.parent.write_text("in the way")
    sink.acquire(0)
    assert sink.position is None
    assert str(copy) in sink.error
    sink.write([line(0)])


def test_a_failing_write_lets_go(sink, monkeypatch):
    sink.acquire(0)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    sink.write([line(0)])
    assert sink.position is None
    assert "No space left" in sink.error


async def test_a_failing_copy_loses_no_event_and_shows(log, complete, monkeypatch):
    await log.record(Event(event_type="first"))
    real, failing = os.write, True

    def write(descriptor, data):
        if failing and b'"seq"' in data:
            # Half a line gets out before the disk is full.
            real(descriptor, data[: len(data) // 2])
            raise OSError(28, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    assert await log.record(Event(event_type="second")) == [1]
    assert "No space left" in log.status().copy_error
    assert (await log.verify()).ok
    failing = False
    await complete(log)
    assert log.status().copy_error is None
    assert log.status().copied == 2


async def test_rotation_by_renaming(log, copy, eventually):
    await log.record(Event(event_type="before"))
    rotated = copy.rename(copy.with_suffix(".1"))
    await log.record(Event(event_type="after"))
    await log.record(Event(event_type="later"))

    async def written():
        return copy.exists() and copy.read_bytes().count(b"\n") == 2

    await eventually(written)
    assert rotated.read_bytes().splitlines() + copy.read_bytes().splitlines() == await stored(log)


async def test_rotation_while_stopped(log, copy, database, clock):
    await log.record(Event(event_type="before"))
    await log.close()
    rotated = copy.rename(copy.with_suffix(".1"))
    again = AuditLog(database, SEED, node="main", sink=copy, clock=clock)
    await again.open()
    await again.record(Event(event_type="after"))
    assert rotated.read_bytes().splitlines() + copy.read_bytes().splitlines() == await stored(again)
    await again.close()


async def test_what_was_missed_is_made_good_at_the_start(log, copy, database, clock):
    await log.record(*(Event(event_type="e") for _ in range(5)))
    await log.close()
    quiet = AuditLog(database, SEED, node="main", sink=None, clock=clock)
    await quiet.open()
    await quiet.record(*(Event(event_type="e") for _ in range(1200)))
    await quiet.close()
    copy.write_bytes(copy.read_bytes()[:-7])

    again = AuditLog(database, SEED, node="main", sink=copy, clock=clock)
    await again.open()
    assert copy.read_bytes().splitlines() == await stored(again)
    assert again.status().copied == 1205
    await again.close()


async def test_two_processes_one_copy(log, copy, complete, database, clock):
    """A command appends while the server runs: the server's copy has it, once."""
    command = AuditLog(database, SEED, node="main", sink=copy, clock=clock)
    await command.open()
    assert command.status().copied is None
    for at in range(5):
        await log.record(Event(event_type="server", user_id=str(at)))
        await command.record(Event(event_type="command", user_id=str(at)))
    await command.close()
    await complete(log)
    assert (await log.verify())[:3] == (True, 10, None)


async def test_when_the_writer_ends_another_goes_on(log, copy, complete, database, clock):
    other = AuditLog(database, SEED, node="main", sink=copy, clock=clock)
    await other.open()
    await log.record(Event(event_type="e"))
    await log.close()
    await other.record(Event(event_type="e"))
    await complete(other)
    await other.close()


@pytest.mark.parametrize("content", [b"somebody's notes\n", line(3) + b"\n"])
async def test_a_file_of_something_else_is_put_aside_and_that_is_recorded(
    database, copy, clock, content, caplog
):
    copy.parent.mkdir()
    copy.write_bytes(content)
    log = AuditLog(database, SEED, node="main", sink=copy, clock=clock)
    await log.open()
    (aside,) = (path for path in copy.parent.iterdir() if path != copy)
    assert aside.read_bytes() == content
    (found,) = await log.tail()
    assert found["event_type"] == "audit_copy_set_aside"
    assert found["detail"] == {"file": aside.name}
    assert copy.read_bytes().splitlines() == await stored(log)
    assert "was not a copy of this log" in caplog.text
    await log.close()


async def test_a_second_file_put_aside_does_not_replace_the_first(database, copy, clock):
    copy.parent.mkdir()
    for content in (b"one\n", b"two\n"):
        copy.unlink(missing_ok=True)
        copy.write_bytes(content)
        log = AuditLog(database, SEED, node="main", sink=copy, clock=clock)
        await log.open()
        await log.close()
    kept = {path.read_bytes() for path in copy.parent.iterdir() if path != copy}
    assert kept == {b"one\n", b"two\n"}


async def test_processes_append_to_one_log(log, complete, tmp_path):
    program = f"""
import asyncio
from sumun.audit import AuditLog, Event
from sumun.storage import connect
async def main():
    database = connect("sqlite:///{tmp_path}/sumun.db")
    await database.open()
    log = AuditLog(database, bytes(range(32)), node="main", sink=None)
    await log.open()
    for _ in range(20):
        await asyncio.gather(*(log.record(Event(event_type="other")) for _ in range(5)))
    await log.close()
    await database.close()
asyncio.run(main())
"""
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program) for _ in range(2)
    ]
    running = [asyncio.create_task(process.wait()) for process in processes]
    own = 0
    while not all(task.done() for task in running):
        await log.record(Event(event_type="own"))
        own += 1
    assert [process.returncode for process in processes] == [0, 0]
    await complete(log)
    assert (await log.verify())[:3] == (True, 200 + own, None)


def test_the_sink_uses_subprocess_safe_descriptors(sink, copy):
    sink.acquire(0)
    held = subprocess.run(
        ["ls", "-l", "/proc/self/fd"], capture_output=True, text=True, check=True
    ).stdout
    assert str(copy) not in held
