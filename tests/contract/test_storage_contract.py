"""What every storage backend promises."""

import asyncio

import pytest

from sumun.storage import Conflict, StatementError, StorageError, StorageUnavailable
from sumun.storage.schema import migrations
from sumun.storage.statements import compile_statements, load

THINGS = """
-- name: create_things
CREATE TABLE things (name TEXT PRIMARY KEY, number INTEGER, data BLOB, used_at INTEGER) STRICT;

-- name: add_thing
INSERT INTO things (name, number, data) VALUES (:name, :number, :data);

-- name: add_returning
INSERT INTO things (name) VALUES (:name) RETURNING name;

-- name: find_thing
SELECT number, data FROM things WHERE name = :name;

-- name: all_things
SELECT name FROM things ORDER BY name;

-- name: like_things
SELECT name, ':not_a_parameter', '100%' FROM things WHERE name LIKE '%' || :part || '%';

-- name: use_thing
UPDATE things SET used_at = :now WHERE name = :name AND used_at IS NULL;

-- name: count_up
UPDATE things SET number = number + 1 WHERE name = :name;

-- name: set_number
UPDATE things SET number = :number WHERE name = :name;

-- name: schema_version
SELECT MAX(version) FROM schema_migrations;
"""

THINGS_POSTGRESQL = """
-- name: create_things
CREATE TABLE things (name TEXT PRIMARY KEY, number BIGINT, data BYTEA, used_at BIGINT);
"""


@pytest.fixture(autouse=True)
def statements(monkeypatch):
    texts = {"things.sql": THINGS, "things.postgresql.sql": THINGS_POSTGRESQL}
    for room in ("sqlite", "postgresql"):
        monkeypatch.setattr(f"sumun.storage.{room}.load", lambda d: compile_statements(texts, d))


@pytest.fixture
async def things(database):
    await database.write(lambda tx: tx.execute("create_things"))
    return database


def add(tx, name, number=None, data=None):
    tx.execute("add_thing", name=name, number=number, data=data)
    return name


def names(tx):
    return [row[0] for row in tx.fetch_all("all_things")]


def use(tx, name, now):
    return tx.execute("use_thing", name=name, now=now) == 1


async def test_a_write_is_there_after_reopening(things, opened):
    assert await things.write(add, "kept", number=7) == "kept"
    await things.close()

    again = await opened()

    assert await again.read(lambda tx: tx.fetch_one("find_thing", name="kept")) == (7, None)


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (2**63 - 1, b""),
        (-(2**63), b"\x00\xff" * 1000),
        (0, None),
        (None, b"'; DROP TABLE things; --"),
    ],
)
@pytest.mark.parametrize("name", ["plain", "홍길동 🦊 \u202e '%s' :name \\ \"", ""])
async def test_values_come_back_as_they_were(things, name, number, data):
    await things.write(add, name, number, data)

    row = await things.read(lambda tx: tx.fetch_one("find_thing", name=name))

    assert row == (number, data)
    assert type(row[1]) in (bytes, type(None))


async def test_a_number_of_more_than_64_bits_is_refused(things):
    with pytest.raises(StorageError):
        await things.write(add, "big", 2**63)
    assert await things.read(names) == []


async def test_no_row_is_none_and_no_rows_an_empty_list(things):
    assert await things.read(lambda tx: tx.fetch_one("find_thing", name="x")) is None
    assert await things.read(lambda tx: tx.fetch_all("find_thing", name="x")) == []


async def test_rows_come_in_the_order_asked_for(things):
    for name in ("b", "c", "a"):
        await things.write(add, name)
    assert await things.read(names) == ["a", "b", "c"]


async def test_what_looks_like_a_parameter_in_a_literal_is_none(things):
    await things.write(add, "50% off")
    rows = await things.read(lambda tx: tx.fetch_all("like_things", part="0% o"))
    assert rows == [("50% off", ":not_a_parameter", "100%")]


async def test_insert_returning(things):
    row = await things.write(lambda tx: tx.fetch_one("add_returning", name="made"))
    assert row == ("made",)
    assert await things.read(names) == ["made"]


async def test_an_intent_happens_wholly_or_not_at_all(things):
    def half(tx):
        add(tx, "first")
        raise LookupError("second")

    with pytest.raises(LookupError, match="second"):
        await things.write(half)
    assert await things.read(names) == []


async def test_execute_many_is_part_of_the_transaction(things):
    rows = [{"name": name, "number": 1, "data": None} for name in "abca"]
    with pytest.raises(Conflict):
        await things.write(lambda tx: tx.execute_many("add_thing", rows))
    assert await things.read(names) == []
    await things.write(lambda tx: tx.execute_many("add_thing", rows[:3]))
    await things.write(lambda tx: tx.execute_many("add_thing", []))
    assert await things.read(names) == ["a", "b", "c"]


