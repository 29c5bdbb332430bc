"""One application for all that is sent, and one whose storage has gone."""

import asyncio
import contextlib
import logging

import pytest
from aiohttp import web
from tests.conformance.mcp.conftest import ISSUER, Upstream, started
from tests.fuzz.endpoints.served import BODY_LIMIT, Faults, Served

from sumun.config import Config, OAuthConfig, ServerConfig, UpstreamConfig


@pytest.fixture(scope="module")
def runner():
    with asyncio.Runner() as running:
        yield running


@contextlib.contextmanager
def serving(runner, directory):
    stack = contextlib.AsyncExitStack()
    faults = Faults()

    async def begin():
        upstream = Upstream()
        upstream.answer = lambda _: {"content": []}
        server = web.Application(client_max_size=2**25)
        server.router.add_route("*", "/{path:.*}", upstream.handle)
        behind = web.AppRunner(server, shutdown_timeout=0.1)
        await behind.setup()
        stack.push_async_callback(behind.cleanup)
        await web.TCPSite(behind, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{behind.addresses[0][1]}/mcp"
        config = Config(
            mode="development",
            issuer=ISSUER,
            data_dir=str(directory),
            oauth=OAuthConfig(demo_client=True),
            server=ServerConfig(body_limit=BODY_LIMIT),
            servers={"crm": UpstreamConfig(url=url, timeout=5.0)},
        )
        application = await stack.enter_async_context(started(config))
        served = Served(application)
        await served.settle()
        served.faults = faults
        return served

    logging.getLogger().addHandler(faults)
    yield runner.run(begin())
    runner.run(stack.aclose())
    logging.getLogger().removeHandler(faults)


@pytest.fixture(scope="module")
def served(runner, tmp_path_factory):
    with serving(runner, tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture(scope="module")
def served_without_storage(runner, tmp_path_factory):
    with serving(runner, tmp_path_factory.mktemp("without")) as running:
        running.unavailable = frozenset({503})
        runner.run(running.rooms.database.close())
        yield running
