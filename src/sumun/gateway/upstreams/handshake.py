"""How a line to a server begins: in which era it is spoken, and what was agreed.

Up to revision 2025-11-25 ``initialize`` comes first (MCP "Lifecycle"). Since 2026-07-28 nothing
does, and ``server/discover`` tells which servers know that; the others refuse it, or say nothing.
"""

import asyncio
from typing import Any, Final

import msgspec

from sumun.gateway.eras.revisions import CAPABILITIES, CLIENT, LEGACY, MODERN, OWN_NAME, VERSION
from sumun.gateway.upstreams.connection import Connection
from sumun.gateway.upstreams.upstream import UpstreamFailed

OWN_HELLO: Final[dict[str, Any]] = {
    "protocolVersion": LEGACY[-1],
    "capabilities": {},
    "clientInfo": OWN_NAME,
}
"""What the gateway says of itself: it has nothing that a server could ask it for."""

_PATIENCE: Final = 120.0
"""Seconds a server has for its first answer: it may be downloaded before."""
_PROBE_PATIENCE: Final = 10.0


class Refused(UpstreamFailed):
    """A server that answered, and does not speak the era it was asked for."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__("it refuses to speak this revision of MCP")
        self.error = error


async def initialize(connection: Connection, hello: dict[str, Any]) -> dict[str, Any]:
    """Shake hands, and return what the server said of itself.

    Raises
    ------
    Refused
        If the server does not speak a revision with a handshake.
    UpstreamFailed
        If it does not answer.

    """
    answer = await _ask(connection, "initialize", hello, _PATIENCE)
    result = answer.get("result")
    if not isinstance(result, dict):
        raise Refused(answer["error"])
    await connection.tell({"jsonrpc": "2.0", "method": "notifications/initialized"})
    return result


async def is_modern(connection: Connection) -> bool:
    """Whether the server needs no handshake; one that does has heard nothing that matters.

    Raises
    ------
    UpstreamFailed
        If the line ends.

    """
    meta = {VERSION: MODERN, CAPABILITIES: {}, CLIENT: OWN_NAME}
    try:
        params = {"_meta": meta}
        answer = await _ask(connection, "server/discover", params, _PROBE_PATIENCE)
    except TimeoutError:
        return False
    result = answer.get("result")
    supported = result.get("supportedVersions") if isinstance(result, dict) else None
    return isinstance(supported, list) and MODERN in supported


def revision_for(wanted: Any, spoken: Any) -> Any:
    """Return the revision to answer a client with, on a line where ``spoken`` was agreed.

    What later revisions added, clients of earlier ones do not look at.
    """
    older = wanted in LEGACY and spoken in LEGACY and LEGACY.index(wanted) < LEGACY.index(spoken)
    return wanted if older else spoken


async def _ask(
    connection: Connection, method: str, params: dict[str, Any], patience: float
) -> dict[str, Any]:
    message = {"jsonrpc": "2.0", "id": 0, "method": method, "params": params}
    inbox = await connection.ask(message)
    try:
        async with asyncio.timeout(patience):
            while (raw := await inbox.get()) is not None:
                said = msgspec.json.decode(raw)
                if isinstance(said.get("result", said.get("error")), dict):
                    return dict(said)
    finally:
        connection.forget(inbox)
    raise UpstreamFailed("what it said first is no answer")
