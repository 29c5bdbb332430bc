"""The audit log over every storage backend."""

import asyncio

import pytest

from sumun.audit import AuditDamaged, AuditLog, AuditUnavailable, Event

SEED = bytes(range(32))


@pytest.fixture
async def start(opened):
    """Return a function that opens the log on a connection of its own."""
    logs = []

    async def open_log(**options):
        log = AuditLog(await opened(), SEED, node="main", sink=None, **options)
        await log.open()
        logs.append(log)
        return log

    yield open_log
    for log in logs:
        await log.close()


async def test_events_are_there_after_reopening_and_verify(start):
    log = await start()
    seqs = await asyncio.gather(
        *(log.record(Event(event_type="e", user_id=f"홍{at}")) for at in range(100))
    )
    assert seqs == [[at] for at in range(100)]
    await log.close()

    again = await start()
    assert await again.record(Event(event_type="e", user_id="last")) == [100]
    assert (await again.verify())[:3] == (True, 101, None)
    users = [entry["user_id"] for entry in await again.tail(2)]
    assert users == ["홍99", "last"]
    assert len(await again.tail(user_id="홍7")) == 1
    assert (await again.prove(50)).line.endswith('"user_id":"홍50"}'.encode())


async def test_several_processes_append_to_one_log(start):
    logs = [await start() for _ in range(3)]

    async def work(log, name):
        return [
            seq
            for at in range(20)
            for seq in await log.record(Event(event_type="e", user_id=f"{name}{at}"))
        ]

    seqs = await asyncio.gather(*(work(log, name) for log, name in zip(logs, "abc", strict=True)))

    assert sorted(seq for mine in seqs for seq in mine) == list(range(60))
    assert (await logs[0].verify())[:3] == (True, 60, None)
    lines = [line async for line in logs[1].export()]
    for name, mine in zip("abc", seqs, strict=True):
        for at, seq in enumerate(mine):
            assert f'"user_id":"{name}{at}"'.encode() in lines[seq]


async def test_two_that_begin_the_log_together(opened):
    databases = [await opened() for _ in range(3)]
    logs = [AuditLog(database, SEED, node="main", sink=None) for database in databases]
    await asyncio.gather(*(log.open() for log in logs))
    assert (await logs[0].verify())[:3] == (True, 0, None)
    for log in logs:
        await log.close()


async def test_a_transaction_that_fails_leaves_no_event(start, database):
    log = await start()

    def fail(tx):
        log.append(tx, Event(event_type="e"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(fail)
    assert await database.write(log.append, Event(event_type="kept")) == [0]
    assert (await log.verify())[:3] == (True, 1, None)


async def test_an_intent_that_fails_takes_its_events_with_it_and_no_others(opened, start):
    log, database = await start(), await opened()

    def appends_and_fails(tx):
        log.append(tx, Event(event_type="lost"))
        raise ValueError

    done = await asyncio.gather(
        database.write(log.append, Event(event_type="one")),
        database.write(appends_and_fails),
        database.write(log.append, Event(event_type="two"), Event(event_type="three")),
        return_exceptions=True,
    )
    assert isinstance(done[1], ValueError)
    assert sorted([*done[0], *done[2]]) == [0, 1, 2]
    assert (await log.verify())[:3] == (True, 3, None)
    kept = {entry["event_type"] for entry in await log.tail(9)}
    assert kept == {"one", "two", "three"}


async def test_a_log_of_another_key_is_refused(start, opened):
    await start()
    with pytest.raises(AuditDamaged):
        await AuditLog(await opened(), bytes(32), node="main", sink=None).open()


async def test_storage_that_is_gone_is_a_refusal(start, opened):
    database = await opened()
    log = AuditLog(database, SEED, node="main", sink=None)
    await log.open()
    await database.close()
    with pytest.raises(AuditUnavailable):
        await log.record(Event(event_type="e"))


async def test_text_that_a_column_cannot_hold_harms_no_other_event(start):
    log = await start()
    odd = Event(event_type="e", user_id="a\0b", tool_name="\0")
    assert await asyncio.gather(log.record(odd), log.record(Event(event_type="e"))) == [[0], [1]]
    assert (await log.tail(user_id="a\ufffdb"))[0]["user_id"] == "a\0b"
    assert (await log.verify()).ok
