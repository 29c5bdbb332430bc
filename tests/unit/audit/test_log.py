import asyncio
import hashlib
import stat
import threading
from itertools import pairwise

import msgspec
import pytest

from sumun.audit import AuditDamaged, AuditLog, AuditUnavailable, Event, InvalidEvent
from sumun.audit.checkpoint import CheckpointVerifier
from sumun.audit.tree import check_inclusion, leaf_hash
from sumun.storage import Conflict, StorageUnavailable

SEED = bytes(range(32))


def event(number=0, **fields):
    return Event(event_type="tool_access", tool_name=f"tool{number}", **fields)


async def stored(log):
    return [line async for line in log.export()]


async def test_a_line_has_the_log_s_fields_first_and_chains(log):
    assert await log.record(event(1, user_id="홍", entities={"b": 1, "a": 2}), event(2)) == [0, 1]
    assert await log.record(event(3)) == [2]

    lines = await stored(log)

    assert (
        lines[0]
        == (
            '{"timestamp":"2026-09-21T14:13:20.000000Z","seq":0,"prev":"' + "0" * 64 + '",'
            '"event_type":"tool_access","tool_name":"tool1","user_id":"홍",'
            '"entities":{"a":2,"b":1}}'
        ).encode()
    )
    for before, line in pairwise(lines):
        assert msgspec.json.decode(line)["prev"] == hashlib.sha256(before).hexdigest()
    assert (await log.verify())[:3] == (True, 3, None)


async def test_the_copy_has_the_same_lines_and_only_we_may_read_it(log, copy):
    await log.record(event(1))
    await log.record(event(2), event(3))
    assert copy.read_bytes().splitlines() == await stored(log)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700


async def test_what_waits_is_committed_together_and_in_order(log):
    results = await asyncio.gather(*(log.record(event(at), event(at)) for at in range(100)))
    assert results == [[2 * at, 2 * at + 1] for at in range(100)]
    tools = [msgspec.json.decode(line)["tool_name"] for line in await stored(log)]
    assert tools == [f"tool{at // 2}" for at in range(200)]
    times = {entry["timestamp"] for entry in await log.tail(200)}
    assert len(times) == 1


async def test_what_turn_after_turn_brings_is_one_commit(log, database, monkeypatch):
    commits = []
    write = database.write

    def counted(*arguments):
        commits.append(arguments)
        return write(*arguments)

    monkeypatch.setattr(database, "write", counted)
    begun = []
    for at in range(20):
        begun.append(asyncio.create_task(log.record(event(at))))
        await asyncio.sleep(0)
    assert await asyncio.gather(*begun) == [[at] for at in range(20)]
    assert len(commits) == 1


async def test_what_never_ceases_to_come_is_committed_all_the_same(log, monkeypatch):
    monkeypatch.setattr("sumun.audit.log.SETTLED_AT", 5)
    begun = []
    async with asyncio.timeout(5):
        while not (begun and begun[0].done()):
            begun.append(asyncio.create_task(log.record(event())))
            await asyncio.sleep(0)
    assert await begun[0] == [0]


async def test_nothing_to_record(log):
    assert await log.record() == []
    assert log.status().size == 0


async def test_time_never_goes_back(log, clock):
    await log.record(event())
    clock.now -= 3600
    await log.record(event())
    clock.now += 7200
    await log.record(event())
    times = [entry["timestamp"] for entry in await log.tail()]
    assert times == [
        "2026-09-21T14:13:20.000000Z",
        "2026-09-21T14:13:20.000000Z",
        "2026-09-21T15:13:20.000000Z",
    ]
    assert (await log.verify()).ok


async def test_an_event_that_was_recorded_before_gets_new_marks(log):
    seen = []
    log.subscribe(seen.append)
    await log.record(event(1))
    await log.record(seen[0])
    assert [(e.seq, e.tool_name) for e in seen] == [(0, "tool1"), (1, "tool1")]
    assert (await log.verify()).ok


async def test_subscribers_get_committed_events_and_cannot_break_the_log(log, caplog):
    seen = []
    log.subscribe(lambda _: 1 / 0)
    log.subscribe(seen.append)
    original = event(5)
    await log.record(original)
    (got,) = seen
    assert (got.seq, got.prev, got.tool_name) == (0, "0" * 64, "tool5")
    assert got.timestamp == "2026-09-21T14:13:20.000000Z"
    assert original.seq is None
    assert "a subscriber of the audit log failed" in caplog.text


@pytest.mark.parametrize(
    "bad",
    [
        event(detail={"x": object()}),
        event(detail={"x": "y" * 70_000}),
        event(user_id="\ud800"),
    ],
)
async def test_an_event_that_is_no_line_harms_no_other(log, bad):
    good, refused = await asyncio.gather(
        log.record(event(1)), log.record(bad), return_exceptions=True
    )
    assert good == [0]
    assert isinstance(refused, InvalidEvent)
    assert "y" * 100 not in str(refused)


