"""Where people may be sent back to: what may be registered, and what matches it.

RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1: a redirect URI is compared character by character;
only the port of a loopback address is free, because a native application takes whichever it gets.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

REDIRECT_URI_LIMIT: Final = 2048

NEVER: Final = frozenset(
    {"about", "blob", "chrome", "content", "data", "file", "filesystem", "ftp", "intent", "jar"}
    | {"javascript", "mailto", "mhtml", "resource", "tel", "vbscript", "view-source", "ws", "wss"}
)
"""Schemes that run code, read files or leave the application: no configuration allows them."""

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]+")
_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LOOPBACK: Final = re.compile(
    r"http://(?P<host>localhost|127\.0\.0\.1|\[::1\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?][^#]*)?)"
)

_HIGHEST_PORT: Final = 65535

Kind = Literal["web", "loopback", "private"]


class InvalidRedirectUri(ValueError):
    """A redirect URI that may not be registered; the message says why."""


class _Loopback(NamedTuple):
    host: str
    rest: str


def redirect_kind(uri: str) -> Kind:
    """Say what a registered redirect URI leads to: a site, this computer, or an application."""
    if uri.startswith("https:"):
        return "web"
    return "loopback" if _loopback(uri) is not None else "private"


def redirect_host(uri: str) -> str:
    """Return the host to show to people; empty where the URI has none."""
    return urlsplit(uri).hostname or ""


def check_redirect_uri(uri: str, private_use_schemes: Collection[str] = ()) -> None:
    """Refuse what must not be registered.

    ``private_use_schemes`` are allowed beside those with a dot, which are somebody's reversed
    domain name (RFC 8252 §7.1).

    Raises
    ------
    InvalidRedirectUri
        Saying what is wrong.

    """
    if len(uri) > REDIRECT_URI_LIMIT:
        raise InvalidRedirectUri(f"is longer than {REDIRECT_URI_LIMIT} characters")
    scheme = uri.partition(":")[0].lower()
    if scheme in NEVER:
        raise InvalidRedirectUri(f"the scheme {scheme} is never allowed")
    if "#" in uri:
        raise InvalidRedirectUri("has a fragment (RFC 6749 3.1.2)")
    if not _URI.fullmatch(uri) or _BAD_PERCENT.search(uri):
        raise InvalidRedirectUri("is not an absolute URI of ASCII characters (RFC 3986)")
    if not uri.startswith(f"{scheme}:"):
        raise InvalidRedirectUri("has a scheme with capital letters; write it small")
    if scheme == "https":
        _check_https(uri)
    elif scheme == "http":
        _check_loopback(uri)
    elif "." not in scheme and scheme not in private_use_schemes:
        raise InvalidRedirectUri(
            "has a scheme that is not allowed here; use https, http on a loopback address, "
            "or a scheme made of your domain name reversed (RFC 8252 7.1)"
        )


def redirect_matches(registered: str, requested: str) -> bool:
    """Compare as registered: exactly, but for the port of a loopback address (RFC 8252 §7.3).

    ``localhost``, ``127.0.0.1`` and ``[::1]`` each match only themselves.
    """
    if registered == requested:
        return True
    expected = _loopback(registered)
    return expected is not None and expected == _loopback(requested)


def is_registered(registered: Iterable[str], requested: str) -> bool:
    """Say whether any of the registered redirect URIs matches."""
    return any(redirect_matches(uri, requested) for uri in registered)


def _check_https(uri: str) -> None:
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise InvalidRedirectUri("has a host or port that is none") from None
    if not uri.startswith("https://") or not host:
        raise InvalidRedirectUri("has no host")
    if "@" in parts.netloc:
        raise InvalidRedirectUri("names a user before the host")
    if "*" in parts.netloc:
        raise InvalidRedirectUri("has a wildcard; register each URI (RFC 9700 2.1)")


def _check_loopback(uri: str) -> None:
    if _loopback(uri) is None:
        raise InvalidRedirectUri(
            "http is only for http://127.0.0.1, http://[::1] and http://localhost "
            "(RFC 8252 7.3); use https"
        )


def _loopback(uri: str) -> _Loopback | None:
    if len(uri) > REDIRECT_URI_LIMIT:
        return None
    match = _LOOPBACK.fullmatch(uri)
    if match is None or (match["port"] and not 0 < int(match["port"]) <= _HIGHEST_PORT):
        return None
    return _Loopback(match["host"], match["rest"])
