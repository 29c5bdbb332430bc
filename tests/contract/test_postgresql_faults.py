"""PostgreSQL that goes away: all a caller may see is a bounded wait and ``StorageUnavailable``."""

import asyncio
import contextlib
import select
import socket
import threading
import time
import uuid
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from sumun.storage import StorageError, StorageUnavailable, connect
from sumun.storage.statements import compile_statements

THINGS = {
    "things.sql": """
-- name: create_things
CREATE TABLE things (name TEXT PRIMARY KEY);
-- name: add_thing
INSERT INTO things (name) VALUES (:name);
-- name: all_things
SELECT name FROM things ORDER BY name;
-- name: sleep
SELECT pg_sleep(30);
"""
}


class Relay:
    """A socket between the client and the server that a test can cut."""

    def __init__(self, path, target):
        self.up = True
        self.cut_after = None
        self._path = str(path / ".s.PGSQL.5432")
        self._target = target
        self._open = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self._path)
        self._listener.listen()
        self._threads = []
        self._start(self._accept)

    def cut(self):
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def close(self):
        self.up = False
        self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, work, *args):
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.up:
                    self._start(self._relay, client)
                else:
                    client.close()

    def _relay(self, client):
        with client, self._target() as server, contextlib.suppress(OSError):
            self._open.append(client)
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data:
                        return
                    if source is client and self.cut_after and self.cut_after in data:
                        # The server gets the word, the client never hears what came of it.
                        self.cut_after = None
                        client.shutdown(socket.SHUT_RDWR)
                    (server if source is client else client).sendall(data)


@pytest.fixture
def relay(tmp_path_factory, postgres_server):
    known = conninfo_to_dict(postgres_server)

    def target():
        if str(known["host"]).startswith("/"):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(f"{known['host']}/.s.PGSQL.{known.get('port', 5432)}")
            return connection
        return socket.create_connection((known["host"], int(known.get("port", 5432))))

    relay = Relay(tmp_path_factory.mktemp("relay"), target)
    yield relay
    relay.close()


@pytest.fixture
async def things(relay, postgres_server, monkeypatch):
    monkeypatch.setattr("sumun.storage.postgresql.load", lambda d: compile_statements(THINGS, d))
    monkeypatch.setattr("sumun.storage.postgresql.PATIENCE", 2.0)
    schema = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        known = conninfo_to_dict(postgres_server)
        user, password = known.get("user", "postgres"), known.get("password", "")
        directory = quote(relay._path.removesuffix("/.s.PGSQL.5432"), safe="")
        database = connect(
            f"postgresql://{user}:{password}@/{known['dbname']}"
            f"?host={directory}&options=-csearch_path%3D{schema}"
        )
        await database.open()
        await database.write(lambda tx: tx.execute("create_things"))
        yield database
        await database.close()
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


def add(tx, name):
    tx.execute("add_thing", name=name)


def names(tx):
    return [row[0] for row in tx.fetch_all("all_things")]


async def test_a_lost_connection_is_replaced_without_a_word(things, relay):
    await asyncio.gather(*(things.write(add, f"a{at}") for at in range(20)))
    relay.cut()
    await asyncio.gather(*(things.write(add, f"b{at}") for at in range(20)))
    relay.cut()
    assert len(await things.read(names)) == 40


async def test_a_connection_lost_in_the_middle_of_an_intent(things, relay):
    runs = []

    def cut_once(tx):
        runs.append(1)
        add(tx, "once")
        if len(runs) == 1:
            relay.cut()
        add(tx, "twice")

    await things.write(cut_once)
    assert len(runs) == 2
    assert await things.read(names) == ["once", "twice"]


async def test_a_connection_lost_while_committing_is_not_tried_again(things, relay):
    """Whether it was committed cannot be known: so it is not done a second time."""
    runs = []

    def intent(tx):
        runs.append(1)
        add(tx, "perhaps")
        relay.cut_after = b"COMMIT"

    with pytest.raises(StorageUnavailable):
        await things.write(intent)
    assert runs == [1]
    assert await things.read(names) in (["perhaps"], [])


async def test_a_server_that_is_down_and_comes_back(things, relay):
    await things.write(add, "before")
    relay.up = False
    relay.cut()
    began = time.monotonic()
    outcomes = await asyncio.gather(
        things.write(add, "lost"), things.read(names), things.describe(), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StorageUnavailable] * 3
    assert time.monotonic() - began < 2 * 2.0 + 1

    # Long enough for the pool to have given up, too.
    await asyncio.sleep(2.5)
    relay.up = True
    await things.write(add, "after")
    assert await things.read(names) == ["after", "before"]


async def test_a_statement_that_does_not_end(things):
    began = time.monotonic()
    with pytest.raises(StorageUnavailable, match="timeout"):
        await things.read(lambda tx: tx.fetch_one("sleep"))
    assert time.monotonic() - began < 4


async def test_an_intent_that_ignores_a_failed_statement_is_not_committed(things):
    def careless(tx):
        add(tx, "one")
        with contextlib.suppress(Exception):
            add(tx, "one")

    with pytest.raises(StorageError, match="went on"):
        await things.write(careless)
    assert await things.read(names) == []


async def test_a_server_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr("sumun.storage.postgresql.PATIENCE", 1.0)
    database = connect(f"postgresql://u:geheim@/d?host={quote(str(tmp_path), safe='')}")
    began = time.monotonic()
    with pytest.raises(StorageUnavailable) as caught:
        await database.open()
    assert time.monotonic() - began < 3
    assert "geheim" not in str(caught.value)
    await database.close()
