"""Every call of a FastMCP server past the guard."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from contextvars import copy_context
from typing import Any, Final, TypeVar

import mcp_types
import msgspec
from fastmcp.exceptions import FastMCPError, ToolError
from fastmcp.prompts.base import Prompt, PromptResult
from fastmcp.resources.base import Resource, ResourceResult
from fastmcp.resources.template import ResourceTemplate
from fastmcp.server.dependencies import fastmcp_request_ctx, get_access_token
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import Tool, ToolResult
from fastmcp.utilities.components import FastMCPComponent
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel

from sumun.config import Config
from sumun.guard import Admitted, Call, FindSchema, Refusal
from sumun.integrations.access_token import principal_of
from sumun.integrations.fastmcp import results
from sumun.integrations.fastmcp.results import Form
from sumun.integrations.local_guard import LocalGuard
from sumun.integrations.session import GuardedSession, refused, wire
from sumun.policy import Policy

R = TypeVar("R")
C = TypeVar("C", bound=FastMCPComponent)

_HOOKED: Final = frozenset(
    {
        "initialize",
        "server/discover",
        "tools/call",
        "resources/read",
        "prompts/get",
        "tools/list",
        "resources/list",
        "resources/templates/list",
        "prompts/list",
    }
)
"""Methods that FastMCP has a hook of their own for, or that carry no one's data."""

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")

Context = MiddlewareContext[Any]


