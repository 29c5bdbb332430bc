"""Every message of a server made with the MCP SDK past the guard."""

import asyncio
import os
from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import replace
from typing import Any, Final

import msgspec
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from pydantic import BaseModel, ValidationError

from sumun.config import Config
from sumun.guard import Admitted, Call, FindSchema, Refusal
from sumun.integrations.access_token import principal_of
from sumun.integrations.local_guard import LocalGuard
from sumun.integrations.session import GuardedSession, refused, wire
from sumun.policy import Policy

_NAMED: Final = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
"""The member of the params that says what is called."""
_PAGES: Final = 100
"""Pages of tools that are looked through for one tool's output schema."""

RequestContext = ServerRequestContext[Any, Any]


class SumunMiddleware:
    """Takes everything that a server and its clients say to each other past the guard.

    Requests, results, errors and notifications in both directions, also what a handler says or
    asks while it runs, over every transport and in both eras. It is for ``MCPServer(middleware=
    [...])`` and for ``Server.middleware.append(...)``.

    Who calls is said by the SDK's access token. On a server without authentication it is
    ``local``, who may call everything: such a server must not be reachable by strangers. A token
    needs the scope ``mcp:{server}``, or one that includes it.

    Parameters
    ----------
    server:
        What policies, scopes and the log call this server.
    config:
        Where keys, log and policy are; by default read as everywhere (``sumun.toml``,
        ``SUMUN_*``), and shared with the decorators of this process.
    policy:
        Instead of the policy document of the configuration.

    Raises
    ------
    ConfigurationError, KeyMaterialError, StorageError
        If the configuration, the keys or the storage cannot be used.

    """

    def __init__(
        self, server: str, config: Config | None = None, *, policy: Policy | None = None
    ) -> None:
        self._server = server
        self._guard = LocalGuard(config, policy)

    async def __call__(self, ctx: RequestContext, call_next: CallNext) -> HandlerResult:
        """Take one message past the guard, and what comes of it back."""
        raw = msgspec.json.encode(ctx.params or {})
        params: dict[str, Any] = msgspec.json.decode(raw)
        tool = params.get(_NAMED.get(ctx.method, ""))
        call = Call(
            server=self._server,
            method=ctx.method,
            tool=tool if isinstance(tool, str) else "",
            params=params,
            raw=raw,
            message_id="" if ctx.request_id is None else str(ctx.request_id),
            correlation_id=os.urandom(8).hex(),
            output_schema=(
                _output_schema(ctx, call_next, str(tool)) if ctx.method == "tools/call" else None
            ),
        )
        admitted = await self._guard.admit(principal_of(get_access_token()), call)
        if isinstance(admitted, Refusal):
            if ctx.request_id is None:
                return None  # nobody waits for an answer to a notification
            raise refused(admitted)
        session = GuardedSession(ctx.session, self._guard, admitted)
        left = replace(ctx, params=ctx.params and params, session=session)
        try:
            result = await call_next(left)
        except ValidationError:
            self._guard.abandon(admitted, "invalid params")
            raise  # the SDK tells the client that, and no more
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told to the caller
            raise await self._told(admitted, error) from None
        except BaseException:
            # The call was cancelled: nothing may wait any more, but it is recorded.
            self._guard.abandon(admitted, "cancelled")
            raise
        return await self._released(
            admitted, wire(result) if isinstance(result, BaseModel) else result or {}
        )

    async def _released(
        self, admitted: Admitted, result: Mapping[str, Any], *, failed: bool = False
    ) -> dict[str, Any]:
        raw = msgspec.json.encode(result)
        left: dict[str, Any] = msgspec.json.decode(raw)
        failed = failed or left.get("isError") is True
        released = await self._guard.release(admitted, left, raw, failed=failed)
        if isinstance(released, Refusal):
            raise refused(released)
        if not released.verbatim and "cacheScope" in left:
            left["cacheScope"] = "private"  # what was protected was protected for this caller
        return left

    async def _told(self, admitted: Admitted, error: Exception) -> MCPError:
        """Return the error as it may be told: its text is an answer like any other."""
        said = (
            wire(error.error)
            if isinstance(error, MCPError)
            else {"code": INTERNAL_ERROR, "message": str(error)}
        )
        try:
            left = await self._released(admitted, said, failed=True)
        except MCPError as refusal:
            return refusal
        return MCPError(left["code"], left["message"], left.get("data"))


def _output_schema(ctx: RequestContext, call_next: CallNext, tool: str) -> FindSchema:
    """Return what asks the server for a tool's output schema, as this caller on this loop."""
    loop, caller = asyncio.get_running_loop(), copy_context()
    meta = {"_meta": ctx.params["_meta"]} if ctx.params and "_meta" in ctx.params else {}

    async def ask() -> dict[str, Any] | None:
        cursor: dict[str, Any] = {}
        for _ in range(_PAGES):
            page = await call_next(replace(ctx, method="tools/list", params=meta | cursor))
            listed = page if isinstance(page, dict) else {}
            for each in listed.get("tools", ()):
                if each.get("name") == tool:
                    schema: dict[str, Any] | None = each.get("outputSchema")
                    return schema
            if not listed.get("nextCursor"):
                break
            cursor = {"cursor": listed["nextCursor"]}
        return None

    async def as_caller() -> dict[str, Any] | None:
        return await loop.create_task(ask(), context=caller)

    async def find() -> dict[str, Any] | None:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(as_caller(), loop))

    return find
