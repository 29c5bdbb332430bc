"""The door inside a FastMCP server: its calls past the guard, its tokens from a Sumun.

    auth = SumunAuth(issuer="https://sumun.example", resource="https://notes.example/mcp")
    mcp = FastMCP("notes", auth=auth, middleware=[SumunMiddleware()])

Either works without the other.
"""

from importlib.util import find_spec

if find_spec("fastmcp") is None:
    raise ImportError("sumun.integrations.fastmcp needs FastMCP: pip install 'sumun[fastmcp]'")

from sumun.integrations.fastmcp.auth import SumunAuth
from sumun.integrations.fastmcp.middleware import SumunMiddleware

__all__ = ["SumunAuth", "SumunMiddleware"]
