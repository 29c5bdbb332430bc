"""Sumun's own MCP server as an ASGI application, for the gateway to stand in front of."""

import asyncio
from importlib import import_module

from starlette.types import ASGIApp

from sumun.policy import Policy
from sumun.tools.workbench import Workbench

POLICY = """
version = 1

[defaults]
arguments = "tokenize"
results = "mask"

[[rule]]
name = "what these tools are asked to look at"
tool = "test_*"
direction = "arguments"
action = "allow"

[[rule]]
name = "the token that was asked for"
tool = "create_oauth2_test_token"
direction = "results"
category = "credential"
action = "allow"

[[rule]]
name = "the tokens, and the values that were asked for"
tool = "reveal"
action = "allow"

[[access]]
name = "the log is for those who may read it"
tool = ["get_security_audit_log", "generate_security_report"]
scope = "audit:read"
allow = true

[[access]]
name = "the log is for nobody else"
tool = ["get_security_audit_log", "generate_security_report"]
allow = false
"""
"""What guards Sumun's own tools; the operator's document guards the servers of others."""


def own_policy() -> Policy:
    """Return the policy of Sumun's own tools."""
    return Policy.parse(POLICY, "the policy of Sumun's own tools")


class OwnTools:
    """Holds the application while the server runs.

    The SDK behind it is heavy: it is imported in a thread when first needed, so that start-up
    does not wait for it.
    """

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._stop = asyncio.Event()
        self._holder: asyncio.Task[None] | None = None

    async def load(self) -> ASGIApp:
        """Return the application, started."""
        server = await asyncio.to_thread(import_module, "sumun.tools.server")
        security = await asyncio.to_thread(import_module, "mcp.server.transport_security")
        app = server.build(self._workbench).streamable_http_app(
            streamable_http_path="/",
            json_response=True,
            stateless_http=True,
            transport_security=security.TransportSecuritySettings(
                enable_dns_rebinding_protection=False  # the gateway has checked Host and Origin
            ),
        )
        started: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def hold() -> None:
            # One task enters and leaves the lifespan: its task group belongs to that task.
            async with app.router.lifespan_context(app):
                started.set_result(None)
                await self._stop.wait()

        self._holder = asyncio.create_task(hold())
        await started
        loaded: ASGIApp = app
        return loaded

    async def close(self) -> None:
        """Stop the application."""
        self._stop.set()
        if self._holder is not None:
            await asyncio.gather(self._holder, return_exceptions=True)
