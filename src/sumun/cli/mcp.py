"""One MCP request over streamable HTTP, as a client of the present revision sends it.

Source: MCP 2026-07-28 basic/transports/streamable-http. Servers of the era before it answer
``initialize``.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from sumun import __version__
from sumun.cli.http import Answer, request

REVISION = "2026-07-28"
LEGACY_REVISION = "2025-11-25"
_CLIENT = {"name": "sumun", "version": __version__}
_META = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": _CLIENT,
    "io.modelcontextprotocol/clientCapabilities": {},
}
_ACCEPT = "application/json, text/event-stream"


class NotMcp(Exception):
    """The answer is not that of an MCP server; the message says what it is instead."""


def call(
    url: str,
    method: str,
    params: Mapping[str, Any],
    *,
    headers: Mapping[str, str] | None = None,
    timeout: float = 5.0,
) -> dict[str, Any]:
    """Send one request and return the JSON-RPC answer.

    Raises
    ------
    Unreachable
        If nothing answers.
    NotMcp
        If the answer is no JSON-RPC answer.

    """
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": _META}}
    mirrored = {"MCP-Protocol-Version": REVISION, "Mcp-Method": method}
    if "name" in params:
        mirrored["Mcp-Name"] = params["name"]
    return _message(_post(url, body, {**mirrored, **(headers or {})}, timeout))


def initialize(
    url: str, *, headers: Mapping[str, str] | None = None, timeout: float = 5.0
) -> dict[str, Any]:
    """Greet a server of the earlier era, and return the JSON-RPC answer.

    Raises
    ------
    Unreachable, NotMcp
        As :func:`call`.

    """
    params = {"protocolVersion": LEGACY_REVISION, "capabilities": {}, "clientInfo": _CLIENT}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    return _message(_post(url, body, headers or {}, timeout))


def _post(url: str, body: Any, headers: Mapping[str, str], timeout: float) -> Answer:
    own = {"Content-Type": "application/json", "Accept": _ACCEPT}
    encoded = msgspec.json.encode(body)
    return request("POST", url, headers={**own, **headers}, body=encoded, timeout=timeout)


def _message(answer: Answer) -> dict[str, Any]:
    body = answer.body
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        body = _last_event(body)
    try:
        message = msgspec.json.decode(body)
    except msgspec.MsgspecError:
        raise NotMcp(f"HTTP {answer.status}, and not JSON-RPC") from None
    if not _is_answer(message):
        raise NotMcp(f"HTTP {answer.status}, and not JSON-RPC")
    return message  # type: ignore[no-any-return]  # just looked at


def _is_answer(message: Any) -> bool:
    """Say whether this is a JSON-RPC answer as MCP has them: a result object, or an error."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return False
    error = message.get("error")
    if isinstance(error, dict):
        return isinstance(error.get("message"), str)
    return isinstance(message.get("result"), dict)


def _last_event(body: bytes) -> bytes:
    """Return the data of the last event: what comes before it are notifications."""
    events = body.replace(b"\r\n", b"\n").strip(b"\n").split(b"\n\n")
    lines = events[-1].split(b"\n")
    return b"\n".join(line[5:].strip() for line in lines if line.startswith(b"data:"))
