"""What the things of many servers are called where all of them are offered together.

A tool or prompt ``lookup`` of the server ``crm`` is ``crm__lookup``: no server's name holds an
underscore, so the first two of them part it. A resource ``file:///x`` is ``crm+file:///x``, a URI
whose scheme says whose it is (RFC 3986 §3.1). Model providers take names of up to 64 characters;
what would be longer ends in a hash of the whole.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

LIMIT: Final = 64
_LABEL_LIMIT: Final = 32
_HASH: Final = 8
_PARTS_NAME: Final = "__"
_PARTS_URI: Final = "+"


def label(server: str) -> str:
    """Return what a server's things begin with: its name, or a short form of a long one."""
    return server if len(server) <= _LABEL_LIMIT else _shortened(server, _LABEL_LIMIT, "-")


def combined_name(server: str, name: str) -> str:
    """Return what a tool or prompt of a server is called among those of all."""
    whole = f"{label(server)}{_PARTS_NAME}{name}"
    return whole if len(whole) <= LIMIT else _shortened(whole, LIMIT, "_")


def combined_uri(server: str, uri: str) -> str:
    """Return a resource's URI, or a template of some, among those of all servers."""
    return f"{label(server)}{_PARTS_URI}{uri}"


def is_shortened(name: str) -> bool:
    """Whether a combined name may be a short form: as long as those are."""
    return len(name) == LIMIT


class Owners:
    """Says whose a combined name or URI is.

    Parameters
    ----------
    servers:
        The names of those that are offered together.

    """

    def __init__(self, servers: Iterable[str]) -> None:
        self._servers = {label(server): server for server in servers}

    def of_name(self, name: str) -> tuple[str, str] | None:
        """Return the server and its own name for a tool or prompt; ``None`` if it is no server's.

        The own name of one that was shortened is not known here.
        """
        return self._parted(name, _PARTS_NAME)

    def of_uri(self, uri: str) -> tuple[str, str] | None:
        """Return the server and its own URI; ``None`` if it is no server's."""
        return self._parted(uri, _PARTS_URI)

    def _parted(self, whole: str, at: str) -> tuple[str, str] | None:
        head, found, rest = whole.partition(at)
        server = self._servers.get(head)
        return (server, rest) if server is not None and found and rest else None


def _shortened(whole: str, limit: int, mark: str) -> str:
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
    return f"{whole[: limit - _HASH - 1]}{mark}{digest}"
