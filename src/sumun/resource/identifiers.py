"""Resource identifiers, the URL of their metadata, and the scope at their root."""

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
ROOT_SCOPE: Final = "mcp.access"


def own_tools(issuer: str) -> str:
    """Return the identifier of Sumun's own MCP server."""
    return f"{issuer.rstrip('/')}/mcp"


@lru_cache(maxsize=1024)
def metadata_url(resource: str) -> str:
    """Return where a resource's metadata is (RFC 9728 §3.1): before the path, after the host."""
    parts = urlsplit(resource)
    path = "" if parts.path == "/" else parts.path
    return parts._replace(path=WELL_KNOWN + path, fragment="").geturl()


def root_scope(issuer: str, resource: str) -> str:
    """Return the scope that opens a resource: ``mcp:{name}`` for a server, else the seed's."""
    servers = own_tools(issuer) + "/"
    return f"mcp:{resource[len(servers) :]}" if resource.startswith(servers) else ROOT_SCOPE
