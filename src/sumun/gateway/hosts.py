"""Under which names a machine of one's own may be called.

A page can have its name resolve to the visitor's machine and call what listens there as its own
origin (DNS rebinding; MCP transports, "Security Warning"). ``Origin`` shows it where a browser
sends that, ``Host`` always.
"""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def host_name(host: str) -> str:
    """Return the name in a ``Host`` field, without the port (RFC 9110 §7.2)."""
    name, _, port = host.lower().rpartition(":")
    return name if port.isdecimal() else host.lower()


def own_names(issuer: str, origins: Iterable[str]) -> frozenset[str] | None:
    """Return the names a server answers to, or ``None`` if it cannot be told.

    It can where the issuer is on loopback. Elsewhere the proxy in front may call it anything, and
    nobody's browser is nearer to it than others.
    """
    if host_name(urlsplit(issuer).netloc) not in LOOPBACK_NAMES:
        return None
    return LOOPBACK_NAMES | {host_name(urlsplit(origin).netloc) for origin in origins}
