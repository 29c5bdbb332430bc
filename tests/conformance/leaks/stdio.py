"""The door over standard streams, before a server that keeps what it hears."""

import asyncio
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sumun.gateway.stdio import StdioDoor
from sumun.guard import Guard, Principal

WHO = Principal(subject="anna", client_id="stdio", scopes=frozenset({"mcp:crm"}))

_SERVER = """
import json, sys
says, heard = open(sys.argv[1]), open(sys.argv[2], "w")
for line in sys.stdin:
    heard.write(line)
    message = json.loads(line)
    if "id" in message and "method" in message:
        answer = {"jsonrpc": "2.0", "id": message["id"], "result": {}}
        print(says.readline().strip() or json.dumps(answer), flush=True)
heard.close()
"""


class Stdio:
    """Runs the door once for each list of messages."""

    def __init__(self, guard: Guard, place: Path) -> None:
        self._guard = guard
        self._says = place / "says"
        self._heard = place / "heard"

    async def talk(
        self, messages: Iterable[Any], says: Iterable[Any] = ()
    ) -> tuple[list[bytes], list[bytes]]:
        """Have a client say messages; return the lines the server heard, and the client's.

        ``says`` is what the server answers to one request after the other.
        """
        self._says.write_bytes(b"".join(_line(each) for each in says))
        lines: asyncio.Queue[bytes] = asyncio.Queue()
        for each in messages:
            lines.put_nowait(_line(each))
        lines.put_nowait(b"")
        told: list[bytes] = []
        door = StdioDoor(self._guard, WHO, "crm")
        command = [sys.executable, "-S", "-c", _SERVER, str(self._says), str(self._heard)]
        assert await door.run(command, lines.get, told.append) == 0
        return self._heard.read_bytes().splitlines(), told


def _line(message: Any) -> bytes:
    return json.dumps(message).encode() + b"\n"
