"""The whole application in this process."""

import asyncio
import contextlib

import httpx2
import pytest
from uvicorn.server import ServerState

from sumun.config import Config, OAuthConfig, ServerConfig
from sumun.server.app import Application
from sumun.server.listener import Listener
from sumun.server.protocol import HardenedProtocol

ISSUER = "https://sumun.example"


class Transport(asyncio.Transport):
    """Keeps every write apart."""

    def __init__(self):
        super().__init__()
        self.writes = []
        self.closing = False

    def get_extra_info(self, name, default=None):
        return {"sockname": ("127.0.0.1", 80), "peername": ("127.0.0.1", 5000)}.get(name, default)

    def write(self, data):
        self.writes.append(bytes(data))

    def is_closing(self):
        return self.closing

    def close(self):
        self.closing = True

    def can_write_eof(self):
        return False

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass

    def get_write_buffer_size(self):
        return 0


class Running:
    """An application whose lifespan has begun, and what may be asked of it."""

    def __init__(self, application, stop):
        self.application = application
        self.house = application.house
        self.stop = stop
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=application), base_url=ISSUER
        )

    async def token(self, resource="", scope=""):
        form = {
            "grant_type": "client_credentials",
            "client_id": "mcp-client",
            "client_secret": "secret",
            **({"resource": resource} if resource else {}),
            **({"scope": scope} if scope else {}),
        }
        response = await self.http.post("/oauth2/token", data=form)
        assert response.status_code == 200, response.text
        return response.json()["access_token"]

    async def get(self, path, token="", **headers):
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self.http.get(path, headers=headers)

    async def call(self, server, tool="echo", arguments=None, token=None):
        """Call a tool of a server behind the gateway."""
        params = {"name": tool, "arguments": arguments or {}}
        token = token or await self.token(f"{ISSUER}/mcp/{server}")
        return await self.http.post(
            f"/mcp/{server}",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params},
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json, text/event-stream",
            },
        )

    async def events(self, event_type):
        return await self.house.rooms.audit.tail(1000, event_type=event_type)


@contextlib.asynccontextmanager
async def _lifespan(application):
    inbox, outbox = asyncio.Queue(), asyncio.Queue()
    running = asyncio.create_task(application({"type": "lifespan"}, inbox.get, outbox.put))
    inbox.put_nowait({"type": "lifespan.startup"})
    said = asyncio.create_task(outbox.get())
    await asyncio.wait({running, said}, return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        said.cancel()
        await running

    async def stop():
        inbox.put_nowait({"type": "lifespan.shutdown"})
        await running

    try:
        yield stop
    finally:
        if not running.done():
            await stop()


@pytest.fixture
async def connect():
    """Open a connection to an application; return its protocol, whose transport is a fake."""
    opened = []

    def connect(app, limits=None):
        config = Listener(lambda: app, limits or ServerConfig())
        config.load()
        state = ServerState()
        state.default_headers = [(b"date", b"Mon, 01 Jan 2029 00:00:00 GMT")]
        protocol = HardenedProtocol(config, state, {})
        protocol.connection_made(Transport())
        opened.append(protocol)
        return protocol

    yield connect
    for protocol in opened:
        protocol.connection_lost(ConnectionResetError())


@pytest.fixture
def config(tmp_path):
    """Make a configuration in development mode, with the demo client."""

    def make(**settings):
        defaults = {
            "mode": "development",
            "issuer": ISSUER,
            "data_dir": str(tmp_path / "data"),
            "oauth": OAuthConfig(demo_client=True),
        }
        return Config(**(defaults | settings))

    return make


@pytest.fixture
def start(config):
    """Run an application as long as the block lasts."""

    @contextlib.asynccontextmanager
    async def starting(**settings):
        application = Application(config(**settings))
        async with _lifespan(application) as stop:
            running = Running(application, stop)
            async with running.http:
                yield running

    return starting


@pytest.fixture
async def running(start):
    async with start() as started:
        yield started
