"""The resources access tokens are issued for (RFC 8707)."""

import re
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import urlsplit

import msgspec

OWN_TOOLS: Final = "sumun"
"""What Sumun's own MCP server, at ``/mcp``, is called in policies, scopes and the log."""

_LENGTH_LIMIT: Final = 2048
_SERVER_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Resource(msgspec.Struct, frozen=True):
    """A protected resource.

    Attributes
    ----------
    identifier:
        The ``aud`` of tokens for it.
    scope:
        The scope at its root: only this, what includes it and what it includes make sense there.
        ``None`` where any scope does.
    tools:
        The scope of all its tools; empty where there are none, or none are known here.

    """

    identifier: str
    scope: str | None = None
    tools: str = ""


class ResourceRegistry(Protocol):
    """Which resources tokens may be asked for."""

    @property
    def default(self) -> Resource:
        """The resource of tokens asked for without ``resource``."""

    def find(self, identifier: str) -> Resource | None:
        """Return the resource a ``resource`` parameter names; ``None`` if there is none."""


class KnownResources:
    """The issuer's root, Sumun's own tools at ``/mcp``, and each server at ``/mcp/{name}``.

    Parameters
    ----------
    issuer:
        The issuer identifier, as configured.
    default_audience:
        The ``aud`` of tokens asked for without ``resource``; need not be a URI.
    has_server:
        Whether an MCP server of that name stands behind the gateway.

    """

    def __init__(
        self, issuer: str, default_audience: str, has_server: Callable[[str], bool]
    ) -> None:
        self.default = Resource(default_audience)
        # Joined the way a person would: an issuer with a trailing slash gets no second one.
        own_tools = f"{issuer.rstrip('/')}/mcp"
        self._fixed = {own_tools: Resource(own_tools, tools=f"mcp:{OWN_TOOLS}")}
        if "://" in default_audience:
            self._fixed[default_audience] = self.default
        # RFC 8707 §2 lets a server map a resource to the identifier its tokens carry: what
        # lives at the issuer's root takes the default audience.
        self._fixed[issuer] = self.default
        self._servers = f"{own_tools}/"
        self._has_server = has_server

    def find(self, identifier: str) -> Resource | None:
        """Return the resource, comparing as URIs: scheme and host in any case, ``/`` as no path."""
        return self._find(identifier) or self._find(_normalise(identifier))

    def _find(self, identifier: str) -> Resource | None:
        found = self._fixed.get(identifier)
        if found is not None or not identifier.startswith(self._servers):
            return found
        name = identifier[len(self._servers) :]
        if not _SERVER_NAME.fullmatch(name) or not self._has_server(name):
            return None
        return Resource(identifier, scope=f"mcp:{name}", tools=f"mcp:{name}")


def _normalise(identifier: str) -> str:
    if len(identifier) > _LENGTH_LIMIT:
        return ""
    try:
        parts = urlsplit(identifier)
    except ValueError:
        return ""
    path = "" if parts.path == "/" else parts.path
    normal = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=path)
    return normal.geturl() if parts.netloc and "#" not in identifier else ""
