"""FastMCP's own proxy in front of an MCP server: ``fastmcp_proxy PORT UPSTREAM_URL``."""

import sys

import uvicorn
from fastmcp.server import create_proxy

if __name__ == "__main__":
    port, upstream = int(sys.argv[1]), sys.argv[2]
    uvicorn.run(
        create_proxy(upstream).http_app(path="/mcp", stateless_http=True, json_response=True),
        port=port,
        http="httptools",
        loop="uvloop",
        log_level="error",
        access_log=False,
    )