async def test_line_breaks_stay_inside_the_line(log, copy):
    await log.record(event(user_id="a\nb\r\u2028c"))
    assert copy.read_bytes().count(b"\n") == 1
    assert (await log.tail())[0]["user_id"] == "a\nb\r\u2028c"


async def test_tail_filters(log, clock):
    for at in range(30):
        clock.now += 1
        await log.record(
            Event(
                event_type=("tool_call", "tool_access")[at % 2],
                user_id=f"user{at % 3}",
                client_id=f"client{at % 5}",
                server="crm" if at < 10 else "files",
                tool_name=f"tool{at}",
            )
        )

    async def tools(*args, **filters):
        return [int(entry["tool_name"][4:]) for entry in await log.tail(*args, **filters)]

    assert await tools() == list(range(30))
    assert await tools(3) == [27, 28, 29]
    assert await tools(0) == []
    assert await tools(event_type="tool_call") == list(range(0, 30, 2))
    assert await tools(2, user_id="user1") == [25, 28]
    assert await tools(client_id="client2", user_id="user2") == [2, 17]
    assert await tools(server="crm", event_type="tool_access") == [1, 3, 5, 7, 9]
    assert await tools(tool_name="tool7") == [7]
    assert await tools(since=clock.now - 1) == [28, 29]
    assert await tools(user_id="nobody") == []


async def test_tail_and_export_over_many_pages(lone_log, monkeypatch):
    monkeypatch.setattr("sumun.audit.query.PAGE", 7)
    await lone_log.record(
        *(event(at, user_id="rare" if at % 40 == 0 else "u") for at in range(100))
    )
    assert [e["tool_name"] for e in await lone_log.tail(user_id="rare")] == [
        "tool0",
        "tool40",
        "tool80",
    ]
    assert len(await lone_log.tail(50)) == 50
    assert len(await stored(lone_log)) == 100
    assert len([line async for line in lone_log.export(93)]) == 7
    assert (await lone_log.verify()).ok


async def test_a_proof_holds_against_the_signed_head(log):
    await log.record(*(event(at) for at in range(20)))
    proof = await log.prove(13)
    head = CheckpointVerifier.parse(log.verifier_key).open(proof.checkpoint)
    check_inclusion(13, head.size, leaf_hash(proof.line), proof.hashes, head.root)
    assert b"tool13" in proof.line
    for seq in (20, -1):
        with pytest.raises(IndexError):
            await log.prove(seq)


async def test_a_state_change_and_its_event_are_one(log, database, copy):
    def revoke(tx, token_id):
        tx.execute("revoke_for_test", token_id=token_id)
        return token_id

    seen = []
    log.subscribe(seen.append)
    database._statements._statements["revoke_for_test"] = type(
        next(iter(database._statements._statements.values()))
    )("INSERT INTO revoked_tokens VALUES (:token_id, 0, 0)", frozenset({"token_id"}))
    try:
        assert await log.write([event(1)], revoke, "t1") == "t1"
        with pytest.raises(Conflict):
            await log.write([event(2)], revoke, "t1")
    finally:
        del database._statements._statements["revoke_for_test"]
    assert [e.tool_name for e in seen] == ["tool1"]
    assert len(copy.read_bytes().splitlines()) == 1
    assert log.status().size == 1


