"""Which documents are looked at, by where they are."""

from collections.abc import Iterable
from urllib.parse import urlsplit


class DocumentTrust:
    """Patterns of hosts or URLs; what is denied is denied, whatever else is allowed.

    ``*`` is everything, ``example.com`` that host alone, ``*.example.com`` every host below it,
    ``https://example.com/client.json`` that document alone, and with a ``*`` at its end everything
    that begins so.
    """

    def __init__(self, allow: Iterable[str], deny: Iterable[str]) -> None:
        self._allow = tuple(allow)
        self._deny = tuple(deny)

    @property
    def trusts_any(self) -> bool:
        """Whether any document could be permitted at all."""
        return bool(self._allow) and "*" not in self._deny

    def permits(self, url: str) -> bool:
        """Say whether a document may be fetched from an ``https`` URL."""
        host = urlsplit(url).hostname or ""
        if any(_matches(pattern, url, host) for pattern in self._deny):
            return False
        return any(_matches(pattern, url, host) for pattern in self._allow)


def _matches(pattern: str, url: str, host: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("https://"):
        return url.startswith(pattern[:-1]) if pattern.endswith("*") else url == pattern
    if pattern.startswith("*."):
        return host.endswith(pattern[1:].lower())
    return host == pattern.lower()
