"""How long until Sumun answers, what it takes idle, and how long ``sumun --version`` lasts."""

import statistics
import subprocess
import tempfile
import time

from benchmarks.load import free_port, serving
from benchmarks.ours import COMMAND, invocation
from benchmarks.result import Result

READY_GOAL = 2.0
IDLE_GOAL = 120.0
VERSION_GOAL = 0.2
SETTLE = 3.0


def run(rounds: int = 5) -> list[Result]:
    """Measure and return the figures."""
    fresh, again, idle = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="sumun-bench-") as directory:
            fresh.append(_start(directory)[0])
            seconds, megabytes = _start(directory, settle=SETTLE)
            again.append(seconds)
            idle.append(megabytes)
    version = [_version() for _ in range(2 * rounds)]
    return [
        Result(
            what="start to ready, first time",
            ours=statistics.median(fresh),
            unit="s",
            better="less",
            goal=READY_GOAL,
        ),
        Result(
            what="start to ready, again",
            ours=statistics.median(again),
            unit="s",
            better="less",
            goal=READY_GOAL,
        ),
        Result(
            what="idle memory (PSS)",
            ours=statistics.median(idle),
            unit="MB",
            better="less",
            goal=IDLE_GOAL,
        ),
        Result(
            what="sumun --version",
            ours=statistics.median(version),
            unit="s",
            better="less",
            goal=VERSION_GOAL,
        ),
    ]


def _start(directory: str, *, settle: float = 0.0) -> tuple[float, float]:
    port = free_port()
    command, environ = invocation(port, directory, {})
    begun = time.perf_counter()
    with serving(command, port, environ=environ, ready="/readyz") as server:
        seconds = time.perf_counter() - begun
        time.sleep(settle)
        return seconds, server.memory()


def _version() -> float:
    begun = time.perf_counter()
    subprocess.run([COMMAND, "--version"], check=True, capture_output=True)
    return time.perf_counter() - begun
