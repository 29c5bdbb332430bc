"""Servers that say what a test wants them to say, and remember what they were sent."""

import asyncio
import json

from sumun.guard import Principal

META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}, "url": {}}},
    "io.modelcontextprotocol/clientInfo": {"name": "agent", "version": "3"},
}


def principal(subject="ada"):
    return Principal(subject=subject, client_id="agent")


def request(method, params=None, id_="r1"):
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params or {}}


def modern(method, id_="r1", meta=None, **params):
    return request(method, {**params, "_meta": META | (meta or {})}, id_)


class Said:
    """One answer of a server: JSON at once, or events as they are put."""

    def __init__(self, status=200, message=None, headers=None, content_type="application/json"):
        self.status, self.headers, self.content_type = status, headers or {}, content_type
        self.body = b"" if message is None else json.dumps(message).encode()
        self.closed = asyncio.Event()

    async def read(self, limit):
        assert limit > 0
        return self.body

    async def chunks(self, *, patient):
        assert patient in {True, False}
        yield self.body

    async def close(self):
        self.closed.set()


class Stream(Said):
    def __init__(self, *messages, open_=False, headers=None):
        super().__init__(headers=headers, content_type="text/event-stream")
        self._messages = asyncio.Queue()
        for message in messages:
            self.put(message)
        if not open_:
            self.end()

    def put(self, message):
        self.put_raw(b"data: " + json.dumps(message).encode() + b"\n\n")

    def put_raw(self, event):
        self._messages.put_nowait(event)

    def end(self):
        self._messages.put_nowait(None)

    async def chunks(self, *, patient):
        assert patient in {True, False}
        while (chunk := await self._messages.get()) is not None:
            yield chunk


class Server:
    """An upstream whose answers come from a function of the method, the headers and the message."""

    result_limit = 100_000

    def __init__(self, answer):
        self.answer = answer
        self.sent = []

    async def send(self, method, headers, body, principal=None):
        message = json.loads(body) if body else {}
        self.sent.append((method, dict(headers), message, principal))
        return self.answer(method, dict(headers), message)

    def methods(self):
        return [message.get("method", method) for method, _, message, _ in self.sent]

    def last(self, name):
        """Return the headers and the message of the last request of a method."""
        return next(
            (headers, message)
            for _, headers, message, _ in reversed(self.sent)
            if message.get("method") == name
        )


def result(message, value, **options):
    return Said(message={"jsonrpc": "2.0", "id": message["id"], "result": value}, **options)


def failure(message, code, *, status=200, data=None):
    fault = {"code": code, "message": "no"} | ({} if data is None else {"data": data})
    id_ = message.get("id")
    return Said(status, {"jsonrpc": "2.0", "id": id_, "error": fault})


async def read(response):
    """Return the messages of an answer that ends; ``None`` for a comment."""
    raw = b"".join([chunk async for chunk in response.chunks(patient=True)])
    await response.close()
    return messages(raw) if response.content_type == "text/event-stream" else json.loads(raw)


def messages(raw):
    return [json.loads(line[6:]) for line in raw.decode().splitlines() if line.startswith("data: ")]


async def next_message(chunks):
    """Return the next message of an answer that goes on."""
    async with asyncio.timeout(2):
        while True:
            found = messages(await anext(chunks))
            if found:
                return found[0]
