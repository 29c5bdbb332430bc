"""Asking a server what it has, in the gateway's own name, whatever revision it speaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Final

import msgspec

from sumun.gateway import jsonrpc
from sumun.gateway.eras.mirrors import mirrored
from sumun.gateway.events import TooLong, read_events
from sumun.gateway.headers import ANSWERS, MIRRORING_SINCE
from sumun.gateway.jsonrpc import Invalid
from sumun.gateway.passage import is_answer
from sumun.gateway.pins.statement import ITSELF, Key, Kind, Statement, key_of, statement
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.oauth.tools import Tool

_PATIENCE: Final = 10.0
_LIMIT: Final = 4 * 1024 * 1024
_PAGES: Final = 32
_ENTRIES: Final = 2048
_NAME_LIMIT: Final = 256
_TEXT_LIMIT: Final = 500
_OK: Final = 200
_LEGACY: Final = "2025-11-25"
_CLIENT: Final = {"name": "sumun", "version": "1"}
_META: Final = "io.modelcontextprotocol/"

Pairs = list[tuple[str, str]]


class Listed(msgspec.Struct, frozen=True):
    """What a server has.

    Attributes
    ----------
    tools:
        Its tools, by name.
    statements:
        What it says of its tools, its prompts and itself, word for word.

    """

    tools: dict[str, Tool]
    statements: dict[Key, Statement]


async def list_tools(upstream: Upstream) -> dict[str, Tool]:
    """Return the tools of a server, by name; see :func:`survey`."""
    return (await survey(upstream)).tools


async def survey(upstream: Upstream) -> Listed:
    """Return what a server has.

    Raises
    ------
    UpstreamFailed
        If it does not list its tools.

    """
    try:
        async with asyncio.timeout(_PATIENCE):
            try:
                return await _modern(upstream)
            except UpstreamFailed:
                return await _legacy(upstream)
    except TimeoutError:
        raise UpstreamFailed("it did not list its tools in time") from None


async def _modern(upstream: Upstream) -> Listed:
    """Ask as of 2026-07-28, where no handshake comes first."""
    meta = {
        f"{_META}protocolVersion": MIRRORING_SINCE,
        f"{_META}clientCapabilities": {},
        f"{_META}clientInfo": _CLIENT,
    }
    tools = await _all_pages(upstream, _modern_headers("tools/list"), "tools", {"_meta": meta})
    greeting: dict[str, Any] = {}
    with suppress(UpstreamFailed):
        headers = _modern_headers("server/discover")
        greeting, _ = await _ask(upstream, headers, "server/discover", {"_meta": meta})
    prompts: list[Any] = []
    if _has_prompts(greeting):
        with suppress(UpstreamFailed):
            headers = _modern_headers("prompts/list")
            prompts = await _all_pages(upstream, headers, "prompts", {"_meta": meta})
    return _listed(greeting, tools, prompts)


async def _legacy(upstream: Upstream) -> Listed:
    """Ask as of the revisions that begin with a handshake, and may keep a session."""
    hello = {"protocolVersion": _LEGACY, "capabilities": {}, "clientInfo": _CLIENT}
    greeting, session = await _ask(upstream, [], "initialize", hello)
    version = greeting.get("protocolVersion")
    headers = [("mcp-protocol-version", version if isinstance(version, str) else _LEGACY)]
    headers += [("mcp-session-id", session)] if session else []
    await _tell(upstream, "POST", headers, {"method": "notifications/initialized"})
    try:
        tools = await _all_pages(upstream, headers, "tools", {})
        prompts: list[Any] = []
        if _has_prompts(greeting):
            with suppress(UpstreamFailed):
                prompts = await _all_pages(upstream, headers, "prompts", {})
        return _listed(greeting, tools, prompts)
    finally:
        if session:
            await _tell(upstream, "DELETE", headers, {})


async def _all_pages(
    upstream: Upstream, headers: Pairs, member: str, params: dict[str, Any]
) -> list[Any]:
    entries: list[Any] = []
    cursor: Any = None
    for _ in range(_PAGES):
        page = params if cursor is None else {**params, "cursor": cursor}
        result, _session = await _ask(upstream, headers, f"{member}/list", page)
        listed = result.get(member)
        if not isinstance(listed, list):
            raise UpstreamFailed(f"its list of {member} is none")
        entries += listed
        cursor = result.get("nextCursor")
        if len(entries) > _ENTRIES:
            break
        if not isinstance(cursor, str):
            return entries
    raise UpstreamFailed(f"its list of {member} has no end")


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


def _modern_headers(method: str) -> Pairs:
    return [("mcp-protocol-version", MIRRORING_SINCE), ("mcp-method", method)]


def _has_prompts(greeting: dict[str, Any]) -> bool:
    capabilities = greeting.get("capabilities")
    return isinstance(capabilities, dict) and capabilities.get("prompts") is not None


def _listed(greeting: dict[str, Any], tools: list[Any], prompts: list[Any]) -> Listed:
    said: dict[Key, Statement] = {}
    kinds: tuple[tuple[Kind, list[Any]], ...] = (("tool", tools), ("prompt", prompts))
    for kind, entries in kinds:
        for entry in entries:
            key = key_of(kind, entry)
            if key is not None:
                said[key] = statement(kind, entry)
    if instructions := statement("server", greeting):
        said[ITSELF] = instructions
    return Listed(_read(tools), said)


def _read(entries: list[Any]) -> dict[str, Tool]:
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
