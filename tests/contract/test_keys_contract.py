"""Signing keys that nodes share through their database: sealed, rotated by one, known to all."""

import asyncio
import json
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest

from sumun.config import AuditConfig, Config, KeysConfig, OAuthConfig, StorageConfig
from sumun.guard import Rooms
from sumun.keys import KeyMaterialError, RootSecret, Schedule, SealedRows, SigningKeyring
from sumun.keys.jws import verify_jws
from sumun.storage import StorageUnavailable

ROOT = RootSecret(b"the same on every node")
SCHEDULE = Schedule(rotate_every=1000, publish_ahead=100, keep=60)


class Clock:
    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def node(opened, clock):
    """Return a function that opens one more node: its rows and its keyring."""

    async def node(root=ROOT):
        rows = SealedRows(await opened(), root)
        await rows.refresh()
        return rows, await asyncio.to_thread(SigningKeyring.open, rows, "EdDSA", clock)

    return node


def kids(document):
    return {key["kid"] for key in document["keys"]}


async def test_what_is_stored_is_sealed(node, opened):
    rows, _ = await node()
    database = await opened()
    stored = await database.read(lambda tx: tx.fetch_all("list_sealed_keys"))
    assert [row[0] for row in stored] == ["signing-keys"]
    assert b"private" not in bytes(stored[0][2])
    assert b"private" in rows.load("signing-keys")


async def test_another_root_secret_opens_nothing(node):
    await node()
    with pytest.raises(KeyMaterialError, match=r"row 'signing-keys'.*does not open"):
        await node(RootSecret(b"another"))


async def test_a_row_cannot_be_put_in_anothers_place(node, opened):
    rows, _ = await node()
    await asyncio.to_thread(rows.update, "data-keys", lambda _: b"other")
    database = await opened()

    def swap(tx):
        sealed = {name: kept for name, _, kept in tx.fetch_all("list_sealed_keys")}
        tx.execute("store_sealed_key", name="data-keys", version=9, sealed=sealed["signing-keys"])

    await database.write(swap)
    await rows.refresh()
    with pytest.raises(KeyMaterialError, match="does not open"):
        rows.load("data-keys")


async def test_nodes_that_start_at_once_make_one_key(node):
    nodes = await asyncio.gather(*(node() for _ in range(8)))
    assert len({ring.active().kid for _, ring in nodes}) == 1
    assert len(nodes[0][1].public_jwks()["keys"]) == 1


async def test_of_nodes_that_notice_at_once_one_rotates(node, clock):
    nodes = [ring for _, ring in [await node() for _ in range(4)]]
    clock.now += 900
    rotations = (asyncio.to_thread(ring.follow, SCHEDULE) for ring in nodes * 4)
    added = [kid for kids in await asyncio.gather(*rotations) for kid in kids]
    assert len(added) == 1
    published = [kids(await ring.published()) for ring in nodes]
    assert all(each == published[0] for each in published)
    assert added[0] in published[0]


async def test_changes_from_everywhere_are_all_there(node):
    rows, _ = await node()
    others, _ = await node()

    def note(number):
        def change(found):
            return json.dumps([*json.loads(found or b"[]"), number]).encode()

        return change

    await asyncio.gather(
        *(
            asyncio.to_thread(each.update, "data-keys", note(number))
            for number in range(20)
            for each in (rows, others)
        )
    )
    await rows.refresh()
    assert sorted(json.loads(rows.load("data-keys"))) == sorted([*range(20)] * 2)


@pytest.mark.parametrize("ahead", [0, 100], ids=["N88-at-once", "N88-ahead"])
async def test_no_node_signs_with_a_key_another_does_not_publish(node, clock, ahead):
    (_, one), (_, two) = await node(), await node()
    await asyncio.to_thread(one.rotate, publish_ahead=ahead, keep=60)
    for _ in range(ahead + 20):
        # The set is asked for over HTTP; nothing else has told this node of the rotation.
        assert one.active().kid in kids(await two.published())
        assert two.active().kid in kids(await one.published())
        clock.now += 1
    assert one.active().kid == two.active().kid


async def test_a_key_is_withdrawn_everywhere(node):
    (_, one), (rows, two) = await node(), await node()
    leaked = one.active().kid
    await asyncio.to_thread(one.withdraw, leaked)
    assert leaked not in kids(await two.published())
    assert two.find(leaked) is None
    assert one.active().kid in kids(await two.published())
    assert rows.fingerprint("signing-keys") == 2


