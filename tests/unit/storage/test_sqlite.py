"""What is special to SQLite; what both backends promise is in tests/contract."""

import asyncio
import stat
import subprocess
import sys
import threading

import apsw
import pytest

from sumun.storage import SchemaError, StorageError, StorageUnavailable, connect
from sumun.storage.statements import compile_statements

TEXTS = {
    "notes.sql": """
-- name: create_notes
CREATE TABLE notes (name TEXT PRIMARY KEY, body BLOB);
-- name: add_note
INSERT INTO notes (name, body) VALUES (:name, :body);
-- name: notes
SELECT name FROM notes ORDER BY name;
-- name: synchronous
PRAGMA synchronous;
-- name: journal_mode
PRAGMA journal_mode;
"""
}


@pytest.fixture(autouse=True)
def statements(monkeypatch):
    monkeypatch.setattr("sumun.storage.sqlite.load", lambda d: compile_statements(TEXTS, d))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "sumun.db"


@pytest.fixture
async def database(path):
    database = connect(f"sqlite:///{path}")
    await database.open()
    await database.write(lambda tx: tx.execute("create_notes"))
    yield database
    await database.close()


def add(tx, name, body=b""):
    tx.execute("add_note", name=name, body=body)


def names(tx):
    return [row[0] for row in tx.fetch_all("notes")]


async def test_nobody_else_may_read_the_files(database, path):
    await database.write(add, "a")
    files = list(path.parent.iterdir())
    assert {file.name for file in files} == {"sumun.db", "sumun.db-wal", "sumun.db-shm"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_every_commit_reaches_the_disk(database):
    assert await database.write(lambda tx: tx.fetch_one("synchronous")) == (2,)
    assert await database.write(lambda tx: tx.fetch_one("journal_mode")) == ("wal",)


async def test_closing_folds_the_wal_into_the_file(database, path):
    await database.write(add, "a")
    await database.close()
    assert [file.name for file in path.parent.iterdir()] == ["sumun.db"]


async def test_a_full_disk_keeps_what_was_acknowledged(database):
    await database.write(add, "before")
    database._connection.pragma("max_page_count", 40)

    outcomes = await asyncio.gather(
        database.write(add, "small"),
        database.write(add, "huge", bytes(1_000_000)),
        database.write(add, "after"),
        return_exceptions=True,
    )

    assert isinstance(outcomes[1], StorageUnavailable)
    acknowledged = [n for n, o in zip(("small", "huge", "after"), outcomes, strict=True) if not o]
    assert await database.read(names) == sorted(["before", *acknowledged])
    database._connection.pragma("max_page_count", 100_000)
    await database.write(add, "later")
    assert "later" in await database.read(names)


async def test_a_read_only_file_is_unavailable(database):
    database._connection.pragma("query_only", True)
    with pytest.raises(StorageUnavailable):
        await database.write(add, "a")
    assert await database.read(names) == []


async def test_a_file_that_is_no_database_is_unavailable(path):
    path.parent.mkdir()
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageUnavailable, match=r"sumun\.db"):
        await connect(f"sqlite:///{path}").open()


async def test_a_directory_that_cannot_be_made_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable):
        await connect(f"sqlite:///{tmp_path}/file/sumun.db").open()


async def test_an_unsafe_sqlite_is_refused(path, monkeypatch):
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    with pytest.raises(StorageError, match=r"SQLite 3\.51\.2 can lose commits; 3\.51\.3"):
        await connect(f"sqlite:///{path}").open()


async def test_another_process_that_will_not_let_go(database, path, monkeypatch):
    database._connection.set_busy_timeout(50)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable):
        await database.write(add, "a")
    assert await database.read(names) == []
    other.execute("ROLLBACK")
    await database.write(add, "a")
    other.close()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("UPDATE schema_migrations SET checksum = 'x' WHERE version = 1", "0001_initial"),
        ("INSERT INTO schema_migrations VALUES (999, 'future', 'x')", "schema version 999"),
    ],
)
async def test_a_schema_of_another_version_is_refused(database, path, change, complaint):
    await database.close()
    connection = apsw.Connection(str(path))
    connection.execute(change)
    connection.close()
    with pytest.raises(SchemaError, match=complaint):
        await connect(f"sqlite:///{path}").open()


async def test_a_migration_that_fails_leaves_nothing(path, monkeypatch):
    from sumun.storage import schema, sqlite

    good = schema.Migration(1, "initial", "a", "CREATE TABLE half (x)")
    bad = schema.Migration(2, "broken", "b", "CREATE TABLE other (x); CREATE NONSENSE")
    monkeypatch.setattr(sqlite, "migrations", lambda _: (good, bad))
    with pytest.raises(StorageError, match="NONSENSE"):
        await connect(f"sqlite:///{path}").open()
    connection = apsw.Connection(str(path))
    assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == []
    connection.close()


def test_processes_that_start_together(path):
    program = (
        "import asyncio\n"
        "from sumun.storage import connect\n"
        "async def main():\n"
        f"    database = connect('sqlite:///{path}')\n"
        "    await database.open()\n"
        "    print((await database.describe()).schema_version)\n"
        "    await database.close()\n"
        "asyncio.run(main())\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    versions = [process.communicate(timeout=60)[0].strip() for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert set(versions) == {versions[0]}
    assert int(versions[0]) >= 1


async def test_too_many_writes_waiting_are_turned_away(database, monkeypatch):
    monkeypatch.setattr("sumun.storage.group_commit.QUEUE_LIMIT", 3)
    gate = threading.Event()
    first = asyncio.create_task(database.write(lambda _: gate.wait(10)))
    await asyncio.sleep(0.1)
    waiting = [asyncio.create_task(database.write(add, f"n{at}")) for at in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable, match="waiting"):
        await database.write(add, "one too many")
    gate.set()
    await asyncio.gather(first, *waiting)
    assert await database.read(names) == ["n0", "n1", "n2"]


async def test_a_cancelled_write_that_has_not_begun_is_dropped(database):
    gate = threading.Event()
    first = asyncio.create_task(database.write(lambda _: gate.wait(10)))
    await asyncio.sleep(0.1)
    dropped = asyncio.create_task(database.write(add, "dropped"))
    await asyncio.sleep(0)
    dropped.cancel()
    await asyncio.sleep(0)
    gate.set()
    await first
    await database.write(add, "kept")
    assert await database.read(names) == ["kept"]


def test_two_event_loops_share_a_database(path):
    database = connect(f"sqlite:///{path}")
    asyncio.run(database.open())
    asyncio.run(database.write(lambda tx: tx.execute("create_notes")))

    def work(prefix):
        async def main():
            for at in range(50):
                await database.write(add, f"{prefix}{at}")
                await database.read(names)

        asyncio.run(main())

    threads = [threading.Thread(target=work, args=(prefix,)) for prefix in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asyncio.run(database.read(names))) == 100
    asyncio.run(database.close())