class SumunMiddleware(Middleware):
    """Takes everything that a FastMCP server and its clients say to each other past the guard.

    Tools, resources, prompts, completions, lists, greetings and notifications, and what a tool
    says or asks while it runs: progress, logs, elicitation and sampling with their answers.

    Who calls is said by FastMCP's access token. On a server without authentication it is
    ``local``, who may call everything: such a server must not be reachable by strangers. A token
    needs the scope ``mcp:{server}``, or one that includes it.

    Parameters
    ----------
    config:
        Where keys, log and policy are; by default read as everywhere (``sumun.toml``,
        ``SUMUN_*``), and shared with the decorators of this process.
    policy:
        Instead of the policy document of the configuration.
    server:
        What policies, scopes and the log call this server; by default FastMCP's name for it, in
        lower case with hyphens.

    Raises
    ------
    ConfigurationError, KeyMaterialError, StorageError
        If the configuration, the keys or the storage cannot be used.

    """

    def __init__(
        self, config: Config | None = None, *, policy: Policy | None = None, server: str = ""
    ) -> None:
        self._guard = LocalGuard(config, policy)
        self._server = server

    async def on_call_tool(
        self,
        context: MiddlewareContext[mcp_types.CallToolRequestParams],
        call_next: CallNext[mcp_types.CallToolRequestParams, ToolResult],
    ) -> ToolResult:
        """Protect a tool's arguments and its result."""
        message = context.message

        async def run(params: dict[str, Any]) -> ToolResult:
            update = {"arguments": params.get("arguments")}
            return await call_next(context.copy(message=message.model_copy(update=update)))

        return await self._pass(
            context,
            message.name,
            {"name": message.name, "arguments": message.arguments or {}},
            run,
            results.TOOL,
        )

    async def on_read_resource(
        self,
        context: MiddlewareContext[mcp_types.ReadResourceRequestParams],
        call_next: CallNext[mcp_types.ReadResourceRequestParams, ResourceResult],
    ) -> ResourceResult:
        """Protect a resource's contents, and what its URI carries."""
        message = context.message
        uri = str(message.uri)

        async def run(params: dict[str, Any]) -> ResourceResult:
            update = {"uri": message.uri if params["uri"] == uri else params["uri"]}
            changed = context.copy(message=message.model_copy(update=update))
            await self.check_resource_access(changed)
            return await call_next(changed)

        return await self._pass(
            context,
            uri,
            {"uri": uri},
            run,
            results.resource(uri),
        )

    async def on_get_prompt(
        self,
        context: MiddlewareContext[mcp_types.GetPromptRequestParams],
        call_next: CallNext[mcp_types.GetPromptRequestParams, PromptResult],
    ) -> PromptResult:
        """Protect a prompt's arguments and its messages."""
        message = context.message

        async def run(params: dict[str, Any]) -> PromptResult:
            update = {"arguments": params.get("arguments")}
            return await call_next(context.copy(message=message.model_copy(update=update)))

        return await self._pass(
            context,
            message.name,
            {"name": message.name, "arguments": message.arguments or {}},
            run,
            results.PROMPT,
        )

    async def on_list_tools(
        self, context: Context, call_next: CallNext[Any, Sequence[Tool]]
    ) -> Sequence[Tool]:
        """Protect what tools say of themselves."""
        return await self._pass_list("tools", context, call_next)

    async def on_list_resources(
        self, context: Context, call_next: CallNext[Any, Sequence[Resource]]
    ) -> Sequence[Resource]:
        """Protect what resources say of themselves."""
        return await self._pass_list("resources", context, call_next)

    async def on_list_resource_templates(
        self, context: Context, call_next: CallNext[Any, Sequence[ResourceTemplate]]
    ) -> Sequence[ResourceTemplate]:
        """Protect what resource templates say of themselves."""
        return await self._pass_list("resourceTemplates", context, call_next)

    async def on_list_prompts(
        self, context: Context, call_next: CallNext[Any, Sequence[Prompt]]
    ) -> Sequence[Prompt]:
        """Protect what prompts say of themselves."""
        return await self._pass_list("prompts", context, call_next)

    async def on_initialize(
        self,
        context: MiddlewareContext[mcp_types.InitializeRequest],
        call_next: CallNext[mcp_types.InitializeRequest, mcp_types.InitializeResult | None],
    ) -> mcp_types.InitializeResult | None:
        """Protect what the server says of itself in the handshake."""
        try:
            return await self._greet(context, call_next)
        except MCPError as error:
            # FastMCP would go on with the answer as it was.
            raise FastMCPError(error.error.message) from None

    async def on_discover(
        self,
        context: MiddlewareContext[mcp_types.DiscoverRequest],
        call_next: CallNext[mcp_types.DiscoverRequest, mcp_types.DiscoverResult | dict[str, Any]],
    ) -> mcp_types.DiscoverResult | dict[str, Any]:
        """Protect what the server says of itself without a handshake."""
        return await self._greet(context, call_next)

    async def on_notification(self, context: Context, call_next: CallNext[Any, Any]) -> Any:
        """Protect what a client says of its own accord, or drop it."""

        async def run(params: dict[str, Any]) -> Any:
            return await call_next(context.copy(message=params))

        message = context.message if isinstance(context.message, dict) else {}
        try:
            return await self._pass(context, "", message, run, results.WIRE)
        except MCPError:
            return None

    async def on_request(self, context: Context, call_next: CallNext[Any, Any]) -> Any:
        """Protect the methods that FastMCP has no hook for (``completion/complete``)."""
        if context.method in _HOOKED or not isinstance(context.message, dict):
            return await call_next(context)

        async def run(params: dict[str, Any]) -> Any:
            return await call_next(context.copy(message=params))

        return await self._pass(context, "", context.message, run, results.WIRE)

    async def _greet(self, context: MiddlewareContext[Any], call_next: CallNext[Any, R]) -> R:
        async def run(_params: dict[str, Any]) -> R:
            return await call_next(context)

        said = getattr(context.message, "params", None)
        params = {} if said is None else wire(said)
        return await self._pass(context, "", params, run, results.WIRE)

    async def _pass_list(
        self, key: str, context: Context, call_next: CallNext[Any, Sequence[C]]
    ) -> Sequence[C]:
        async def run(_params: dict[str, Any]) -> Sequence[C]:
            return await call_next(context)

        return await self._pass(context, "", {}, run, results.listing(key))

    async def _pass(
        self,
        context: Context,
        tool: str,
        params: dict[str, Any],
        run: Callable[[dict[str, Any]], Awaitable[R]],
        form: Form[R],
    ) -> R:
        """Take one request to the guard, let it run, and take what comes of it back."""
        raw = _encode(params)
        call = Call(
            server=self._server or _name_of(context),
            method=context.method or "",
            tool=tool,
            params=msgspec.json.decode(raw),
            raw=raw,
            correlation_id=os.urandom(8).hex(),
            output_schema=(
                _output_schema(context, tool) if context.method == "tools/call" else None
            ),
        )
        admitted = await self._guard.admit(principal_of(get_access_token()), call)
        if isinstance(admitted, Refusal):
            raise _refused(call, admitted)
        _guard_session(self._guard, admitted)
        try:
            result = await run(call.params)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told to the caller
            raise await self._told(admitted, error) from None
        except BaseException:
            # The call was cancelled: nothing may wait any more, but it is recorded.
            self._guard.abandon(admitted, "cancelled")
            raise
        left = await self._released(admitted, _encode(form.to_wire(result)))
        return result if left is None else form.from_wire(result, left)

    async def _released(
        self, admitted: Admitted, raw: bytes, *, failed: bool = False
    ) -> dict[str, Any] | None:
        """Return what the guard left of an answer, or ``None`` if that is all of it."""
        value = msgspec.json.decode(raw)
        failed = failed or (isinstance(value, dict) and value.get("isError") is True)
        released = await self._guard.release(admitted, value, raw, failed=failed)
        if isinstance(released, Refusal):
            raise _refused(admitted.call, released)
        if released.verbatim or _encode(released.result) == raw:
            return None
        left: dict[str, Any] = released.result
        return left

    async def _told(self, admitted: Admitted, error: Exception) -> Exception:
        """Return the error as it may be told: its text is an answer like any other."""
        said = error.error.model_dump() if isinstance(error, MCPError) else {"message": str(error)}
        try:
            left = await self._released(admitted, _encode(said), failed=True)
        except (ToolError, MCPError) as refused:
            return refused
        if left is None:
            return error
        if isinstance(error, MCPError):
            return MCPError(error.error.code, left["message"], left.get("data"))
        if isinstance(error, FastMCPError):
            return type(error)(left["message"])
        return ToolError(left["message"])


