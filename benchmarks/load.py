"""Servers on one core, ``wrk`` on another, and rounds that alternate between the contenders."""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SERVER_CORE = 0
LOAD_CORE = 1
START_LIMIT = 30.0

_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")

_SCRIPT = """
wrk.method = {method}
wrk.body = {body}
{headers}
{more}
function done(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect
    + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    '\\n@{{"requests": %d, "microseconds": %d, "failed": %d, "p50": %.1f, "p99": %.1f}}\\n',
    summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
"""


class CannotMeasure(Exception):
    """This machine, or a contender, does not allow the measurement; the message says why."""


@dataclass(frozen=True)
class Request:
    """What is sent, again and again."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    script: str = ""
    """Lua of wrk's, where the requests are not all the same."""

    def send(self) -> bytes:
        """Send it once and return the body of the answer, which must be a 200."""
        request = urllib.request.Request(
            self.url, self.body.encode() or None, dict(self.headers), method=self.method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            with error:
                raise CannotMeasure(
                    f"{self.url} answered {error.code}: {error.read(300)!r}"
                ) from None


@dataclass(frozen=True)
class Load:
    """What one round showed. Times are milliseconds, ``cpu`` is microseconds a request."""

    rate: float
    p50: float
    p99: float
    cpu: float

    def beside(self, other: "Load") -> str:
        """Say what a busy machine hardly changes, and how long the slowest waited."""
        return (
            f"{self.cpu:.0f} / {other.cpu:.0f} us cpu: {other.cpu / self.cpu:.2f} x, "
            f"p99 {self.p99:.1f} ms"
        )


@dataclass(frozen=True)
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Return the CPU time it and its children have taken."""
        total = 0.0
        for pid in family(self.process.pid):
            with suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS
        return total

    def memory(self) -> float:
        """Return the megabytes it and its children take (PSS)."""
        kilobytes = 0
        for pid in family(self.process.pid):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024


def family(pid: int) -> list[int]:
    """Return ``pid`` and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [pid]
    with suppress(OSError):
        for child in children.read_text().split():
            found += family(int(child))
    return found


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str],
    port: int,
    *,
    core: int = SERVER_CORE,
    environ: Mapping[str, str] | None = None,
    ready: str = "/",
) -> Iterator[Server]:
    """Run a server on ``core`` until the block ends; it is ready when ``ready`` has an answer."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **(environ or {})}
        )
        os.sched_setaffinity(process.pid, {core})
        server = Server(process, port)
        try:
            wait_until_ready(server, ready)
            yield server
        except CannotMeasure as error:
            output.seek(0)
            raise CannotMeasure(f"{error}\n{output.read().decode(errors='replace')}") from None
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_ready(server: Server, path: str = "/", *, pause: float = 0.02) -> None:
    """Wait until the server answers anything below 500 at ``path``."""
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise CannotMeasure(f"{server.process.args!r} ended with {server.process.returncode}")
        try:
            urllib.request.urlopen(server.url + path, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                return
        except OSError:
            pass
        else:
            return
        time.sleep(pause)
    raise CannotMeasure(f"{server.process.args!r} was not ready within {START_LIMIT:.0f} s")


def peer(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a peer of ours."""
    return [sys.executable, "-m", f"benchmarks.peers.{module}", *arguments]


def measure(server: Server, request: Request, connections: int, seconds: float) -> Load:
    """Load ``server`` with ``request`` over ``connections`` connections."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise CannotMeasure("wrk is not installed; on Debian: apt-get install wrk")
    if (os.cpu_count() or 1) <= LOAD_CORE:
        raise CannotMeasure("two cores are needed: one for the server, one for the load")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(request))
        script.flush()
        command = [wrk, "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", script.name]
        cpu = server.cpu_seconds()
        process = subprocess.Popen([*command, request.url], stdout=subprocess.PIPE, text=True)
        os.sched_setaffinity(process.pid, {LOAD_CORE})
        output, _ = process.communicate(timeout=seconds + 60)
        cpu = server.cpu_seconds() - cpu
    reported = next((line[1:] for line in output.splitlines() if line.startswith("@")), None)
    if reported is None:
        raise CannotMeasure(f"{request.url}: wrk reported nothing:\n{output}")
    summary = json.loads(reported)
    if summary["failed"] or not summary["requests"]:
        raise CannotMeasure(f"{request.url}: {summary['failed']} requests failed:\n{output}")
    return Load(
        rate=summary["requests"] / summary["microseconds"] * 1e6,
        p50=summary["p50"] / 1000,
        p99=summary["p99"] / 1000,
        cpu=cpu / summary["requests"] * 1e6,
    )


def alternate(contenders: Mapping[str, Callable[[], Load]], rounds: int) -> dict[str, Load]:
    """Let the contenders take turns, and return the median of what each showed.

    Whatever else the machine does falls on all of them alike; the order turns round every time.
    """
    loads: dict[str, list[Load]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders) if number % 2 == 0 else list(reversed(contenders))
        for name in names:
            loads[name].append(contenders[name]())
    return {name: _median(found) for name, found in loads.items()}


def _median(loads: list[Load]) -> Load:
    return Load(
        rate=statistics.median(load.rate for load in loads),
        p50=statistics.median(load.p50 for load in loads),
        p99=statistics.median(load.p99 for load in loads),
        cpu=statistics.median(load.cpu for load in loads),
    )


def _script(request: Request) -> str:
    # A JSON string is a Lua string as long as it needs no \\u escape.
    headers = "\n".join(
        f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}"
        for name, value in request.headers.items()
    )
    return _SCRIPT.format(
        method=json.dumps(request.method),
        body=json.dumps(request.body, ensure_ascii=False),
        headers=headers,
        more=request.script,
    )
