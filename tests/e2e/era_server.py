"""A server with a bit of everything, that speaks one era of MCP or both."""

import asyncio
import json
import threading
from typing import Annotated

import anyio
import mcp_types as types
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.resolve import Elicit, ListRoots, Resolve, Sample
from pydantic import BaseModel, Field

NOTE = "note://one"
LEGACY = {b"2024-11-05", b"2025-03-26", b"2025-06-18", b"2025-11-25"}


class Colour(BaseModel):
    colour: str


def ask_colour() -> Elicit[Colour]:
    return Elicit("Which one?", Colour)


def ask_model() -> Sample:
    text = types.TextContent(type="text", text="Say something")
    return Sample([types.SamplingMessage(role="user", content=text)], max_tokens=10)


def ask_roots() -> ListRoots:
    return ListRoots()


def build() -> MCPServer:
    server = MCPServer("everything", version="7", instructions="Be gentle.")
    server.hanging = threading.Event()
    server.stopped = asyncio.Event()
    _add_tools(server)
    _add_one_to_cancel(server)
    _add_tools_that_ask(server)
    _add_the_rest(server)
    return server


def _add_tools(server: MCPServer) -> None:
    @server.tool()
    def add(a: int, b: int) -> int:
        return a + b

    @server.tool()
    async def work(ctx: Context) -> str:
        for step in (1, 2, 3):
            await ctx.report_progress(step, 3, f"step {step}")
        await ctx.info("half way")
        return "done"

    @server.tool()
    async def touch(uri: str, ctx: Context) -> str:
        await ctx.notify_resource_updated(uri)
        await ctx.notify_tools_changed()
        await ctx.session.send_resource_updated(uri)
        await ctx.session.send_tool_list_changed()
        return "touched"

    @server.tool()
    async def think() -> str:
        await asyncio.sleep(0.4)
        return "thought"

    @server.tool()
    def fail() -> str:
        raise ValueError("no")

    @server.tool()
    def route(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> str:
        return f"in {region}"


def _add_one_to_cancel(server: MCPServer) -> None:
    @server.tool()
    async def hang() -> str:
        server.hanging.set()
        try:
            await asyncio.sleep(60)
        except (asyncio.CancelledError, anyio.get_cancelled_exc_class()):
            server.stopped.set()
            raise
        return "never"

    @server.tool()
    async def stopped() -> str:
        async with asyncio.timeout(10):
            await server.stopped.wait()
        server.stopped.clear()
        return "stopped"


def _add_tools_that_ask(server: MCPServer) -> None:
    @server.tool()
    def choose(which: Annotated[Colour, Resolve(ask_colour)]) -> str:
        return f"It is {which.colour}"

    @server.tool()
    def say(said: Annotated[types.CreateMessageResult, Resolve(ask_model)]) -> str:
        return f"It said {said.content.text}"

    @server.tool()
    def where(roots: Annotated[types.ListRootsResult, Resolve(ask_roots)]) -> str:
        return " ".join(str(root.uri) for root in roots.roots)


def _add_the_rest(server: MCPServer) -> None:
    @server.resource(NOTE)
    def note() -> str:
        return "one"

    @server.resource("note://of/{name}")
    def note_of(name: str) -> str:
        return f"of {name}"

    @server.prompt()
    def letter(to: str) -> str:
        return f"Dear {to}"

    @server.completion()
    async def complete(ref, argument, context):
        return types.Completion(values=[argument.value + "son"])

    async def nothing(_ctx, _params) -> types.EmptyResult:
        return types.EmptyResult()

    lowlevel = server._lowlevel_server
    lowlevel.add_request_handler("resources/subscribe", types.SubscribeRequestParams, nothing)
    lowlevel.add_request_handler("resources/unsubscribe", types.UnsubscribeRequestParams, nothing)
    lowlevel.add_request_handler("logging/setLevel", types.SetLevelRequestParams, nothing)


def app(server: MCPServer, era: str, *, json_response: bool = False):
    """Return the server as an application that refuses the other era, as servers of it do."""
    both = server.streamable_http_app(streamable_http_path="/mcp", json_response=json_response)

    async def refuse(send, status: int, code: int, message: str) -> None:
        fault = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message}}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(fault).encode()})

    async def one(scope, receive, send) -> None:
        if scope["type"] == "http":
            revision = dict(scope["headers"]).get(b"mcp-protocol-version")
            modern = revision is not None and revision not in LEGACY
            if era == "legacy" and modern:
                await refuse(send, 400, -32600, "Bad Request: Unsupported protocol version")
                return
            if era == "modern" and not modern:
                status = 400 if scope["method"] == "POST" else 405
                await refuse(send, status, -32020, "MCP-Protocol-Version is missing")
                return
        await both(scope, receive, send)

    return one
