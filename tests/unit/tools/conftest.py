"""The whole application in this process, and its nine tools as an MCP client calls them."""

import asyncio
import contextlib
import functools

import httpx2
import pytest
from mcp.client.client import Client

from sumun.config import Config, OAuthConfig
from sumun.server.app import Application
from sumun.tools.server import build

ISSUER = "https://sumun.example"


class System:
    """A running application: its rooms, its HTTP surface, its tools."""

    def __init__(self, application):
        self.application = application
        self.house = application.house
        self.workbench = self.house._workbench()
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=application),
            base_url=application.config.issuer,
        )

    async def call(self, tool, **arguments):
        """Call a tool itself, without the gateway, and return what it answers."""
        async with Client(build(self.workbench)) as client:
            return await client.call_tool(tool, arguments)

    async def report(self, tool, **arguments):
        result = await self.call(tool, **arguments)
        assert not result.is_error, result.content
        return result.structured_content

    async def refusal(self, tool, **arguments):
        result = await self.call(tool, **arguments)
        assert result.is_error
        return result.content[0].text

    async def events(self, event_type):
        return await self.house.rooms.audit.tail(1000, event_type=event_type)


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start an application; requests to the issuer, also its own, reach it."""

    @contextlib.asynccontextmanager
    async def starting(mode="development", issuer=ISSUER, **oauth):
        config = Config(
            mode=mode,
            issuer=issuer,
            data_dir=str(tmp_path),
            oauth=OAuthConfig(**({"demo_client": mode == "development"} | oauth)),
        )
        application = Application(config)
        inbox, outbox = asyncio.Queue(), asyncio.Queue()
        running = asyncio.create_task(application({"type": "lifespan"}, inbox.get, outbox.put))
        inbox.put_nowait({"type": "lifespan.startup"})
        assert await outbox.get() == {"type": "lifespan.startup.complete"}
        system = System(application)
        system.serve = serve
        serve(application)
        try:
            async with system.http:
                yield system
        finally:
            inbox.put_nowait({"type": "lifespan.shutdown"})
            await running

    real = httpx2.AsyncClient

    def serve(application):
        """Let this answer whoever calls over HTTP."""
        transport = httpx2.ASGITransport(app=application)
        monkeypatch.setattr(httpx2, "AsyncClient", functools.partial(real, transport=transport))

    return starting


@pytest.fixture
async def system(start):
    async with start() as started:
        yield started
