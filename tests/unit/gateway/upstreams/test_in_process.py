import asyncio

import pytest

from sumun.gateway.upstreams.in_process import InProcessUpstream
from sumun.gateway.upstreams.upstream import UpstreamFailed


def upstream(app, timeout=5.0):
    async def load():
        return app

    return InProcessUpstream(load, timeout)


def answering(*chunks, then=None):
    async def app(scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"A", b"b")]})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if then is not None:
            await then()
        await send({"type": "http.response.body", "body": b""})

    return app


async def test_an_answer_is_read():
    response = await upstream(answering(b"a", b"b")).send("POST", [("X", "y")], b"{}")
    assert (response.status, response.headers["a"]) == (200, "b")
    assert await response.read(10) == b"ab"
    await response.close()


async def test_an_answer_over_the_limit_fails():
    response = await upstream(answering(b"x" * 11)).send("POST", [], b"")
    with pytest.raises(UpstreamFailed):
        await response.read(10)
    await response.close()


async def test_who_leaves_a_full_stream_waits_for_nobody():
    response = await upstream(answering(*[b"x"] * 1000)).send("POST", [], b"")
    assert await anext(response.chunks(patient=False)) == b"x"
    await asyncio.sleep(0)
    await asyncio.wait_for(response.close(), 2)


async def test_an_application_that_raises_or_is_silent_fails():
    async def raises(scope, receive, send):
        raise RuntimeError("secret details")

    async def silent(scope, receive, send):
        return

    for app in (raises, silent):
        with pytest.raises(UpstreamFailed) as failed:
            await upstream(app).send("POST", [], b"")
        assert "secret" not in str(failed.value)


async def test_an_application_that_hangs_is_given_up():
    async def hangs(scope, receive, send):
        await asyncio.Event().wait()

    with pytest.raises(UpstreamFailed, match="in time"):
        await upstream(hangs, timeout=0.05).send("POST", [], b"")
