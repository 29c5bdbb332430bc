"""Which parts of an MCP message hold data, and which hold only the protocol.

Everything is data unless it is known to be structure: a field nobody thought of is inspected.
"""

from typing import Any

_PROTOCOL_META = "io.modelcontextprotocol/"
_TRACE_META = frozenset({"progressToken", "traceparent", "tracestate"})

_PARAMS_STRUCTURE: dict[str, frozenset[str]] = {
    "tools/call": frozenset({"$.name"}),
    "prompts/get": frozenset({"$.name"}),
    "completion/complete": frozenset({"$.ref.type", "$.ref.name", "$.argument.name"}),
    "initialize": frozenset({"$.protocolVersion", "$.capabilities", "$.clientInfo"}),
    "logging/setLevel": frozenset({"$.level"}),
}

_STATE = frozenset({"$.requestState"})
"""Opaque to everyone but the server that made it: sealed by the gateway, not inspected."""

_RESULT_STRUCTURE = _STATE | {"$.resultType", "$.nextCursor", "$.ttlMs", "$.cacheScope"}

_LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "tools/list": ("tools", ("name", "inputSchema", "outputSchema", "icons")),
    "prompts/list": ("prompts", ("name", "icons")),
    "resources/list": ("resources", ("mimeType", "icons")),
    "resources/templates/list": ("resourceTemplates", ("mimeType", "icons")),
}

_HANDSHAKE = frozenset(
    {"$.protocolVersion", "$.capabilities", "$.serverInfo", "$.supportedVersions"}
)

_QUIET = frozenset(
    {
        "initialize",
        "ping",
        "server/discover",
        "tools/list",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
        "logging/setLevel",
        "subscriptions/listen",
    }
)


def is_quiet(method: str) -> bool:
    """Whether ``method`` carries no one's data unless findings show otherwise.

    Such calls are recorded only when there are findings.
    """
    return method in _QUIET or method.startswith("notifications/")


_BINARY = frozenset({"image", "audio"})


def structure_of_params(method: str, params: Any) -> frozenset[str]:
    """Return the JSON paths in ``params`` that are protocol, not data."""
    return _PARAMS_STRUCTURE.get(method, _STATE) | _STATE | _meta_structure(params)


def structure_of_result(method: str, result: Any) -> frozenset[str]:
    """Return the JSON paths in ``result`` that are protocol, not data."""
    if not isinstance(result, dict):
        return _RESULT_STRUCTURE
    structure = _RESULT_STRUCTURE | _meta_structure(result)
    if method in {"initialize", "server/discover"}:
        return structure | _HANDSHAKE
    if method in _LISTS:
        name, keys = _LISTS[method]
        entries = result.get(name)
        count = len(entries) if isinstance(entries, list) else 0
        return structure | {f"$.{name}[{i}].{key}" for i in range(count) for key in keys}
    return structure


def has_binary(result: Any) -> bool:
    """Whether a result carries base64 content blocks that text recognizers cannot judge."""
    return any(block.get("type") in _BINARY or "blob" in block for block in _blocks(result))


def text_blocks(result: Any) -> list[dict[str, Any]]:
    """Return the content blocks of a result that have a ``text``."""
    return [block for block in _blocks(result) if "text" in block]


def _blocks(result: Any) -> list[dict[str, Any]]:
    """Return content blocks and resources, wherever MCP puts them in a result."""
    if not isinstance(result, dict):
        return []
    found = [*_listed(result.get("content")), *_listed(result.get("contents"))]
    for message in _listed(result.get("messages")):
        content = message.get("content") if isinstance(message, dict) else None
        found.extend(_listed(content) or [content])
    blocks = [block for block in found if isinstance(block, dict)]
    resources = [block.get("resource") for block in blocks]
    return [*blocks, *(resource for resource in resources if isinstance(resource, dict))]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _meta_structure(value: Any) -> frozenset[str]:
    if not isinstance(value, dict) or not isinstance(meta := value.get("_meta"), dict):
        return frozenset()
    return frozenset(f"$._meta{_quoted(key)}" for key in meta if _is_protocol(key))


def _is_protocol(key: str) -> bool:
    return key.startswith(_PROTOCOL_META) or key in _TRACE_META


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
