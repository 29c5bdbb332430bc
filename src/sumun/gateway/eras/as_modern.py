"""What a legacy server says, as a modern client reads it (MCP 2026-07-28 changelog)."""

from collections.abc import Mapping
from typing import Any, Final

from sumun.gateway.eras.revisions import (
    CAPABILITIES,
    CLIENT,
    LOG_LEVEL,
    MODERN,
    SERVER,
    TASKS,
    VERSION,
    is_severe,
)
from sumun.gateway.jsonrpc import INVALID_PARAMS

NOT_FOUND: Final = -32002
"""A resource that is not there, up to 2025-11-25."""
URL_NEEDED: Final = -32042
"""A call that needs the person to visit a page first, in 2025-11-25."""

_CACHEABLE: Final = frozenset(
    {
        "prompts/list",
        "resources/list",
        "resources/read",
        "resources/templates/list",
        "server/discover",
        "tools/list",
    }
)
_OF_THE_ERA: Final = frozenset({VERSION, CLIENT, CAPABILITIES, LOG_LEVEL})
_OF_THE_ROUND: Final = frozenset({"inputResponses", "requestState", "_meta"})


def params_for_legacy(params: Mapping[str, Any], token: int) -> dict[str, Any]:
    """Return the parameters of a modern request for a legacy server.

    ``token`` is what its progress is told by, if the client wants to hear of it: the client's own
    may be another client's in the same session.
    """
    kept = {key: value for key, value in params.items() if key not in _OF_THE_ROUND}
    meta = {key: value for key, value in params["_meta"].items() if key not in _OF_THE_ERA}
    if "progressToken" in meta:
        meta["progressToken"] = token
    return kept | ({"_meta": meta} if meta else {})


def client_capabilities(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a modern client can, without what means something else to a legacy server."""
    return _without_tasks(declared)


def discovered(initialized: Mapping[str, Any], revision: str) -> dict[str, Any]:
    """Return the result of ``initialize`` as that of ``server/discover``."""
    capabilities = initialized.get("capabilities")
    found = {
        "supportedVersions": [MODERN, revision],
        "capabilities": _without_tasks(capabilities if isinstance(capabilities, dict) else {}),
    }
    if isinstance(instructions := initialized.get("instructions"), str):
        found["instructions"] = instructions
    return found


def result(method: str, value: dict[str, Any], server: Any) -> dict[str, Any]:
    """Return a result with what 2026-07-28 demands of it."""
    value["resultType"] = "complete"
    if method in _CACHEABLE:
        value.setdefault("ttlMs", 0)
        value.setdefault("cacheScope", "private")
    if isinstance(server, dict):
        meta = value.get("_meta")
        value["_meta"] = {**(meta if isinstance(meta, dict) else {}), SERVER: server}
    return value


def error(value: dict[str, Any]) -> dict[str, Any]:
    """Return an error under a code that 2026-07-28 allows (basic, "Error Codes")."""
    if value.get("code") == NOT_FOUND:
        value["code"] = INVALID_PARAMS
    return value


def notification(
    message: dict[str, Any], token: int, client_token: Any, level: str | None
) -> dict[str, Any] | None:
    """Return what a modern client may hear on the stream of a request, if anything."""
    params = message.get("params")
    if not isinstance(params, dict):
        return None
    match message["method"]:
        case "notifications/progress":
            if client_token is None or params.get("progressToken") != token:
                return None
            params["progressToken"] = client_token
        case "notifications/message":
            if level is None or not is_severe(params.get("level"), level):
                return None
        case _:
            return None
    return message


def question(message: dict[str, Any]) -> dict[str, Any]:
    """Return a server's request as one of ``inputRequests``."""
    params = message.get("params")
    kept = {
        key: value
        for key, value in (params if isinstance(params, dict) else {}).items()
        if key not in {"_meta", "task", "elicitationId"}
    }
    asked = {"method": message["method"]}
    return asked if message["method"] == "roots/list" else asked | {"params": kept}


def pages_to_visit(fault: Mapping[str, Any]) -> dict[str, Any]:
    """Return the questions in an error that asks for a visit (MCP 2025-11-25 "URL Mode")."""
    data = fault.get("data")
    listed = data.get("elicitations") if isinstance(data, dict) else None
    return {
        f"visit-{number}": question({"method": "elicitation/create", "params": entry})
        for number, entry in enumerate(listed if isinstance(listed, list) else (), start=1)
        if isinstance(entry, dict)
    }


def _without_tasks(capabilities: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in capabilities.items() if key != "tasks"}
    if isinstance(extensions := kept.get("extensions"), dict):
        kept["extensions"] = {key: value for key, value in extensions.items() if key != TASKS}
    return kept
