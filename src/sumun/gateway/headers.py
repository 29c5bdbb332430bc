"""HTTP headers of the MCP transport: what must agree with the body, and what may go on.

Source: MCP 2026-07-28 basic/transports/streamable-http (``Mcp-Method``, ``Mcp-Name``,
``Mcp-Param-*``), and 2025-06-18 (``MCP-Protocol-Version``, ``Mcp-Session-Id``).
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable

from sumun.gateway.jsonrpc import Message

MIRRORING_SINCE = "2026-07-28"
"""The first revision that mirrors the body in headers, and demands that they agree."""

_FORWARDED = frozenset(
    {
        b"accept",
        b"accept-language",
        b"content-type",
        b"last-event-id",
        b"mcp-method",
        b"mcp-name",
        b"mcp-protocol-version",
        b"traceparent",
        b"tracestate",
    }
)
"""All that goes upstream. Never Authorization or Cookie: the caller's token stays here (G17)."""

_PARAM = b"mcp-param-"
_ENCODED = re.compile(r"=\?base64\?([A-Za-z0-9+/=_-]*)\?=")
_REVISION = re.compile(r"\d{4}-\d{2}-\d{2}")


class HeaderMismatch(Exception):
    """A header says something else than the body (-32020)."""


class Headers:
    """The request's headers, by lower-case name; one that comes twice is the caller's mistake."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self.raw = list(raw)
        self._values: dict[bytes, bytes] = {}
        self.repeated: set[bytes] = set()
        for name, value in self.raw:
            if name in self._values:
                self.repeated.add(name)
            self._values[name] = value

    def get(self, name: bytes) -> str:
        """Return the header's value, or the empty string."""
        return self._values.get(name, b"").decode("latin-1")

    @property
    def revision(self) -> str:
        """The protocol revision the request claims; empty if it claims none."""
        value = self.get(b"mcp-protocol-version")
        return value if _REVISION.fullmatch(value) else ""


def check_mirrors(headers: Headers, message: Message) -> None:
    """Refuse a request whose headers and body disagree.

    Raises
    ------
    HeaderMismatch
        Naming the header.

    """
    for header in (b"mcp-method", b"mcp-name", b"mcp-protocol-version", b"mcp-session-id"):
        if header in headers.repeated:
            raise HeaderMismatch(f"{header.decode()} is given more than once")
    modern = headers.revision >= MIRRORING_SINCE
    method = headers.get(b"mcp-method")
    if (method or modern) and method != message.method and message.method:
        raise HeaderMismatch("Mcp-Method differs from the method in the body")
    expected = mirrored_name(message)
    name = _decoded(headers.get(b"mcp-name"))
    if expected and (name or modern) and name != expected:
        raise HeaderMismatch("Mcp-Name differs from the name in the body")
    if modern:
        _check_revision(headers.revision, message)


def _check_revision(revision: str, message: Message) -> None:
    params = message.body.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    stated = meta.get("io.modelcontextprotocol/protocolVersion") if isinstance(meta, dict) else None
    if stated is not None and stated != revision:
        raise HeaderMismatch("MCP-Protocol-Version differs from _meta in the body")


def mirrored_name(message: Message) -> str:
    """Return what ``Mcp-Name`` must say: a tool's or prompt's name, or a resource's URI."""
    params = message.body.get("params")
    if not isinstance(params, dict):
        return ""
    key = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}.get(message.method)
    value = params.get(key) if key else None
    return value if isinstance(value, str) else ""


def forwarded(headers: Headers, protect: Callable[[str], str], name: str) -> list[tuple[str, str]]:
    """Return the headers that go upstream.

    Parameters
    ----------
    headers:
        What the caller sent.
    protect:
        What was done to the arguments in the body, for the ``Mcp-Param-*`` headers that mirror
        them: both must stay in step, and neither may leak.
    name:
        What the body names after protection, for ``Mcp-Name``.

    """
    out = []
    for header, value in headers.raw:
        if header == b"mcp-name":
            out.append(("mcp-name", _encoded(name) if name else value.decode("latin-1")))
        elif header in _FORWARDED:
            out.append((header.decode(), value.decode("latin-1")))
        elif header.startswith(_PARAM):
            plain = _decoded(value.decode("latin-1"))
            safe = protect(plain)
            unchanged = safe == plain
            out.append((header.decode(), value.decode("latin-1") if unchanged else _encoded(safe)))
    return out


def _decoded(value: str) -> str:
    found = _ENCODED.fullmatch(value)
    if not found:
        return value
    try:
        return base64.b64decode(found[1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise HeaderMismatch("a =?base64?…?= header value cannot be decoded") from None


def _encoded(value: str) -> str:
    if value.isascii() and value.isprintable() and value == value.strip():
        return value
    return f"=?base64?{base64.b64encode(value.encode()).decode()}?="
