"""Headers that mirror a modern request (MCP 2026-07-28 streamable HTTP, "Request Metadata")."""

import re
from collections.abc import Mapping
from typing import Any, Final

from sumun.gateway.eras import wire
from sumun.gateway.eras.revisions import MODERN
from sumun.gateway.headers import encoded
from sumun.gateway.jsonrpc import NAMING

Paths = Mapping[tuple[str, ...], str]
"""Where in the arguments a mirrored one is, and the name its header has after ``Mcp-Param-``."""

_ANNOTATION: Final = "x-mcp-header"
_MIRRORED_TYPES: Final = frozenset({"string", "integer", "boolean"})
_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}")
_MOST: Final = 64


def mirrored(schema: Any) -> dict[tuple[str, ...], str]:
    """Return which arguments a tool's input schema wants to have headers ("Schema Extension").

    Only those that ``properties`` alone lead to, whose type a header can show.
    """
    found: dict[tuple[str, ...], str] = {}
    stack: list[tuple[tuple[str, ...], Any]] = [((), schema)]
    while stack and len(found) < _MOST:
        path, part = stack.pop()
        properties = part.get("properties") if isinstance(part, dict) else None
        for name, below in properties.items() if isinstance(properties, dict) else ():
            if not isinstance(below, dict):
                continue
            header = below.get(_ANNOTATION)
            if isinstance(header, str) and _TOKEN.fullmatch(header):
                kind = below.get("type")
                if isinstance(kind, str) and kind in _MIRRORED_TYPES:
                    found[*path, name] = header
            stack.append(((*path, name), below))
    return found


def can_be_said(method: str) -> bool:
    """Whether a header can show what a method is called: modern requests need that."""
    return _TOKEN.fullmatch(method.replace("/", "-")) is not None


def mirroring(method: str, params: Mapping[str, Any], paths: Paths) -> wire.Pairs:
    """Return the headers of a request."""
    headers = [(wire.REVISION, MODERN), ("mcp-method", method)]
    name = params.get(NAMING.get(method, ""))
    if isinstance(name, str):
        headers.append(("mcp-name", encoded(name)))
    for path, header in paths.items():
        text = _written(_at(params.get("arguments"), path))
        if text is not None:
            headers.append((f"mcp-param-{header.lower()}", encoded(text)))
    return headers


def _at(arguments: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        arguments = arguments.get(step) if isinstance(arguments, dict) else None
    return arguments


def _written(value: Any) -> str | None:
    """Return a value as a header shows it ("Type conversion"); nothing, where it has none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None
