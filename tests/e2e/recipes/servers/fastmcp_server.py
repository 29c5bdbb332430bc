"""A server made with FastMCP: it knows one customer."""

from fastmcp import FastMCP

mcp = FastMCP("notes")


@mcp.tool
def find_customer(name: str) -> dict[str, str]:
    return {"name": name, "email": "kim@example.com"}


if __name__ == "__main__":
    mcp.run(show_banner=False)
