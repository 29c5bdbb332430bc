"""Asking a server which tools it has, in the gateway's own name, whatever revision it speaks."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from sumun.gateway import jsonrpc
from sumun.gateway.eras.mirrors import mirrored
from sumun.gateway.events import TooLong, read_events
from sumun.gateway.headers import ANSWERS, MIRRORING_SINCE
from sumun.gateway.jsonrpc import Invalid
from sumun.gateway.passage import is_answer
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.oauth.tools import Tool

_PATIENCE: Final = 10.0
_LIMIT: Final = 4 * 1024 * 1024
_PAGES: Final = 32
_TOOLS: Final = 2048
_NAME_LIMIT: Final = 256
_TEXT_LIMIT: Final = 500
_OK: Final = 200
_LEGACY: Final = "2025-11-25"
_CLIENT: Final = {"name": "sumun", "version": "1"}
_META: Final = "io.modelcontextprotocol/"

Pairs = list[tuple[str, str]]


async def list_tools(upstream: Upstream) -> dict[str, Tool]:
    """Return the tools of a server, by name.

    Raises
    ------
    UpstreamFailed
        If it does not say.

    """
    try:
        async with asyncio.timeout(_PATIENCE):
            try:
                return await _modern(upstream)
            except UpstreamFailed:
                return await _legacy(upstream)
    except TimeoutError:
        raise UpstreamFailed("it did not list its tools in time") from None


async def _modern(upstream: Upstream) -> dict[str, Tool]:
    """Ask as of 2026-07-28, where no handshake comes first."""
    meta = {
        f"{_META}protocolVersion": MIRRORING_SINCE,
        f"{_META}clientCapabilities": {},
        f"{_META}clientInfo": _CLIENT,
    }
    headers = [("mcp-protocol-version", MIRRORING_SINCE), ("mcp-method", "tools/list")]
    return await _all_pages(upstream, headers, {"_meta": meta})


async def _legacy(upstream: Upstream) -> dict[str, Tool]:
    """Ask as of the revisions that begin with a handshake, and may keep a session."""
    hello = {"protocolVersion": _LEGACY, "capabilities": {}, "clientInfo": _CLIENT}
    greeted, session = await _ask(upstream, [], "initialize", hello)
    version = greeted.get("protocolVersion")
    headers = [("mcp-protocol-version", version if isinstance(version, str) else _LEGACY)]
    headers += [("mcp-session-id", session)] if session else []
    await _tell(upstream, "POST", headers, {"method": "notifications/initialized"})
    try:
        return await _all_pages(upstream, headers, {})
    finally:
        if session:
            await _tell(upstream, "DELETE", headers, {})


async def _all_pages(upstream: Upstream, headers: Pairs, params: dict[str, Any]) -> dict[str, Tool]:
    tools: dict[str, Tool] = {}
    cursor: Any = None
    for _ in range(_PAGES):
        page = params if cursor is None else {**params, "cursor": cursor}
        result, _session = await _ask(upstream, headers, "tools/list", page)
        tools.update(_read(result))
        cursor = result.get("nextCursor")
        if len(tools) > _TOOLS:
            break
        if not isinstance(cursor, str):
            return tools
    raise UpstreamFailed("its list of tools has no end")


async def _ask(
    upstream: Upstream, headers: Pairs, method: str, params: dict[str, Any]
) -> tuple[dict[str, Any], str]:
    """Return the result of a request, and the session it began."""
    body = jsonrpc.encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    response = await upstream.send("POST", [*_headers(), *headers], body)
    try:
        if response.status != _OK:
            raise UpstreamFailed(f"it answered with status {response.status}")
        async for message in _messages(response):
            if is_answer(message, 1) and isinstance(message.get("result"), dict):
                return message["result"], response.headers.get("mcp-session-id", "")
    except (TooLong, Invalid):
        pass
    finally:
        await response.close()
    raise UpstreamFailed("it did not list its tools")


async def _tell(upstream: Upstream, method: str, headers: Pairs, message: dict[str, Any]) -> None:
    body = jsonrpc.encode({"jsonrpc": "2.0", **message}) if message else b""
    response = await upstream.send(method, [*_headers(), *headers], body)
    await response.close()


async def _messages(response: UpstreamResponse) -> AsyncIterator[Any]:
    if response.content_type != ANSWERS[1]:
        yield jsonrpc.decode(await response.read(_LIMIT))
        return
    async for event in read_events(response.chunks(patient=False), _LIMIT):
        if event.data:
            yield jsonrpc.decode(event.data)


def _headers() -> Pairs:
    return [("content-type", ANSWERS[0]), ("accept", ", ".join(ANSWERS))]


def _read(result: dict[str, Any]) -> dict[str, Tool]:
    entries = result.get("tools")
    if not isinstance(entries, list):
        raise UpstreamFailed("its list of tools is none")
    return {
        entry["name"]: Tool(
            _title(entry),
            _text(entry.get("description")),
            _schema(entry.get("outputSchema")),
            mirrored(entry.get("inputSchema")),
        )
        for entry in entries
        if isinstance(entry, dict) and 0 < len(_text(entry.get("name"))) <= _NAME_LIMIT
    }


def _title(entry: dict[str, Any]) -> str:
    """Return what a tool is called for people (MCP "Tool": title, then that of its annotations)."""
    annotations = entry.get("annotations")
    older = annotations.get("title") if isinstance(annotations, dict) else None
    return _text(entry.get("title")) or _text(older)


def _schema(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _text(value: Any) -> str:
    return value[:_TEXT_LIMIT] if isinstance(value, str) else ""