def _guard_session(guard: LocalGuard, admitted: Admitted) -> None:
    """Give the handler a session whose messages pass the guard.

    FastMCP's context reads it from its own request context, and the SDK's handlers of what FastMCP
    has no component for (``subscriptions/listen``) from theirs; both are made for this request.
    """
    request = fastmcp_request_ctx.get()
    if request is not None:
        session = GuardedSession(request.session, guard, admitted)
        request.session = request._srctx.session = session  # noqa: SLF001 - as FastMCP says: the way to the SDK's


def _encode(value: Any) -> bytes:
    if isinstance(value, BaseModel):
        return value.model_dump_json(by_alias=True, exclude_none=True).encode()
    return msgspec.json.encode(value)


def _name_of(context: Context) -> str:
    server = context.fastmcp_context
    name = server.fastmcp.name if server is not None else ""
    return _NOT_IN_A_NAME.sub("-", name.lower()).strip("-")[:64]


def _output_schema(context: Context, tool: str) -> FindSchema:
    """Return what asks the server for a tool's output schema, as this caller on this loop."""
    loop, caller = asyncio.get_running_loop(), copy_context()

    async def ask() -> dict[str, Any] | None:
        server = context.fastmcp_context
        found = None if server is None else await server.fastmcp.get_tool(tool)
        return None if found is None else found.output_schema

    async def as_caller() -> dict[str, Any] | None:
        return await loop.create_task(ask(), context=caller)

    async def find() -> dict[str, Any] | None:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(as_caller(), loop))

    return find


def _refused(call: Call, refusal: Refusal) -> Exception:
    """Return the error of a refusal: a tool's is its result, every other's a protocol error."""
    if call.method == "tools/call":
        return ToolError(refusal.message)
    return refused(refusal)
