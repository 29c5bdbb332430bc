"""A server of the MCP SDK: its tokens come from a Sumun, its calls pass the guard.

Register a client for it (``sumun client add diary-agent --resource http://localhost:9002/mcp
--scope mcp.access``), then run ``python examples/mcp_server.py``.
"""

import os
from urllib.parse import urlsplit

from mcp.server.mcpserver import Context, MCPServer

from sumun.integrations.mcp import SumunAuth, SumunMiddleware

RESOURCE = os.environ.get("RESOURCE", "http://localhost:9002/mcp")
auth = SumunAuth(issuer=os.environ.get("ISSUER", "http://localhost:8081"), resource=RESOURCE)
guard = SumunMiddleware("diary")
mcp = MCPServer("diary", auth=auth.settings, token_verifier=auth, middleware=[guard])


@mcp.tool()
async def find_customer(name: str, ctx: Context) -> dict[str, str]:
    await ctx.report_progress(1, 1, f"{name} is kim@example.com")
    return {"name": name, "email": "kim@example.com"}


if __name__ == "__main__":
    mcp.run("streamable-http", port=urlsplit(RESOURCE).port)
