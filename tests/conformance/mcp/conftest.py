"""The whole application in this process, in front of an MCP server that does as the test says."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiohttp import web

from sumun.config import Config, OAuthConfig, ServerConfig, TelemetryConfig, UpstreamConfig
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import add_client
from sumun.server.app import Application

ISSUER = "https://sumun.example"
UPSTREAM_CREDENTIAL = "Bearer the-gateway's-own-credential"
CLIENTS = {"narrow": "mcp:crm:echo", "other": "mcp.access", "elsewhere": "mcp:hr"}

Answer = Callable[[dict[str, Any]], Any]


OWN_QUESTIONS = {
    "ping": {},
    "server/discover": {"supportedVersions": ["2026-07-28", "2025-11-25"]},
}
"""What the gateway asks for itself, of a server that speaks every revision."""


class Upstream:
    """An MCP server that remembers what reached it.

    ``answer`` makes the result of a message; ``headers`` go with every answer. A result that is
    ``bytes`` is sent as it is.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.headers: dict[str, str] = {}
        self.content_type = "application/json"
        self.answer: Answer = lambda message: {
            "content": [],
            "structuredContent": message["params"].get("arguments"),
        }

    async def handle(self, request: web.Request) -> web.Response:
        raw = await request.read()
        names = [name.lower() for name in request.headers]
        assert len(names) == len(set(names)), names
        headers = {name.lower(): value for name, value in request.headers.items()}
        message = json.loads(raw) if raw else {}
        if (own := OWN_QUESTIONS.get(message.get("method"))) is not None:
            return web.json_response({"jsonrpc": "2.0", "id": message["id"], "result": own})
        self.requests.append((request.method, headers, raw))
        if "id" not in message or "method" not in message:
            return web.Response(status=202 if raw else 200, headers=self.headers)
        result = self.answer(message)
        if isinstance(result, bytes):
            return web.Response(body=result, content_type=self.content_type, headers=self.headers)
        return web.json_response(
            {"jsonrpc": "2.0", "id": message["id"], "result": result}, headers=self.headers
        )

    @property
    def last(self) -> tuple[dict[str, str], dict[str, Any]]:
        """The headers and the message that came last."""
        _, headers, raw = self.requests[-1]
        return headers, json.loads(raw)


class System:
    """What a test may do: send bytes to the gateway, read the log."""

    def __init__(self, application: Application, upstream: Upstream) -> None:
        self.application = application
        self.upstream = upstream
        transport = httpx2.ASGITransport(app=application)
        self.http = httpx2.AsyncClient(transport=transport, base_url=ISSUER)
        self._tokens: dict[tuple[str, str], str] = {}

    @property
    def app(self):
        return self.application

    @property
    def rooms(self):
        return self.application.house.rooms

    async def token(self, client: str = "mcp-client", server: str = "crm") -> str:
        known = self._tokens.get((client, server))
        if known is None:
            form = {
                "grant_type": "client_credentials",
                "client_id": client,
                "client_secret": "secret",
                "resource": f"{ISSUER}/mcp/{server}" if server else f"{ISSUER}/mcp",
            }
            response = await self.http.post("/oauth2/token", data=form)
            assert response.status_code == 200, response.text
            known = self._tokens[client, server] = response.json()["access_token"]
        return known

    async def send(
        self,
        body: bytes | str | dict[str, Any],
        *,
        client: str = "mcp-client",
        server: str = "crm",
        headers: list[tuple[str, str]] | None = None,
        method: str = "POST",
        content_type: str = "application/json",
    ) -> httpx2.Response:
        """Send one HTTP request to the gateway."""
        content = json.dumps(body) if isinstance(body, dict) else body
        return await self.http.request(
            method,
            f"/mcp/{server}" if server else "/mcp",
            content=content,
            headers=[
                ("Authorization", f"Bearer {await self.token(client, server)}"),
                ("Content-Type", content_type),
                ("Accept", "application/json, text/event-stream"),
                *(headers or []),
            ],
        )

    async def call(
        self, tool: str = "echo", arguments: Any = None, *, meta: Any = None, **options: Any
    ) -> httpx2.Response:
        """Call a tool."""
        params: dict[str, Any] = {"name": tool, "arguments": arguments or {}}
        if meta is not None:
            params["_meta"] = meta
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        return await self.send(message, **options)

    async def events(self, event_type: str = "") -> list[dict[str, Any]]:
        return [
            event
            for event in await self.rooms.audit.tail(1000)
            if event_type in {"", event["event_type"]}
        ]


@contextlib.asynccontextmanager
async def started(config: Config) -> AsyncIterator[Application]:
    """Run the application's lifespan."""
    application = Application(config)
    inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    outbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    inbox.put_nowait({"type": "lifespan.startup"})
    running = asyncio.create_task(application({"type": "lifespan"}, inbox.get, outbox.put))
    said = asyncio.create_task(outbox.get())
    await asyncio.wait({running, said}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        await running
    try:
        yield application
    finally:
        inbox.put_nowait({"type": "lifespan.shutdown"})
        await running


Start = Callable[..., contextlib.AbstractAsyncContextManager[System]]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a system with a policy document and bounds of its own."""

    @contextlib.asynccontextmanager
    async def starting(
        policy: str = "",
        *,
        body_limit: int = 2**20,
        telemetry: TelemetryConfig = TelemetryConfig(),  # noqa: B008 - frozen
        **bounds: Any,
    ) -> AsyncIterator[System]:
        if policy:
            (tmp_path / "policy.toml").write_text("version = 1\n" + policy, encoding="utf-8")
        upstream = Upstream()
        server = web.Application(client_max_size=2**25)
        server.router.add_route("*", "/{path:.*}", upstream.handle)
        runner = web.AppRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        crm = UpstreamConfig(
            url=f"http://{host}:{port}/mcp",
            authorization=UPSTREAM_CREDENTIAL,
            **{"timeout": 5.0, **bounds},
        )
        config = Config(
            mode="development",
            issuer=ISSUER,
            data_dir=str(tmp_path),
            oauth=OAuthConfig(demo_client=True),
            server=ServerConfig(body_limit=body_limit),
            servers={"crm": crm, "hr": crm},
            telemetry=telemetry,
        )
        try:
            async with started(config) as application:
                system = System(application, upstream)
                await _register(system)
                async with system.http:
                    yield system
        finally:
            await runner.cleanup()

    return starting


async def _register(system: System) -> None:
    secrets = ClientSecrets(system.rooms.root)
    for client_id, scope in CLIENTS.items():
        client = Client(
            client_id=client_id,
            metadata=ClientMetadata(scope=scope),
            secret_hash=secrets.hash(client_id, "secret"),
            created_at=int(time.time()),
        )
        await system.rooms.database.write(add_client, client)


@pytest.fixture
async def system(start: Start) -> AsyncIterator[System]:
    async with start() as running:
        yield running
