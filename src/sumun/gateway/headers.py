"""HTTP headers of the MCP transport: what must agree with the body, and what may go on.

Source: MCP 2026-07-28 basic/transports/streamable-http (``Mcp-Method``, ``Mcp-Name``,
``Mcp-Param-*``), and 2025-06-18 (``MCP-Protocol-Version``, ``Mcp-Session-Id``).
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sumun.gateway.jsonrpc import NAMING, Message

MIRRORING_SINCE = "2026-07-28"
"""The first revision that mirrors the body in headers, and demands that they agree."""

_FORWARDED = frozenset(
    {
        b"accept-language",
        b"last-event-id",
        b"mcp-method",
        b"mcp-protocol-version",
        b"traceparent",
        b"tracestate",
    }
)
"""All that goes upstream. Never Authorization or Cookie: the caller's token stays here."""

_REVISION = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIXED = {
    b"mcp-protocol-version": _REVISION,
    b"traceparent": re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}"),
}
"""What holds nothing but what it is for (W3C Trace Context §3.2)."""

ANSWERS = ("application/json", "text/event-stream")
"""What a POST may be answered with; the caller takes both (MCP transports, "Sending Messages")."""

_ONCE = frozenset({b"mcp-method", b"mcp-name", b"mcp-protocol-version", b"mcp-session-id"})
_PARAM = b"mcp-param-"
_ENCODED = re.compile(r"=\?base64\?([A-Za-z0-9+/=_-]*)\?=")


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

    def changed(self, changes: Mapping[bytes, bytes | None]) -> "Headers":
        """Return the headers with others in place of some; ``None`` for those that go."""
        kept = [pair for pair in self.raw if pair[0] not in changes]
        return Headers([*kept, *((name, v) for name, v in changes.items() if v is not None)])

    @property
    def revision(self) -> str:
        """The protocol revision the request claims; empty if it claims none."""
        value = self.get(b"mcp-protocol-version")
        return value if _REVISION.fullmatch(value) else ""


def accepted(headers: Headers) -> list[str]:
    """Return which of :data:`ANSWERS` the caller takes (RFC 9110 §12.5.1)."""
    ranges = {
        part.partition(";")[0].strip().lower()
        for name, value in headers.raw
        if name == b"accept"
        for part in value.decode("latin-1").split(",")
    } or {"*/*"}
    return [
        media_type
        for media_type in ANSWERS
        if ranges & {media_type, media_type.partition("/")[0] + "/*", "*/*"}
    ]


def check_mirrors(headers: Headers, message: Message) -> None:
    """Refuse a request whose headers and body disagree.

    Raises
    ------
    HeaderMismatch
        Naming the header.

    """
    for header in headers.repeated:
        if header in _ONCE or header.startswith(_PARAM):
            raise HeaderMismatch(f"{header.decode('latin-1')} is given more than once")
    modern = headers.revision >= MIRRORING_SINCE
    method = headers.get(b"mcp-method")
    if (method or (modern and message.method)) and method != message.method:
        raise HeaderMismatch("Mcp-Method differs from the method in the body")
    expected = mirrored_name(message)
    name = _decoded(headers.get(b"mcp-name"))
    if expected and (name or modern) and name != expected:
        raise HeaderMismatch("Mcp-Name differs from the name in the body")
    _check_revision(headers.get(b"mcp-protocol-version"), message)


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
    value = params.get(NAMING.get(message.method, ""))
    return value if isinstance(value, str) else ""


class Arguments:
    """The arguments before the guard and after it, for the headers that mirror them.

    Which header mirrors which argument is known to the server's schema only; but a mirror shows
    the same value, so what became of the value is what must become of the header.

    Parameters
    ----------
    headers:
        What the caller sent.
    message:
        The message, before the guard rewrites it in place.

    """

    def __init__(self, headers: Headers, message: Message) -> None:
        params = message.body.get("params")
        mirrored = any(name.startswith(_PARAM) for name, _ in headers.raw)
        self._before = list(_values(params.get("arguments"))) if mirrored and params else []

    def changes(self) -> dict[str, str]:
        """Return the values that are others now, and what they are."""
        return {
            text: now
            for container, key, text in self._before
            if isinstance(now := _item(container, key), str) and now != text
        }


def forwarded(
    headers: Headers, name: str, changes: Mapping[str, str], protect: Callable[[str], str]
) -> list[tuple[str, str]]:
    """Return the headers that go upstream.

    Parameters
    ----------
    headers:
        What the caller sent.
    name:
        What the body names after protection, for ``Mcp-Name``.
    changes:
        What became of the arguments, for the ``Mcp-Param-*`` headers that mirror them: both must
        stay in step, and neither may leak.
    protect:
        What is done to an ``Mcp-Param-*`` header that shows no argument. Any other header that it
        would change stays here, and so does one whose name it would.

    """
    out = [("content-type", "application/json"), ("accept", ", ".join(accepted(headers)))]
    for header, value in headers.raw:
        if header == b"mcp-name" and name:
            out.append(("mcp-name", encoded(name)))
        elif header in _FORWARDED:
            text = value.decode("latin-1")
            form = _FIXED.get(header)
            if (form and form.fullmatch(text)) or protect(text) == text:
                out.append((header.decode(), text))
        elif header.startswith(_PARAM) and protect(called := _suffix(header)) == called:
            plain = _decoded(value.decode("latin-1"))
            safe = changes[plain] if plain in changes else protect(plain)
            unchanged = safe == plain
            out.append((header.decode(), value.decode("latin-1") if unchanged else encoded(safe)))
    return out


def _suffix(header: bytes) -> str:
    """Return what a mirror is called, in the letters that codes and keys are written in."""
    return header[len(_PARAM) :].decode("latin-1").upper()


def _item(container: Any, key: Any) -> Any:
    return container.get(key) if isinstance(container, dict) else container[key]


def _values(arguments: Any) -> Iterator[tuple[Any, Any, str]]:
    """Yield container, key and text of everything in the arguments that a header could show."""
    stack = [arguments]
    while stack:
        container = stack.pop()
        if isinstance(container, dict):
            items: Iterable[tuple[Any, Any]] = container.items()
        elif isinstance(container, list):
            items = enumerate(container)
        else:
            continue
        for key, value in items:
            if isinstance(value, str | int):
                yield container, key, str(value)
            else:
                stack.append(value)


def _decoded(value: str) -> str:
    found = _ENCODED.fullmatch(value)
    if not found:
        return value
    try:
        return base64.b64decode(found[1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise HeaderMismatch("a =?base64?…?= header value cannot be decoded") from None


def encoded(value: str) -> str:
    """Return a value as a header may hold it (streamable HTTP, "Value Encoding")."""
    plain = value.isascii() and value.isprintable() and value == value.strip()
    if plain and not _ENCODED.fullmatch(value):
        return value
    return f"=?base64?{base64.b64encode(value.encode()).decode()}?="
