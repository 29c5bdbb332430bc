"""MCP clients that are a page in a browser: what they may send, and read (Fetch, "CORS protocol").

Which origins may call at all is the operator's word, so that no page reaches a server through the
browser of somebody who happens to look at it (MCP transports, DNS rebinding).
"""

import re
from typing import Final

from sumun.cross_origin import ALLOWED_HEADERS, EXPOSED_HEADERS, MAX_AGE
from sumun.gateway.answers import Header
from sumun.gateway.headers import Headers

METHODS: Final = b"GET, POST, DELETE"

_ALLOWED: Final = (
    *ALLOWED_HEADERS,
    b"Accept",
    b"Last-Event-ID",
    b"Mcp-Method",
    b"Mcp-Name",
    b"Mcp-Session-Id",
    b"traceparent",
    b"tracestate",
)
_EXPOSED: Final = (
    *EXPOSED_HEADERS,
    b"MCP-Protocol-Version",
    b"Mcp-Session-Id",
    b"X-Correlation-Id",
)
_PARAM: Final = re.compile(r"mcp-param-[a-z0-9-]{1,64}", re.IGNORECASE)
_PARAMS: Final = 32


def readable(origin: str) -> list[Header]:
    """Return what lets a page of an allowed origin read an answer."""
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", b", ".join(_EXPOSED)),
        (b"vary", b"Origin"),
    ]


def preflight(origin: str, headers: Headers) -> list[Header]:
    """Return what a page of an allowed origin may send.

    A header for each mirrored argument (``Mcp-Param-*``) is among it, if it is asked for.
    """
    asked = headers.get(b"access-control-request-headers").split(",", _PARAMS)[:_PARAMS]
    params = [name.strip().encode() for name in asked if _PARAM.fullmatch(name.strip())]
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-methods", METHODS),
        (b"access-control-allow-headers", b", ".join((*_ALLOWED, *params))),
        (b"vary", b"Origin, Access-Control-Request-Headers"),
        MAX_AGE,
    ]
