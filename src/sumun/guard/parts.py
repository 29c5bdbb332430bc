"""Which parts of an MCP message hold data, and which hold only the protocol.

Everything is data unless it is known to be structure: a field nobody thought of is inspected.
"""

from typing import Any, Final, NamedTuple

from sumun.protection.tree import exact_path

Place = tuple[str | int, ...]
"""The keys that lead to a member."""


class Structure(NamedTuple):
    """What of a message is not data.

    Attributes
    ----------
    words:
        What the protocol says, and what is only called something. It is inspected too, but by
        itself: the name of its member says nothing of it, and no model reads it.
    opaque:
        What nobody can inspect: sealed by the door, or the caller's own.

    """

    words: frozenset[Place]
    opaque: frozenset[Place]

    @property
    def paths(self) -> frozenset[str]:
        """All of it as JSON paths."""
        return frozenset(map(path_of, self.words | self.opaque))


_PROTOCOL_META: Final = "io.modelcontextprotocol/"
_TRACE_META: Final = frozenset({"progressToken", "traceparent", "tracestate"})

_IDS: Final = ("elicitationId", "progressToken", "requestId", "taskId")
"""What tells one message from another, in the params or the result of many methods."""

_PARAMS_WORDS: Final[dict[str, frozenset[Place]]] = {
    "tools/call": frozenset({("name",)}),
    "prompts/get": frozenset({("name",)}),
    "completion/complete": frozenset({("ref", "type"), ("ref", "name"), ("argument", "name")}),
    "initialize": frozenset({("protocolVersion",), ("capabilities",), ("clientInfo",)}),
    "logging/setLevel": frozenset({("level",)}),
}
_RESULT_WORDS: Final[frozenset[Place]] = frozenset({("code",), ("ttlMs",)})
_BLOCK_WORDS: Final = ("id", "toolUseId", "size")
"""What a content block has that is no data."""

_OPAQUE_PARAMS: Final = ("requestState", "cursor")
_OPAQUE_RESULT: Final = ("requestState", "nextCursor")
"""What only the server that made it can read, as texts."""

_LISTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "tools/list": ("tools", ("name", "inputSchema", "outputSchema", "icons")),
    "prompts/list": ("prompts", ("name", "icons")),
    "resources/list": ("resources", ("mimeType", "size", "icons")),
    "resources/templates/list": ("resourceTemplates", ("mimeType", "icons")),
}

_HANDSHAKE: Final[frozenset[Place]] = frozenset(
    {("protocolVersion",), ("capabilities",), ("serverInfo",), ("supportedVersions",)}
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
_SEVERAL = ("inputRequests", "inputResponses")
"""What holds several such places, by keys of somebody's choice."""


def structure_of_params(method: str, params: Any) -> Structure:
    """Return what in ``params`` is protocol, not data."""
    if not isinstance(params, dict):
        return Structure(frozenset(), frozenset())
    words = _PARAMS_WORDS.get(method, frozenset()) | _common_words(params, _OPAQUE_PARAMS)
    opaque = _texts_of(params, _OPAQUE_PARAMS)
    return Structure(words - opaque, opaque)


def structure_of_result(method: str, result: Any, token: str | int | None) -> Structure:
    """Return what in ``result`` is protocol, not data.

    ``method`` is that of the request; none for what the server says of its own accord. ``token``
    is the progress token of the request: the caller's own, so it comes back as it was.
    """
    if not isinstance(result, dict):
        return Structure(frozenset(), frozenset())
    words = _RESULT_WORDS | _common_words(result, _OPAQUE_RESULT)
    if method in {"initialize", "server/discover"}:
        words |= _HANDSHAKE
    if method in _LISTS:
        name, keys = _LISTS[method]
        entries = result.get(name)
        count = len(entries) if isinstance(entries, list) else 0
        words |= {(name, i, key) for i in range(count) for key in keys}
    opaque = _texts_of(result, _OPAQUE_RESULT) if method else frozenset()
    if token is not None and result.get("progressToken") == token:
        opaque |= {("progressToken",)}
    return Structure(words - opaque, opaque)


def own_token(params: Any) -> str | int | None:
    """Return the progress token that the caller gave with a request."""
    meta = params.get("_meta") if isinstance(params, dict) else None
    token = meta.get("progressToken") if isinstance(meta, dict) else None
    return token if isinstance(token, str | int) else None


def has_binary(message: Any) -> bool:
    """Whether a message carries base64 content blocks that text recognizers cannot judge."""
    return any(block.get("type") in _BINARY or "blob" in block for _, block in _blocks(message))


def text_blocks(message: Any) -> list[dict[str, Any]]:
    """Return the content blocks of a message that have a ``text``."""
    return [block for _, block in _blocks(message) if "text" in block]


def _blocks(message: Any) -> list[tuple[Place, dict[str, Any]]]:
    """Return content blocks and resources, wherever MCP puts them, and where that is."""
    found: list[tuple[Place, dict[str, Any]]] = []
    stack: list[tuple[Place, Any]] = [((), message)]
    while stack:
        place, value = stack.pop()
        if isinstance(value, list):
            stack.extend(((*place, index), each) for index, each in enumerate(value))
        elif isinstance(value, dict):
            found.append((place, value))
            stack.extend(((*place, key), value[key]) for key in _HOLDERS if key in value)
            for several in _SEVERAL:
                if isinstance(by_key := value.get(several), dict):
                    stack.extend(((*place, several, key), each) for key, each in by_key.items())
    return found


def _common_words(value: dict[str, Any], opaque: tuple[str, ...]) -> frozenset[Place]:
    words: set[Place] = {(key,) for key in (*_IDS, *opaque) if key in value}
    for place, block in _blocks(value):
        if place:
            words.update((*place, key) for key in _BLOCK_WORDS if key in block)
    if isinstance(meta := value.get("_meta"), dict):
        words.update(("_meta", key) for key in meta if _is_protocol(key))
    return frozenset(words)


def _texts_of(value: dict[str, Any], keys: tuple[str, ...]) -> frozenset[Place]:
    return frozenset((key,) for key in keys if isinstance(value.get(key), str))


def _is_protocol(key: str) -> bool:
    return key.startswith(_PROTOCOL_META) or key in _TRACE_META


def path_of(place: Place) -> str:
    """Return a place as a JSON path."""
    trail: tuple[Any, ...] = ()
    for key in place:
        trail = (trail, key)
    return exact_path(trail)
