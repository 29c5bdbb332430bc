"""Sumun's own MCP server over standard input and output, behind the same guard and policy."""

import dataclasses
import os
import time
from collections.abc import Mapping
from typing import Any, Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError

from sumun.config import Config
from sumun.guard import Call, Guard, Principal, Refusal, Rooms
from sumun.oauth import AuthorizationServer
from sumun.oauth.demo_client import ensure_demo_client
from sumun.tools.application import own_policy
from sumun.tools.server import build
from sumun.tools.workbench import Workbench

_NAME: Final = "sumun"
_REFUSED: Final = -32010
"""The JSON-RPC error of a refused call, as at the gateway."""


async def serve(config: Config) -> None:
    """Serve until standard input ends.

    Whoever can start this process holds the keys anyway: the caller is the operator.

    Raises
    ------
    KeyMaterialError, StorageError
        If the keys or the storage cannot be used.

    """
    rooms = Rooms(config)
    await rooms.open()
    try:
        if config.oauth.demo_client:
            await ensure_demo_client(rooms)
        server = build(await _workbench(rooms))
        guard = rooms.guard(own_policy())
        server.middleware.append(GuardedRequests(guard, _operator()))
        await server.run_stdio_async()
    finally:
        await rooms.close()


class GuardedRequests:
    """The guard as a middleware of the SDK's server: every request, and what answers it.

    Parameters
    ----------
    guard:
        Decides.
    principal:
        Who is at the other end.

    """

    def __init__(self, guard: Guard, principal: Principal) -> None:
        self._guard = guard
        self._principal = principal

    async def __call__(
        self, ctx: ServerRequestContext[Any, Any], call_next: CallNext
    ) -> HandlerResult:
        """Take one message through."""
        if ctx.request_id is None:
            return await call_next(ctx)
        params = _copied(ctx.params)
        call = Call(
            server=_NAME,
            method=ctx.method,
            tool=_named(ctx.method, params),
            params=params,
            correlation_id=os.urandom(8).hex(),
            source="stdio",
        )
        admitted = await self._guard.admit(self._principal, call)
        if isinstance(admitted, Refusal):
            raise _error(admitted)
        try:
            result = await call_next(dataclasses.replace(ctx, params=call.params))
        except BaseException:
            await self._guard.abandon(admitted, "tool_error")
            raise
        failed = isinstance(result, dict) and result.get("isError") is True
        released = await self._guard.release(admitted, result, failed=failed)
        if isinstance(released, Refusal):
            raise _error(released)
        passed: HandlerResult = released.result
        return passed


async def _workbench(rooms: Rooms) -> Workbench:
    config = rooms.config
    keyring = await rooms.open_keyring()
    return Workbench(
        config=config,
        database=rooms.database,
        keyring=keyring,
        audit=rooms.audit,
        authorization_server=AuthorizationServer(
            config, rooms.database, keyring, rooms.audit, rooms.root
        ),
        detector=rooms.detector,
        fernet=rooms.fernet,
        mask=rooms.mask,
        clock=time.time,
    )


def _operator() -> Principal:
    return Principal(
        subject=f"uid:{os.getuid()}",
        client_id="stdio",
        scopes=frozenset({"mcp:*", "audit:read"}),
    )


def _named(method: str, params: Any) -> str:
    name = params.get("name") if method == "tools/call" and isinstance(params, dict) else None
    return name if isinstance(name, str) else ""


def _copied(value: Any) -> Any:
    """Return fresh dicts and lists: the guard rewrites them, and the SDK's are its own."""
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value


def _error(refusal: Refusal) -> MCPError:
    return MCPError(_REFUSED, refusal.message, {"reason": refusal.reason})
