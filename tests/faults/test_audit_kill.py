"""``kill -9`` in the middle of recording, again and again, on one data directory.

What was acknowledged is in the log after every restart, the copy is made good, and the log
verifies. The victims are forked by a process that has everything imported, so that a round takes
a fraction of a second.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time

from sumun.audit import AuditLog
from sumun.storage import connect

ROUNDS = 120
SEED = bytes(range(32))

VICTIMS = """
import asyncio, os, sys
from pathlib import Path
import sumun.storage.sqlite
from sumun.audit import AuditLog, Event
from sumun.storage import connect

async def main(directory, batch, name):
    database = connect(f"sqlite:///{directory}/sumun.db")
    await database.open()
    log = AuditLog(database, bytes(range(32)), node="main", sink=Path(directory) / "audit.log")
    await log.open()

    async def record(worker):
        number = 0
        while True:
            user_id = f"{name}-{worker}-{number}"
            (seq,) = await log.record(Event(event_type="tool_call", user_id=user_id))
            os.write(1, f"{seq} {user_id}\\n".encode())
            number += 1

    await asyncio.gather(*(record(worker) for worker in range(batch)))

for line in sys.stdin:
    directory, batch, name = line.split()
    pid = os.fork()
    if pid == 0:
        asyncio.run(main(directory, int(batch), name))
    os.write(1, f"pid {pid}\\n".encode())
    os.waitpid(pid, 0)
    os.write(1, b"dead\\n")
"""


def kill_one(nursery, directory, batch, name, delay):
    """Start a victim, kill it after ``delay`` seconds, and return what it had acknowledged."""
    nursery.stdin.write(f"{directory} {batch} {name}\n")
    nursery.stdin.flush()
    acknowledged = []
    pid = None
    for line in nursery.stdout:
        word, _, rest = line.strip().partition(" ")
        if word == "dead":
            return acknowledged
        if word != "pid":
            acknowledged.append((int(word), rest))
            continue
        pid = int(rest)
        time.sleep(delay)
        os.kill(pid, signal.SIGKILL)
    raise AssertionError("the process that forks the victims died")


async def restart(directory):
    """Start again, and return the lines of the log and of its copy, and what verify says."""
    database = connect(f"sqlite:///{directory}/sumun.db")
    await database.open()
    log = AuditLog(database, SEED, node="main", sink=directory / "audit.log")
    await log.open()
    lines = [line async for line in log.export()]
    copy = (directory / "audit.log").read_bytes().splitlines()
    found = await log.verify()
    await log.close()
    await database.close()
    return lines, copy, found


def test_nothing_acknowledged_is_lost(tmp_path, record_property):
    seed = random.randrange(10**9)
    record_property("seed", seed)
    chance = random.Random(seed)
    in_the_middle = 0
    with subprocess.Popen(
        [sys.executable, "-c", VICTIMS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        for number in range(ROUNDS):
            batch = chance.choice([1, 4, 32])
            delay = chance.uniform(0.005, 0.08)
            acknowledged = kill_one(nursery, tmp_path, batch, f"r{number}", delay)
            in_the_middle += bool(acknowledged)

            lines, copy, found = asyncio.run(restart(tmp_path))

            for seq, user_id in acknowledged:
                assert f'"user_id":"{user_id}"'.encode() in lines[seq], (number, seq)
            assert copy == lines, number
            assert found.ok, (number, found)
            assert found.size == len(lines)
        nursery.stdin.close()
    assert in_the_middle > ROUNDS // 3
