"""What other requests wait while passwords are hashed: the event loop must go on.

Hashing takes tens of milliseconds on purpose. As many passwords are checked at once as the server
ever does, on the one core that also runs the event loop, and the loop is asked every two
milliseconds whether it still answers.
"""

import asyncio
import os
import statistics
import time

from benchmarks.load import SERVER_CORE
from benchmarks.result import Result
from sumun.oauth.users import Passwords, User

GOAL = 2.0
CHECKS = 40
AT_ONCE = 8
PAUSE = 0.002


def run() -> list[Result]:
    """Measure and return how much longer a check takes than anybody else waits."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})
    try:
        return asyncio.run(_run())
    finally:
        os.sched_setaffinity(0, allowed)


async def _run() -> list[Result]:
    passwords = Passwords()
    user = User(user_id="user-1", username="one", password_hash=await passwords.hash("a password"))
    alone = []
    for _ in range(9):
        begun = time.perf_counter()
        await passwords.verify(user, "a password")
        alone.append(time.perf_counter() - begun)
    gate = asyncio.Semaphore(AT_ONCE)

    async def check() -> None:
        async with gate:
            await passwords.verify(user, "a password")

    checking = asyncio.gather(*(check() for _ in range(CHECKS)))
    waits = []
    while not checking.done():
        begun = time.perf_counter()
        await asyncio.sleep(PAUSE)
        waits.append(time.perf_counter() - begun - PAUSE)
    await checking
    passwords.close()
    return [
        Result(
            what=f"event loop while {AT_ONCE} passwords are checked",
            ours=_percentile(waits, 99) * 1000,
            peer=statistics.median(alone) * 1000,
            peer_name="one check",
            unit="ms",
            better="less",
            goal=GOAL,
            note=f"p50 {statistics.median(waits) * 1000:.2f} ms of {len(waits)} looks",
        )
    ]


def _percentile(found: list[float], percent: int) -> float:
    return statistics.quantiles(found, n=100)[percent - 1]
