"""A server made with the SDK, which speaks both eras."""

from mcp.server.mcpserver import Context, MCPServer

server = MCPServer("both eras")


@server.tool()
def add(one: int, other: int) -> int:
    return one + other


@server.tool()
async def count(to: int, context: Context) -> int:
    for done in range(to):
        await context.report_progress(done, to)
    return to


server.run("stdio")
