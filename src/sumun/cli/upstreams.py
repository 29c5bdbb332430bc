"""Whether the servers behind the gateway answer."""

import time
from typing import TYPE_CHECKING, Any

from sumun.cli import mcp
from sumun.cli.http import Unreachable
from sumun.cli.language import tr
from sumun.keys.files import secret_setting

if TYPE_CHECKING:
    from sumun.config import UpstreamConfig

_PATIENCE = 5.0


def probe(name: str, definition: "UpstreamConfig") -> dict[str, Any]:
    """Ask one server for its tools, as the gateway would, and say what came of it."""
    started = time.monotonic()
    try:
        detail, ok = _ask(definition)
    except Unreachable as error:
        detail, ok = str(error), False
    except mcp.NotMcp as error:
        detail, ok = (
            tr("does not speak MCP at {url}: {why}").format(url=definition.url, why=error),
            False,
        )
    return {
        "name": name,
        "url": definition.url,
        "ok": ok,
        "state": "ok" if ok else "failed",
        "milliseconds": round((time.monotonic() - started) * 1000),
        "detail": detail,
    }


def _ask(definition: "UpstreamConfig") -> tuple[str, bool]:
    headers = {}
    if definition.authorization or definition.authorization_file:
        headers[definition.header] = secret_setting(
            "authorization", definition.authorization, definition.authorization_file
        )
    timeout = min(definition.timeout, _PATIENCE)
    answer = mcp.call(definition.url, "tools/list", {}, headers=headers, timeout=timeout)
    tools = answer.get("result", {}).get("tools")
    if isinstance(tools, list):
        return tr("tools: {count}").format(count=len(tools)), True
    greeting = mcp.initialize(definition.url, headers=headers, timeout=timeout).get("result", {})
    revision = greeting.get("protocolVersion")
    if isinstance(revision, str):
        return tr("speaks revision {revision}").format(revision=revision), True
    message = answer.get("error", {}).get("message", "")
    return tr("refuses: {message}").format(message=message), False
