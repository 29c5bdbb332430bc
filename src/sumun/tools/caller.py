"""Who calls one of Sumun's own tools, as the gateway in front of them knows it."""

from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from starlette.requests import Request

from sumun.guard import IN_ASGI_SCOPE, Principal


def caller(ctx: Context[Any, Any]) -> Principal:
    """Return who calls.

    Raises
    ------
    ToolError
        If no gateway has said.

    """
    request = ctx.request_context.request
    principal = request.scope.get(IN_ASGI_SCOPE) if isinstance(request, Request) else None
    if not isinstance(principal, Principal):
        raise ToolError("Who calls is not known here; come through the gateway.")
    return principal
