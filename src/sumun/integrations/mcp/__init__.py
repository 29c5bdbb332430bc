"""Authentication and the guard for servers made with the official MCP SDK."""

from sumun.integrations.mcp.auth import SumunAuth
from sumun.integrations.mcp.middleware import SumunMiddleware

__all__ = ["SumunAuth", "SumunMiddleware"]
