import socket

import pytest
from aiohttp import web

from sumun.config import UpstreamConfig
from sumun.gateway.credentials.static import StaticHeader
from sumun.gateway.upstreams.http import HttpUpstream, client_session
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def upstream(port):
    definition = UpstreamConfig(url=f"http://127.0.0.1:{port}/mcp", authorization="Bearer x")
    async with client_session() as session:
        yield HttpUpstream(definition, session, StaticHeader("crm", definition))


@pytest.fixture
async def serve(port):
    """Return what starts a server that answers with a status."""
    runners = []
    seen = []

    async def serve(status):
        async def answer(request):
            names = ("Authorization", "Mcp-Session-Id")
            seen.append([request.headers.get(name) for name in names])
            return web.Response(status=status)

        app = web.Application()
        app.router.add_post("/mcp", answer)
        runners.append(web.AppRunner(app))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", port, reuse_address=True).start()
        return seen

    yield serve
    for each in runners:
        await each.cleanup()


async def test_a_server_that_is_away_is_not_tried_for_every_call(upstream, serve):
    for _ in range(3):
        with pytest.raises(UpstreamAway, match=r"cannot be reached$"):
            await upstream.send("POST", [], b"{}")
    with pytest.raises(UpstreamAway, match=r"tried again in \d\.\d s"):
        await upstream.send("POST", [], b"{}")
    await serve(200)
    await upstream.check()
    response = await upstream.send("POST", [], b"{}")
    assert response.status == 200
    await response.close()


@pytest.mark.parametrize("status", [200, 400, 401, 404, 405])
async def test_whatever_it_answers_it_is_there_is_shown_no_secret_and_begins_no_session(
    upstream, serve, status
):
    seen = await serve(status)
    await upstream.check()
    assert seen == [[None, "none"]]


async def test_a_fault_of_its_own_is_told(upstream, serve):
    await serve(503)
    with pytest.raises(UpstreamFailed, match="503"):
        await upstream.check()
