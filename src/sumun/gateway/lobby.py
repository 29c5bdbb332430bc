"""A server as it looks to somebody who has yet to sign in there: one tool, which leads to that.

Without it a client could not even connect, and would have nobody to ask.
"""

from typing import Any, Final

from sumun.gateway.eras import as_modern
from sumun.gateway.eras.revisions import LEGACY, MODERN, negotiate

SIGN_IN: Final = "sign_in"
"""What the tool is called. Calling it, like any other, asks the person to sign in."""

_LISTS: Final = {
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}
_CAPABILITIES: Final = {"tools": {"listChanged": True}}


def result(method: str, params: Any, *, server: str, words: str, modern: bool) -> Any:
    """Return the result of what a client asks before any call; ``None`` for a call.

    Parameters
    ----------
    server:
        What it is called here.
    words:
        Say that the person has to sign in, and where.

    """
    found = _legacy(method, params, server, words)
    if found is None or not modern:
        return found
    return as_modern.result(method, found, _named(server))


def _legacy(method: str, params: Any, server: str, words: str) -> dict[str, Any] | None:
    match method:
        case "initialize":
            wanted = params.get("protocolVersion") if isinstance(params, dict) else None
            return {
                "protocolVersion": negotiate(wanted),
                "capabilities": _CAPABILITIES,
                "serverInfo": _named(server),
                "instructions": words,
            }
        case "server/discover":
            return {
                "supportedVersions": [MODERN, *LEGACY],
                "capabilities": _CAPABILITIES,
                "instructions": words,
            }
        case "ping":
            return {}
        case "tools/list":
            tool = {"name": SIGN_IN, "description": words, "inputSchema": {"type": "object"}}
            return {"tools": [tool]}
    return {_LISTS[method]: []} if method in _LISTS else None


def _named(server: str) -> dict[str, str]:
    return {"name": server, "version": "1"}
