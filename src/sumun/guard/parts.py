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

_OPAQUE = ("requestState", "cursor")
"""What only the server that made it can read, as texts: sealed by the gateway, not inspected."""

_RESULT_STRUCTURE: dict[str, type] = {"requestState": str, "nextCursor": str, "ttlMs": int}
"""What is opaque, and sealed by the gateway, or a quantity: if it is what it should be."""

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


_BINARY = ("image", "audio")
_HOLDERS = ("content", "contents", "messages", "resource", "params")
"""Where MCP puts content blocks, and what holds such places."""


def structure_of_params(method: str, params: Any) -> frozenset[str]:
    """Return the JSON paths in ``params`` that are protocol, not data."""
    if not isinstance(params, dict):
        return frozenset()
    opaque = {f"$.{key}" for key in _OPAQUE if isinstance(params.get(key), str)}
    return _PARAMS_STRUCTURE.get(method, frozenset()) | opaque | _meta_structure(params)


def structure_of_result(method: str, result: Any, token: str | int | None) -> frozenset[str]:
    """Return the JSON paths in ``result`` that are protocol, not data.

    ``token`` is the progress token of the request: the caller's own, so it comes back as it was.
    """
    if not isinstance(result, dict):
        return frozenset()
    structure = {
        f"$.{key}" for key, kind in _RESULT_STRUCTURE.items() if type(result.get(key)) is kind
    }
    if token is not None and result.get("progressToken") == token:
        structure.add("$.progressToken")
    if method in {"initialize", "server/discover"}:
        structure |= _HANDSHAKE
    if method in _LISTS:
        name, keys = _LISTS[method]
        entries = result.get(name)
        count = len(entries) if isinstance(entries, list) else 0
        structure |= {f"$.{name}[{i}].{key}" for i in range(count) for key in keys}
    return frozenset(structure)


def own_token(params: Any) -> str | int | None:
    """Return the progress token that the caller gave with a request."""
    meta = params.get("_meta") if isinstance(params, dict) else None
    token = meta.get("progressToken") if isinstance(meta, dict) else None
    return token if isinstance(token, str | int) else None


def has_binary(result: Any) -> bool:
    """Whether a result carries base64 content blocks that text recognizers cannot judge."""
    return any(block.get("type") in _BINARY or "blob" in block for block in _blocks(result))


def text_blocks(result: Any) -> list[dict[str, Any]]:
    """Return the content blocks of a result that have a ``text``."""
    return [block for block in _blocks(result) if "text" in block]


def _blocks(result: Any) -> list[dict[str, Any]]:
    """Return content blocks and resources, wherever MCP puts them in a result."""
    found = []
    stack = [result]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            found.append(value)
            stack.extend(value[key] for key in _HOLDERS if key in value)
            if isinstance(requests := value.get("inputRequests"), dict):
                stack.extend(requests.values())
    return found


def _meta_structure(value: Any) -> frozenset[str]:
    if not isinstance(value, dict) or not isinstance(meta := value.get("_meta"), dict):
        return frozenset()
    return frozenset(f"$._meta{_quoted(key)}" for key in meta if _is_protocol(key))


def _is_protocol(key: str) -> bool:
    return key.startswith(_PROTOCOL_META) or key in _TRACE_META


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
