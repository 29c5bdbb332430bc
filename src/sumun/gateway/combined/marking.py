"""A server's answers, with the names and URIs that its things have among those of all servers."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, Final

from sumun.gateway import jsonrpc
from sumun.gateway.answers import Answer
from sumun.gateway.combined.naming import combined_name, combined_uri
from sumun.gateway.eras.revisions import UPDATED
from sumun.gateway.events import read_events

LISTS: Final = {
    "tools/list": ("tools", "name", combined_name),
    "prompts/list": ("prompts", "name", combined_name),
    "resources/list": ("resources", "uri", combined_uri),
    "resources/templates/list": ("resourceTemplates", "uriTemplate", combined_uri),
}
"""The member of a list's result, what names its entries, and how that is written."""

_URI: Final = b'"uri"'
"""Most answers hold none, and stay as they are."""
_HOLDERS: Final = ("content", "contents", "messages", "resource")


def mark_list(server: str, method: str, result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the entries of a list with their combined names; those without a name are left out."""
    member, key, write = LISTS[method]
    entries = result.get(member)
    kept = [
        entry
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get(key), str)
    ]
    for entry in kept:
        entry[key] = write(server, entry[key])
        _mark_page(server, entry.get("_meta"))
    return kept


def mark_message(server: str, message: dict[str, Any]) -> None:
    """Give every URI of a resource in a message its combined form, in place."""
    if message.get("method") == UPDATED:
        _mark_uri(server, message.get("params"))
    elif isinstance(result := message.get("result"), dict):
        _mark_held(server, result)


def marked(answer: Answer, server: str, limit: int) -> Answer:
    """Return an answer of a server with all URIs in their combined form."""
    if isinstance(answer.body, bytes):
        answer.body = _marked(server, answer.body)
    else:
        answer.body = _marked_events(server, answer.body, limit)
    return answer


async def _marked_events(
    server: str, body: AsyncIterator[bytes], limit: int
) -> AsyncIterator[bytes]:
    async with aclosing(body) as chunks:  # type: ignore[type-var]
        # An event was bounded before it came here; what was done to it may have made it longer.
        async for event in read_events(chunks, 2 * limit):
            if event.data:
                event.data = _marked(server, event.data)
            yield event.encode()


def _marked(server: str, raw: bytes) -> bytes:
    if _URI not in raw:
        return raw
    message = jsonrpc.decode(raw)
    mark_message(server, message)
    return jsonrpc.encode(message)


def _mark_held(server: str, value: dict[str, Any]) -> None:
    """Mark the content blocks and resources in a result, wherever MCP puts them."""
    for holder in _HOLDERS:
        held = value.get(holder)
        for part in held if isinstance(held, list) else (held,):
            if isinstance(part, dict):
                _mark_uri(server, part)
                _mark_held(server, part)


def _mark_uri(server: str, value: Any) -> None:
    if isinstance(value, dict) and isinstance(value.get("uri"), str):
        value["uri"] = combined_uri(server, value["uri"])


def _mark_page(server: str, meta: Any) -> None:
    """Mark the page that shows a tool's results (MCP Apps, ``_meta.ui.resourceUri``)."""
    page = meta.get("ui") if isinstance(meta, dict) else None
    if isinstance(page, dict) and isinstance(page.get("resourceUri"), str):
        page["resourceUri"] = combined_uri(server, page["resourceUri"])
