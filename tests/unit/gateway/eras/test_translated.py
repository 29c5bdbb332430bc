"""Which pairs of eras are translated, and when a server is asked what it speaks."""

import pytest
from tests.unit.gateway.eras.scripted import (
    Said,
    Server,
    failure,
    modern,
    principal,
    read,
    request,
    result,
)

from sumun.gateway import jsonrpc
from sumun.gateway.eras.translated import Translated
from sumun.gateway.upstreams.upstream import UpstreamFailed

MODERN = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/list")]
LEGACY = [("mcp-protocol-version", "2025-06-18")]
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "a"}}
DISCOVERED = {"supportedVersions": ["2026-07-28"], "capabilities": {}}
GREETING = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {"name": "s"}}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Eras(Server):
    """A server that speaks what it is told to speak."""

    def __init__(self, *eras):
        super().__init__(self.say)
        self.eras = set(eras)

    def say(self, method, headers, message):
        modern_request = headers.get("mcp-protocol-version", "") >= "2026-07-28"
        if ("modern" if modern_request else "legacy") not in self.eras:
            return failure(message, -32600 if modern_request else -32020, status=400)
        if method != "POST" or "id" not in message:
            return Said(202)
        value = {"server/discover": DISCOVERED, "initialize": GREETING}
        session = {"mcp-session-id": "native"} if message["method"] == "initialize" else {}
        found = value.get(message["method"], {"tools": []})
        return result(message, found, headers=session)


def translated(upstream, clock=None):
    async def mirrored(_tool):
        return {}

    return Translated(upstream, "crm", mirrored, clock or Clock())


async def send(server, headers, message):
    response = await server.send("POST", headers, jsonrpc.encode(message), principal())
    return response, await read(response)


async def test_a_legacy_pair_is_never_asked():
    server = translated(upstream := Eras("legacy", "modern"))
    await send(server, [], request("initialize", HELLO))
    await send(server, LEGACY, request("tools/list"))
    assert upstream.methods() == ["initialize", "tools/list"]


async def test_a_modern_pair_is_asked_once():
    server = translated(upstream := Eras("modern"))
    for _ in range(3):
        await send(server, MODERN, modern("tools/list"))
    assert upstream.methods() == ["server/discover"] + ["tools/list"] * 3
    question = upstream.sent[0][2]["params"]["_meta"]
    assert question["io.modelcontextprotocol/clientInfo"]["name"] == "sumun"


async def test_a_modern_client_at_a_legacy_server():
    server = translated(upstream := Eras("legacy"))
    for _ in range(2):
        _, said = await send(server, MODERN, modern("tools/list"))
        assert said["result"]["resultType"] == "complete"
    assert upstream.methods().count("server/discover") == 1


async def test_a_legacy_client_at_a_modern_server():
    server = translated(upstream := Eras("modern"))
    response, said = await send(server, [], request("initialize", HELLO))
    assert said["result"]["protocolVersion"] == "2025-11-25"
    session = [("mcp-session-id", response.headers["mcp-session-id"])]
    upstream.sent.clear()
    _, said = await send(server, session, request("tools/list"))
    assert said["result"] == {"tools": []}
    assert upstream.methods() == ["tools/list"]


async def test_a_server_that_changes_is_asked_again():
    clock = Clock()
    server = translated(upstream := Eras("modern"), clock)
    await send(server, MODERN, modern("tools/list"))
    upstream.eras = {"legacy"}
    clock.now = 60
    response, _ = await send(server, MODERN, modern("tools/list"))
    assert response.status == 400
    response, said = await send(server, MODERN, modern("tools/list"))
    assert (response.status, said["result"]["resultType"]) == (200, "complete")


async def test_a_session_made_here_ends_once_the_server_has_sessions_of_its_own():
    clock = Clock()
    server = translated(upstream := Eras("modern"), clock)
    response, _ = await send(server, [], request("initialize", HELLO))
    session = [("mcp-session-id", response.headers["mcp-session-id"])]
    upstream.eras = {"legacy"}
    clock.now = 60
    await send(server, session, request("tools/list"))
    response, _ = await send(server, session, request("tools/list"))
    assert response.status == 404


@pytest.mark.parametrize("status", [401, 403, 500, 503])
async def test_an_answer_about_something_else_decides_nothing(status):
    upstream = Server(lambda *_: Said(status))
    response = await translated(upstream).send(
        "POST", MODERN, jsonrpc.encode(modern("tools/list")), principal()
    )
    assert response.status == status
    assert upstream.methods() == ["server/discover", "tools/list"]


async def test_what_is_no_server_of_any_era_answers_for_itself():
    upstream = Server(lambda *_: Said(404, content_type="text/html"))
    response = await translated(upstream).send("POST", [], b'{"method":"x"}', principal())
    assert (response.status, response.content_type) == (404, "text/html")


async def test_a_server_that_is_away_is_away():
    def away(*_):
        raise UpstreamFailed("it cannot be reached")

    with pytest.raises(UpstreamFailed, match="reached"):
        await translated(Server(away)).send("POST", MODERN, b"{}", principal())
