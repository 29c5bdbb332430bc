"""A FastMCP server: its tokens come from a Sumun, its calls pass the guard.

Register a client for it (``sumun client add notes-agent --resource http://localhost:9000/mcp
--scope mcp.access``), then run ``python examples/fastmcp_server.py``.
"""

import os
from urllib.parse import urlsplit

from fastmcp import FastMCP

from sumun.integrations.fastmcp import SumunAuth, SumunMiddleware

RESOURCE = os.environ.get("RESOURCE", "http://localhost:9000/mcp")
auth = SumunAuth(issuer=os.environ.get("ISSUER", "http://localhost:8081"), resource=RESOURCE)
mcp = FastMCP("notes", auth=auth, middleware=[SumunMiddleware()])


@mcp.tool
def find_customer(name: str) -> dict[str, str]:
    return {"name": name, "email": "kim@example.com"}


if __name__ == "__main__":
    mcp.run(transport="http", port=urlsplit(RESOURCE).port, show_banner=False)
