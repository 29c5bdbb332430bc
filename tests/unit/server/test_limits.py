import json

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from sumun.server import limits
from sumun.server.limits import BodyLimit

LIMIT = 10


async def length(scope, receive, send):
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def client(app=length):
    return TestClient(BodyLimit(app, LIMIT))


def chunks(size):
    for _ in range(size):
        yield b"a"


@pytest.mark.parametrize("body", [b"", b"a" * LIMIT])
def test_a_body_within_the_limit_passes(body):
    assert client().post("/", content=body).text == str(len(body))
    assert client().post("/", content=chunks(len(body))).text == str(len(body))


def test_a_declared_length_is_refused_before_the_application_hears_of_it():
    heard = []

    async def listening(scope, receive, send):
        heard.append(scope)

    response = client(listening).post("/", content=b"a" * (LIMIT + 1))

    assert response.status_code == 413
    assert response.headers["connection"] == "close"
    assert not heard


def scope(*headers, path="/"):
    return {"type": "http", "path": path, "headers": list(headers)}


CHUNKED = (b"transfer-encoding", b"chunked")


class Wire:
    """The server's side of one request with a streamed body."""

    def __init__(self, *chunks, endless=False):
        self.incoming = [{"type": "http.request", "body": c, "more_body": True} for c in chunks]
        self.endless = endless
        if not endless and self.incoming:
            self.incoming[-1]["more_body"] = False
        self.sent = []

    async def receive(self):
        if self.incoming:
            return self.incoming.pop(0)
        if self.endless:
            return {"type": "http.request", "body": b"a" * 1000, "more_body": True}
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def body(self):
        return b"".join(message.get("body", b"") for message in self.sent)


async def test_a_stream_is_refused_once_it_is_too_long():
    wire = Wire(b"a" * LIMIT, b"a")

    await BodyLimit(length, LIMIT)(scope(CHUNKED), wire.receive, wire.send)

    assert wire.status == 413
    assert wire.body == b"413 Content Too Large: the request body exceeds 10 bytes\n"
    assert [message["type"] for message in wire.sent].count("http.response.start") == 1
    assert wire.sent[-1]["more_body"] is False


async def test_an_endless_stream_is_cut():
    wire = Wire(b"a", endless=True)

    await BodyLimit(length, LIMIT)(scope(CHUNKED), wire.receive, wire.send)

    assert wire.status == 413
    assert wire.sent[-1]["more_body"] is False


async def test_what_the_application_says_after_the_refusal_is_not_sent():
    async def stubborn(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass
        await PlainTextResponse("still here")(scope, receive, send)

    wire = Wire(b"a" * 11)
    await BodyLimit(stubborn, LIMIT)(scope(CHUNKED), wire.receive, wire.send)

    assert wire.status == 413
    assert b"still here" not in wire.body


async def test_an_answer_already_begun_is_cut_short():
    async def early(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            pass

    wire = Wire(b"a" * 11)
    await BodyLimit(early, LIMIT)(scope(CHUNKED), wire.receive, wire.send)

    assert [message["type"] for message in wire.sent] == ["http.response.start"]


@pytest.mark.parametrize("declared", [b"-1", b"", b"x", b"1e3", b"9" * 40])
async def test_a_length_that_is_none_is_refused(declared):
    wire = Wire()

    await BodyLimit(length, LIMIT)(scope((b"content-length", declared)), wire.receive, wire.send)

    assert wire.status == 413


async def test_a_client_that_waits_for_the_answer_only_is_let_go(monkeypatch):
    monkeypatch.setattr(limits, "LINGER", 0.05)
    wire = Wire()

    async def silence():
        import asyncio

        await asyncio.sleep(60)

    await BodyLimit(length, LIMIT)(scope((b"content-length", b"11")), silence, wire.send)

    assert wire.status == 413


async def test_a_client_that_left_is_no_error():
    async def reading(scope, receive, send):
        raise ClientDisconnect

    wire = Wire()
    await BodyLimit(reading, LIMIT)(scope(), wire.receive, wire.send)

    assert wire.sent == []


def test_the_error_is_the_one_of_the_protocol_spoken():
    too_much = b"a" * 11

    mcp = client().post("/mcp/crm", content=too_much)
    token = client().post("/oauth2/token", content=too_much)
    other = client().post("/mcpx", content=too_much)

    assert json.loads(mcp.content) == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": -32600, "message": "the request body exceeds 10 bytes"},
    }
    assert json.loads(token.content) == {
        "error": "invalid_request",
        "error_description": "the request body exceeds 10 bytes",
    }
    assert mcp.headers["content-type"] == token.headers["content-type"] == "application/json"
    assert other.headers["content-type"] == "text/plain; charset=utf-8"


async def test_what_is_not_http_passes():
    heard = []

    async def listening(scope, receive, send):
        heard.append(scope["type"])

    await BodyLimit(listening, LIMIT)({"type": "lifespan"}, None, None)

    assert heard == ["lifespan"]
