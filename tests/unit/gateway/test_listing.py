"""Asking servers of every revision which tools they have."""

import json

import pytest

from sumun.gateway.listing import list_tools, survey
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.oauth.tools import Tool


class Response:
    def __init__(self, status=200, body=b"", content_type="application/json", headers=None):
        self.status, self.body, self.content_type = status, body, content_type
        self.headers = headers or {}
        self.closed = False

    async def read(self, limit):
        assert limit
        return self.body

    async def chunks(self, *, patient):
        assert not patient
        yield self.body

    async def close(self):
        self.closed = True


class Upstream:
    result_limit = 1000

    def __init__(self, answer):
        self.answer = answer
        self.sent, self.responses = [], []

    async def send(self, method, headers, body):
        message = json.loads(body) if body else {}
        self.sent.append((method, dict(headers), message))
        self.responses.append(self.answer(method, dict(headers), message))
        return self.responses[-1]


def result(value, **options):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": value}).encode()
    return Response(body=body, **options)


PAGES = {
    None: {
        "tools": [{"name": "a", "title": "A", "description": "d" * 900}],
        "nextCursor": "2",
    },
    "2": {"tools": [{"name": "b", "annotations": {"title": "B"}}, {"name": 7}, "no", {}]},
}
BOTH = {"a": Tool("A", "d" * 500), "b": Tool("B")}


async def test_every_page():
    upstream = Upstream(lambda *sent: result(PAGES[sent[2]["params"].get("cursor")]))
    assert await list_tools(upstream) == BOTH
    assert [headers["mcp-method"] for _, headers, _ in upstream.sent] == [
        "tools/list",
        "tools/list",
        "server/discover",
    ]
    assert all(response.closed for response in upstream.responses)


async def test_a_server_that_wants_a_handshake_first():
    def answer(method, headers, message):
        if method == "DELETE":
            return Response(204)
        if message["method"] == "initialize":
            return result({"protocolVersion": "2025-06-18"}, headers={"mcp-session-id": "s"})
        if headers.get("mcp-session-id") != "s":
            return Response(400)
        assert headers["mcp-protocol-version"] == "2025-06-18"
        if "id" not in message:
            return Response(202)
        event = b"event: message\ndata: " + result(PAGES["2"]).body + b"\n\n"
        told = b'data: {"jsonrpc":"2.0","method":"notifications/message","params":{}}\n\n'
        return Response(body=told + event, content_type="text/event-stream")

    upstream = Upstream(answer)
    assert await list_tools(upstream) == {"b": Tool("B")}
    assert [method for method, _, _ in upstream.sent][-1] == "DELETE", "the session is ended"
    assert all(response.closed for response in upstream.responses)


@pytest.mark.parametrize(
    "response",
    [
        Response(500),
        Response(body=b"{"),
        Response(body=b'{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no"}}'),
        Response(body=b"data: 1\n\n", content_type="text/event-stream"),
        Response(body=b"x" * 5_000_000, content_type="text/event-stream"),
        result({"tools": {}}),
        result({"tools": [], "nextCursor": "again"}),
        result({"tools": [{"name": f"{number}"} for number in range(3000)]}),
    ],
    ids=["status", "json", "error", "no answer", "too long", "shape", "no end", "too many"],
)
async def test_what_is_no_list_fails(response):
    upstream = Upstream(lambda *_: response)
    with pytest.raises(UpstreamFailed):
        await list_tools(upstream)
    assert len(upstream.sent) < 80


@pytest.mark.parametrize("modern", [True, False])
async def test_what_a_server_says_word_for_word(modern):
    greeting = {"capabilities": {"prompts": {}}, "instructions": "Be kind.", "protocolVersion": "x"}
    tool = {"name": "a", "description": "d" * 900, "inputSchema": {"type": "object"}, "icons": []}
    answers = {
        "initialize": greeting,
        "server/discover": greeting,
        "tools/list": {"tools": [tool]},
        "prompts/list": {"prompts": [{"name": "p", "description": "e"}]},
        "notifications/initialized": {},
    }

    def answer(_http, headers, message):
        if not modern and headers.get("mcp-method"):
            return Response(status=400)
        return result(answers[message["method"]])

    listed = await survey(Upstream(answer))
    assert listed.statements == {
        ("tool", "a"): {"description": "d" * 900, "inputSchema": {"type": "object"}},
        ("prompt", "p"): {"description": "e"},
        ("server", ""): {"instructions": "Be kind."},
    }