async def test_a_second_of_one_name_is_a_conflict(things):
    await things.write(add, "one", 1)
    with pytest.raises(Conflict):
        await things.write(add, "one", 2)
    assert await things.read(lambda tx: tx.fetch_one("find_thing", name="one")) == (1, None)


async def test_failing_intents_do_not_touch_their_neighbours(things):
    def fail(tx, name):
        add(tx, name)
        raise ZeroDivisionError

    await things.write(add, "taken")
    outcomes = await asyncio.gather(
        *(
            things.write((add, fail)[at % 2], f"n{at:02}") if at % 5 else things.write(add, "taken")
            for at in range(40)
        ),
        return_exceptions=True,
    )

    kept = ["taken"]
    for at, outcome in enumerate(outcomes):
        if at % 5 == 0:
            assert type(outcome) is Conflict
        elif at % 2:
            assert type(outcome) is ZeroDivisionError
        else:
            assert outcome == f"n{at:02}"
            kept.append(outcome)
    assert await things.read(names) == sorted(kept)


async def test_one_of_fifty_uses_a_single_use_thing(things, opened):
    other = await opened()
    await things.write(add, "code")

    outcomes = await asyncio.gather(
        *((things, other)[at % 2].write(use, "code", at) for at in range(50))
    )

    assert outcomes.count(True) == 1
    assert outcomes.count(False) == 49


async def test_a_read_and_the_write_that_rests_on_it_are_one(things, opened):
    """Intents mean the same everywhere: as if they came one after another."""
    other = await opened()
    await things.write(add, "counter", 0)

    def increment(tx):
        (number, _) = tx.fetch_one("find_thing", name="counter")
        tx.execute("set_number", name="counter", number=number + 1)

    await asyncio.gather(*((things, other)[at % 2].write(increment) for at in range(20)))

    assert await things.read(lambda tx: tx.fetch_one("find_thing", name="counter")) == (20, None)


async def test_a_read_sees_one_moment(things):
    await things.write(add, "a", 0)
    await things.write(add, "b", 0)
    stop = asyncio.Event()

    def both(tx):
        return [tx.fetch_one("find_thing", name=name)[0] for name in "ab"]

    def raise_both(tx):
        for name in "ab":
            tx.execute("count_up", name=name)

    async def write():
        while not stop.is_set():
            await things.write(raise_both)

    writer = asyncio.create_task(write())
    seen = []
    while len(seen) < 200 or seen[-1][0] == seen[0][0]:
        seen.append(await things.read(both))
        await asyncio.sleep(0)
    stop.set()
    await writer
    assert all(a == b for a, b in seen)


async def test_a_read_cannot_write(things):
    with pytest.raises(StorageError, match="tried to write") as caught:
        await things.read(add, "sneaked")
    assert not isinstance(caught.value, StorageUnavailable)
    assert await things.read(names) == []


async def test_a_cancelled_caller_harms_nobody(things):
    tasks = [asyncio.create_task(things.write(add, f"n{at}")) for at in range(10)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(outcomes[3], asyncio.CancelledError)
    assert set(await things.read(names)) >= {f"n{at}" for at in range(10) if at != 3}


async def test_two_open_at_once(store, opened):
    databases = await asyncio.gather(*(opened() for _ in range(4)))
    versions = {(await each.describe()).schema_version for each in databases}
    assert versions == {len(migrations(databases[0].dialect))}


async def test_unknown_statements_and_parameters_raise_at_once(things):
    with pytest.raises(StatementError, match="nothing_of_the_kind"):
        await things.read(lambda tx: tx.fetch_one("nothing_of_the_kind"))
    with pytest.raises(StatementError, match="nmae"):
        await things.read(lambda tx: tx.fetch_one("find_thing", nmae="x"))
    with pytest.raises(StatementError, match="data"):
        await things.write(lambda tx: tx.execute_many("add_thing", [{"name": "x", "number": 1}]))


async def test_a_closed_database_is_unavailable(things):
    await things.close()
    with pytest.raises(StorageUnavailable):
        await things.read(names)
    with pytest.raises(StorageUnavailable):
        await things.write(add, "late")
    await things.close()


async def test_closing_finishes_what_was_accepted(things, opened):
    writes = [asyncio.create_task(things.write(add, f"n{at:03}")) for at in range(100)]
    await asyncio.sleep(0)
    await things.close()
    await asyncio.gather(*writes)
    again = await opened()
    assert len(await again.read(names)) == 100


async def test_it_describes_itself(database):
    description = await database.describe()
    assert description.dialect == database.dialect
    assert description.version[0].isdigit()
    assert description.schema_version == len(migrations(database.dialect))


async def test_every_statement_of_the_package_fits_the_schema(database):
    every = load(database.dialect)

    def explain(tx):
        for name in every:
            sql = every.sql(name, every.parameters(name))
            tx._connection.execute(f"EXPLAIN {sql}", dict.fromkeys(every.parameters(name)))

    await database.read(explain)
