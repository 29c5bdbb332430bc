"""Whether the servers behind the gateway answer."""

import time
from typing import TYPE_CHECKING, Any

from sumun.cli import mcp, rooms
from sumun.cli.http import Unreachable, request
from sumun.cli.language import tr
from sumun.cli.server_settings import where
from sumun.keys.files import secret_setting

if TYPE_CHECKING:
    from sumun.config import Config, UpstreamConfig

_PATIENCE = 5.0
_AT_ONCE = 1.0
_WORDS = 200


def probe(name: str, definition: "UpstreamConfig") -> dict[str, Any]:
    """Ask one server for its tools, as the gateway would, and say what came of it."""
    started = time.monotonic()
    try:
        if definition.transport == "http":
            detail, ok = _ask(definition)
        else:
            detail, ok = rooms.run(_ask_over_line(name, definition))
    except Unreachable as error:
        detail, ok = str(error), False
    except mcp.NotMcp as error:
        detail, ok = (
            tr("does not speak MCP at {url}: {why}").format(url=definition.url, why=error),
            False,
        )
    return {
        "name": name,
        "url": where(definition),
        "ok": ok,
        "state": "ok" if ok else "failed",
        "milliseconds": round((time.monotonic() - started) * 1000),
        "detail": detail,
    }


def known_states(config: "Config") -> dict[str, str]:
    """Return what a running gateway found of each server; nothing if none answers."""
    try:
        answer = request("GET", f"{config.issuer.rstrip('/')}/readyz?verbose", timeout=_AT_ONCE)
        told = answer.json()
    except (Unreachable, ValueError):
        return {}
    states = told.get("servers") if isinstance(told, dict) else None
    return {name: str(states[name]) for name in states} if isinstance(states, dict) else {}


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


async def _ask_over_line(name: str, definition: "UpstreamConfig") -> tuple[str, bool]:
    """Ask a server that is started here, or whose stream is opened, and end it again."""
    from sumun.gateway.credentials.static import StaticHeader
    from sumun.gateway.listing import list_tools
    from sumun.gateway.upstreams.http import client_session
    from sumun.gateway.upstreams.opening import local_server, remote_server
    from sumun.gateway.upstreams.process import ServerProcess
    from sumun.gateway.upstreams.upstream import UpstreamFailed

    begun: list[ServerProcess] = []
    async with client_session() as session:
        if definition.transport == "stdio":
            upstream = local_server(name, definition, begun.append)
        else:
            upstream = remote_server(name, definition, session, StaticHeader(name, definition))
        try:
            tools = await list_tools(upstream)
        except UpstreamFailed as failed:
            words = [word for process in begun for word in process.last_words]
            said = tr("; it said last: {words}").format(words=words[-1][:_WORDS]) if words else ""
            return f"{failed}{said}", False
        finally:
            await upstream.close()
    return tr("tools: {count}").format(count=len(tools)), True
