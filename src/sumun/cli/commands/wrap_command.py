"""``sumun wrap``."""

import asyncio
import getpass
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from sumun.cli import grammar
from sumun.cli.failures import UNAVAILABLE, Failure
from sumun.cli.grammar import current_settings
from sumun.cli.language import tr
from sumun.cli.rooms import run

if TYPE_CHECKING:
    from sumun.config import Config

_TERMINATED = 128 + signal.SIGTERM


@grammar.command(
    name="wrap",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    examples="""
    sumun wrap -- npx -y @modelcontextprotocol/server-filesystem ~/papers
    sumun wrap --name crm -- python crm_server.py
    """,
)
@grammar.option(
    "--name", default="local", show_default=True, help="What the server is called in the policy."
)
@grammar.argument("command_line", metavar="-- COMMAND [ARGUMENT]…", nargs=-1, required=True)
def command(name: str, command_line: tuple[str, ...]) -> None:
    """Stand in front of a local MCP server that speaks over standard input and output.

    Put this in front of the command in a desktop client's settings: what the server says and what
    it is told pass the same guard as over HTTP, with your policy, and every call is recorded. No
    network is involved.
    """
    if sys.stdout is None:
        raise Failure(tr("standard output is closed: there is nobody to answer"))
    config = current_settings().load_with({"mode": "development"})
    status = run(_stand(config, name, command_line))
    sys.exit(status)


async def _stand(config: "Config", name: str, command_line: tuple[str, ...]) -> int:
    from sumun.gateway.registry import check_name
    from sumun.gateway.stdio import StdioDoor
    from sumun.gateway.upstreams.upstream import UpstreamFailed
    from sumun.guard import Principal, Rooms, read_policy

    check_name(name)
    policy = read_policy(config)
    _end_on(signal.SIGTERM, signal.SIGHUP)
    rooms = Rooms(config)
    await rooms.open()
    try:
        principal = Principal(
            subject=getpass.getuser(), client_id="stdio", scopes=frozenset({f"mcp:{name}"})
        )
        door = StdioDoor(rooms.guard(policy), principal, name)
        return await door.run(command_line, _standard_input(), _to_standard_output)
    except UpstreamFailed as failed:
        raise Failure(
            tr("the MCP server did not start: {reason}").format(reason=failed), UNAVAILABLE
        ) from None
    except asyncio.CancelledError:
        return _TERMINATED
    finally:
        await rooms.close()


def _end_on(*numbers: signal.Signals) -> None:
    """End in order when told to: the server must not outlive us."""
    task = asyncio.current_task()
    if task is not None:
        for number in numbers:
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def _standard_input() -> Callable[[], Awaitable[bytes]]:
    """Read lines on a thread: standard input may be a file, which no event loop can wait for."""
    from sumun.gateway.stdio import LINE_LIMIT

    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue(16)
    # A reader of our own: the interpreter cannot exit while a thread waits inside sys.stdin's.
    file = None if sys.stdin is None else open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115

    def read() -> None:
        line = b"-"
        while line:
            line = file.readline(LINE_LIMIT + 1) if file is not None else b""
            if len(line) > LINE_LIMIT:
                line = b""
            if not line or line.strip():
                try:
                    asyncio.run_coroutine_threadsafe(lines.put(line), loop).result()
                except (RuntimeError, CancelledError):
                    return  # the loop has ended before the input

    threading.Thread(target=read, name="standard input", daemon=True).start()
    return lines.get


def _to_standard_output(message: bytes) -> None:
    remaining = memoryview(message + b"\n")
    while remaining:
        remaining = remaining[os.write(sys.stdout.fileno(), remaining) :]
