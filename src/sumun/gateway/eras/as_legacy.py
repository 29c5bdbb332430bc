"""What a modern server says, as a legacy client reads it (MCP 2026-07-28 changelog, backwards)."""

import os
from collections.abc import Mapping
from typing import Any, Final

from sumun.gateway.eras.revisions import (
    CAPABILITIES,
    CLIENT,
    LOG_LEVEL,
    MODERN,
    SERVER,
    SUBSCRIPTION,
    TASKS,
    VERSION,
)

_LINKS_SINCE: Final = "2025-06-18"
_VISITS_SINCE: Final = "2025-11-25"
_OF_THE_ERA: Final = ("resultType", "ttlMs", "cacheScope")
_OF_THE_META: Final = frozenset({SERVER, SUBSCRIPTION})


def params_for_modern(
    params: Any, client: Mapping[str, Any], capabilities: Mapping[str, Any], level: str
) -> dict[str, Any]:
    """Return the parameters of a legacy request for a modern server."""
    kept = {key: value for key, value in params.items() if key != "task"} if params else {}
    meta = kept.get("_meta")
    kept["_meta"] = {
        **(meta if isinstance(meta, dict) else {}),
        VERSION: MODERN,
        CLIENT: client,
        CAPABILITIES: capabilities,
        LOG_LEVEL: level,
    }
    return kept


def client_capabilities(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a legacy client can, without what means something else to a modern server."""
    kept = {key: value for key, value in declared.items() if key != "tasks"}
    if isinstance(kept.get("roots"), dict):
        kept["roots"] = {}  # that they change is not told any more
    return kept


def initialized(discovered: Mapping[str, Any], revision: str, name: str) -> dict[str, Any]:
    """Return the result of ``server/discover`` as that of ``initialize``."""
    meta = discovered.get("_meta")
    server = meta.get(SERVER) if isinstance(meta, dict) else None
    capabilities = discovered.get("capabilities")
    known = dict(capabilities) if isinstance(capabilities, dict) else {}
    if isinstance(extensions := known.get("extensions"), dict):
        known["extensions"] = {key: value for key, value in extensions.items() if key != TASKS}
    greeting: dict[str, Any] = {
        "protocolVersion": revision,
        "capabilities": known,
        "serverInfo": server if isinstance(server, dict) else {"name": name, "version": "0"},
    }
    if isinstance(instructions := discovered.get("instructions"), str):
        greeting["instructions"] = instructions
    return greeting


def result(method: str, value: dict[str, Any], revision: str) -> dict[str, Any]:
    """Return a result without what the older schema does not know, or would refuse."""
    for key in _OF_THE_ERA:
        value.pop(key, None)
    _strip_meta(value)
    match method:
        case "tools/call":
            if not isinstance(value.get("structuredContent", {}), dict):
                del value["structuredContent"]  # any JSON since 2026-07-28, an object before
            if revision < _LINKS_SINCE and isinstance(content := value.get("content"), list):
                value["content"] = [_without_link(part) for part in content]
        case "tools/list":
            tools = value.get("tools")
            for tool in tools if isinstance(tools, list) else ():
                if isinstance(tool, dict) and not _is_for_objects(tool.get("outputSchema")):
                    tool.pop("outputSchema", None)
    return value


def notification(message: dict[str, Any]) -> dict[str, Any]:
    """Return a notification without what only a modern client understands."""
    if isinstance(params := message.get("params"), dict):
        _strip_meta(params)
    return message


def question(asked: Mapping[str, Any], id_: str, revision: str) -> dict[str, Any]:
    """Return one of ``inputRequests`` as a request to the client."""
    params = asked.get("params")
    own = dict(params) if isinstance(params, dict) else {}
    if own.get("mode") == "url" and revision >= _VISITS_SINCE:
        own["elicitationId"] = os.urandom(16).hex()
    elif own.get("mode") == "form" and revision < _VISITS_SINCE:
        del own["mode"]
    return {"jsonrpc": "2.0", "id": id_, "method": asked.get("method"), "params": own}


def _strip_meta(value: dict[str, Any]) -> None:
    if isinstance(meta := value.get("_meta"), dict):
        kept = {key: each for key, each in meta.items() if key not in _OF_THE_META}
        if kept:
            value["_meta"] = kept
        else:
            del value["_meta"]


def _without_link(part: Any) -> Any:
    if not isinstance(part, dict) or part.get("type") != "resource_link":
        return part
    return {"type": "text", "text": part.get("uri")}


def _is_for_objects(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "object"