async def test_keys_in_memory_serve_while_the_database_is_away(opened, clock):
    database = await opened()
    rows = SealedRows(database, ROOT)
    await rows.refresh()
    ring = await asyncio.to_thread(SigningKeyring.open, rows, "EdDSA", clock)
    await database.close()
    assert ring.active().kid in kids(await ring.published())
    clock.now += 900
    with pytest.raises(StorageUnavailable):
        await asyncio.to_thread(ring.follow, SCHEDULE)
    assert ring.active().kid in kids(ring.public_jwks())


_NODE = """
import asyncio, json, sys, time
from pathlib import Path
from sumun.keys import RootSecret, Schedule, SealedFiles, SealedRows, SigningKeyring
from sumun.storage import connect

async def main(store, seconds):
    root = RootSecret(b"the same on every node")
    if store.startswith("files:"):
        database, sealed = None, SealedFiles(Path(store.removeprefix("files:")), root)
    else:
        database = connect(store)
        await database.open()
        sealed = SealedRows(database, root)
        sealed.settling = 1.0
        await sealed.refresh()
    ring = await asyncio.to_thread(SigningKeyring.open, sealed, "EdDSA")
    schedule = Schedule(rotate_every=2, publish_ahead=1, keep=60)
    added, used, shown = [], {}, {}
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    while time.monotonic() < begun + seconds:
        for key in (await ring.published())["keys"]:
            shown.setdefault(key["kid"], time.monotonic())
        added += await asyncio.to_thread(ring.follow, schedule)
        used.setdefault(ring.active().kid, time.monotonic())
        await asyncio.sleep(0.01)
    if database:
        await database.close()
    print(json.dumps([added, used, shown, [begun, begun + seconds]]))

asyncio.run(main(sys.argv[1], float(sys.argv[2])))
"""


def test_two_processes_publish_before_either_signs(store):
    _watch_two_processes(store)


def test_two_processes_with_one_key_directory_do_so_too(tmp_path):
    _watch_two_processes(f"files:{tmp_path / 'keys'}")


def _watch_two_processes(shared):
    command = [sys.executable, "-c", _NODE, shared, "6"]
    nodes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in nodes:
        assert process.stdout.readline() == "ready\n"
    for process in nodes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate(timeout=60)[0]) for process in nodes]
    assert [process.returncode for process in nodes] == [0, 0]
    rotations = [kid for added, *_ in answers for kid in added]
    assert len(rotations) == len(set(rotations))
    assert len(rotations) >= 2
    for (_, signs, _, _), (_, _, shows, (first, last)) in zip(
        answers, reversed(answers), strict=True
    ):
        watched = {kid: begun for kid, begun in signs.items() if first + 0.1 < begun < last - 0.1}
        assert watched
        # CLOCK_MONOTONIC is one clock for all processes of a machine.
        assert all(shows.get(kid, last) <= begun for kid, begun in watched.items())


@pytest.fixture
async def rooms(store, tmp_path):
    """Return a function that opens the rooms of one more node, with a directory of its own."""
    async with AsyncExitStack() as stack:

        async def open_rooms(name):
            config = Config(
                mode="development",
                data_dir=str(tmp_path / name),
                storage=StorageConfig(url=store),
                keys=KeysConfig(store="database", root_secret="the same on every node"),
                oauth=OAuthConfig(resource_signing_algs={"https://api.example": "RS256"}),
                audit=AuditConfig(node=name),
            )
            rooms = Rooms(config)
            await rooms.open()
            stack.push_async_callback(rooms.close)
            return rooms

        yield open_rooms


async def test_nodes_without_common_files_believe_and_open_what_the_other_made(rooms):
    one, two = await rooms("one"), await rooms("two")
    signing, verifying = await one.open_keyring(), await two.open_keyring()
    token = await signing.sign({"sub": "someone"}, "at+jwt", "RS256")
    key, claims = verify_jws(token, verifying, "at+jwt")
    assert (key.alg, claims) == ("RS256", {"sub": "someone"})
    assert two.fernet.decrypt(one.fernet.encrypt("a secret")) == "a secret"
    await asyncio.to_thread(one.data_keys.rotate)
    await one.refresh_keys()
    await two.refresh_keys()
    assert two.fernet.decrypt(one.fernet.encrypt("another")) == "another"
    assert {path.name for path in one.config.keys_path.glob("*.sealed")} == {
        "audit-checkpoint.sealed"
    }
