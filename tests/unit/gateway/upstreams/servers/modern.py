"""A server made with the SDK, which speaks both eras: over standard streams, or HTTP+SSE."""

import sys

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("both eras")


@server.tool()
def add(one: int, other: int) -> int:
    return one + other


@server.tool()
def letter() -> str:
    return "To minjun.kim@example.kr, 880214-2974120"


@server.tool()
async def count(to: int, context: Context) -> int:
    for done in range(to):
        await context.report_progress(done, to)
    return to


@server.tool()
async def guests(context: Context) -> str:
    asked = await context.session.list_roots()
    return str(len(asked.roots))


if sys.argv[1:]:
    server.run("sse", port=int(sys.argv[1]))
else:
    server.run("stdio")
