import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def start_sample():
    """Start the sample server as a process; every one started is stopped at the end."""
    started = []

    def start(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "sumun.sample", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, json.loads(process.stdout.readline())["url"]

    yield start
    for process in started:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()