async def test_append_joins_a_transaction_of_the_caller(log, database, complete, monkeypatch):
    monkeypatch.setattr("sumun.audit.follower.INTERVAL", 0.02)
    await log.record(event(0))

    def fail(tx):
        log.append(tx, event(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(fail)
    assert await database.write(log.append, event(2), event(3)) == [1, 2]
    assert await log.record(event(4)) == [3]
    await complete(log)
    assert (await log.verify())[:3] == (True, 4, None)


async def test_a_log_goes_on_after_reopening(log, database, clock):
    await log.record(event(1))
    await log.close()
    with pytest.raises(AuditUnavailable, match="not open"):
        await log.record(event(2))
    again = AuditLog(database, SEED, node="main", sink=None, clock=clock)
    await again.open()
    assert await again.record(event(2)) == [1]
    assert (await again.verify())[:3] == (True, 2, None)
    await again.close()


async def test_closing_commits_what_was_handed_over(log):
    waiting = [asyncio.create_task(log.record(event(at))) for at in range(50)]
    await asyncio.sleep(0)
    await log.close()
    assert await asyncio.gather(*waiting) == [[at] for at in range(50)]


async def test_nodes_have_logs_of_their_own(log, database, clock):
    other = AuditLog(database, SEED, node="other", sink=None, clock=clock)
    await other.open()
    await log.record(event(1))
    assert await other.record(event(2)) == [0]
    assert (await other.verify()).size == 1
    assert (await log.verify()).size == 1
    assert other.verifier_key != log.verifier_key
    await other.close()


@pytest.mark.parametrize("node", ["", "a b", "a+b", "x" * 65, "a/b", "a\n"])
def test_names_of_nodes(database, node):
    with pytest.raises(ValueError, match=r"audit\.node"):
        AuditLog(database, SEED, node=node, sink=None)


class Storage:
    """A database whose writes wait, or fail, as the test says."""

    def __init__(self, database):
        self._database = database
        self.gate = asyncio.Event()
        self.gate.set()
        self.error = None

    def __getattr__(self, name):
        return getattr(self._database, name)

    async def write(self, intent, *args, **kwargs):
        await self.gate.wait()
        if self.error:
            raise self.error
        return await self._database.write(intent, *args, **kwargs)


@pytest.fixture
async def slow(database, clock):
    storage = Storage(database)
    log = AuditLog(storage, SEED, node="main", sink=None, clock=clock, commit_timeout=0.1)
    await log.open()
    yield log, storage
    storage.gate.set()
    storage.error = None
    await log.close()


async def test_a_commit_that_takes_too_long_is_a_refusal(slow):
    log, storage = slow
    storage.gate.clear()
    first = asyncio.create_task(log.record(event(1)))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(log.record(event(2)))
    outcomes = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AuditUnavailable] * 2
    storage.gate.set()
    assert await log.record(event(3)) in ([0], [1])
    tools = [entry["tool_name"] for entry in await log.tail()]
    # The second was never begun, so it must not turn up later.
    assert tools in (["tool1", "tool3"], ["tool3"])


async def test_storage_that_fails_is_a_refusal_and_shows(slow):
    log, storage = slow
    storage.error = StorageUnavailable("disk full")
    with pytest.raises(AuditUnavailable, match="disk full"):
        await log.record(event(1))
    assert log.status().log_error == "disk full"
    storage.error = None
    assert await log.record(event(2)) == [0]
    assert log.status().log_error is None


async def test_too_many_waiting_are_turned_away(slow, monkeypatch):
    log, storage = slow
    monkeypatch.setattr("sumun.audit.log.WAITING_LIMIT", 5)
    storage.gate.clear()
    waiting = [asyncio.create_task(log.record(event(at))) for at in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(AuditUnavailable, match="waiting"):
        await log.record(event(6))
    storage.gate.set()
    assert len(await asyncio.gather(*waiting)) == 5
    assert await log.record(event(7)) == [5]


async def test_a_cancelled_caller_harms_nobody(log):
    tasks = [asyncio.create_task(log.record(event(at))) for at in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert outcomes[0] == [0]
    assert outcomes[2] == [2]
    assert (await log.verify()).size == 3


async def test_a_commit_does_not_hold_up_the_loop(log):
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await log.record(event())
    ticking.cancel()
    assert ticks > 1
    assert threading.current_thread() is threading.main_thread()


async def test_a_head_of_another_key_is_not_continued(log, database):
    await log.record(event())
    await log.close()
    other = AuditLog(database, bytes(32), node="main", sink=None)
    with pytest.raises(AuditDamaged, match="no signature by the key"):
        await other.open()


@pytest.mark.parametrize("forged", ["frontier = zeroblob(32)", "size = 2"])
async def test_a_forged_head_is_not_signed_over(lone_log, intruder, forged):
    await lone_log.record(event(1))
    intruder(f"UPDATE audit_heads SET {forged}")
    with pytest.raises(AuditUnavailable, match="is not the signed one"):
        await lone_log.record(event(2))
    assert len(await lone_log.tail(9)) == 1


async def test_a_missing_head_is_not_made_anew(lone_log, intruder, database):
    await lone_log.record(event(1))
    intruder("DELETE FROM audit_heads")
    with pytest.raises(AuditUnavailable, match="missing"):
        await lone_log.record(event(2))
    with pytest.raises(AuditDamaged, match="missing"):
        await AuditLog(database, SEED, node="main", sink=None).open()


async def test_a_roll_back_while_running_is_noticed(lone_log, intruder):
    await lone_log.record(event(1))
    (head,) = intruder("SELECT size, frontier, last_hash, checkpoint FROM audit_heads")
    await lone_log.record(event(2))
    intruder("DELETE FROM audit_events WHERE seq = 1")
    intruder("UPDATE audit_heads SET size = ?, frontier = ?, last_hash = ?, checkpoint = ?", *head)
    with pytest.raises(AuditUnavailable, match="older copy"):
        await lone_log.record(event(3))
