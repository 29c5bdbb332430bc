"""The gateway's way up and down, between a caller and a server that the tests play."""

import itertools
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from tests.conformance.leaks.messages import MODERN

from sumun.config import UpstreamConfig
from sumun.gateway.credentials.static import StaticHeader
from sumun.gateway.eras.translated import Translated
from sumun.gateway.exchange import Exchange, Gate
from sumun.gateway.headers import Headers, encoded
from sumun.gateway.jsonrpc import NAMING
from sumun.gateway.sealing import Seal
from sumun.gateway.upstreams.http import HttpUpstream, client_session
from sumun.gateway.upstreams.upstream import Upstream
from sumun.guard import Guard, Principal

WHO = Principal(subject="anna", client_id="agent", scopes=frozenset({"mcp:*"}))
SERVER = "crm"
_LIMIT = 1_000_000
_VERSION = "io.modelcontextprotocol/protocolVersion"
_ROUND = "0123456789abcdef "
"""What the gateway seals together with a server's own value."""
_UNSUPPORTED = -32022
Pairs = Iterable[tuple[str, str]]


class Response:
    """What a server answers over HTTP."""

    def __init__(
        self, body: bytes, *, status: int = 200, form: str = "application/json", headers: Pairs = ()
    ) -> None:
        self.status = status
        self.content_type = form
        self.headers = dict(headers)
        self._body = body

    async def read(self, limit: int) -> bytes:
        return self._body

    async def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:
        yield self._body

    async def close(self) -> None:
        pass


class Server:
    """Keeps what it is sent, and answers what it is told to."""

    result_limit = _LIMIT

    def __init__(self, response: Response | None = None) -> None:
        self.heard: list[bytes] = []
        self._response = response or Response(b'{"jsonrpc":"2.0","id":1,"result":{}}')

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> Response:
        lines = [f"{name}: {value}" for name, value in headers]
        self.heard.append("\n".join([method, *lines, ""]).encode() + body)
        return self._response


class OtherEra(Server):
    """A server of the era that its caller does not speak."""

    def __init__(self, revision: str, says: Sequence[Any] = ()) -> None:
        super().__init__()
        self.revision = revision
        self._says = says
        self.greeting: dict[str, Any] = {"capabilities": {"logging": {}}}

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> Response:
        """Greet in its own era only, and answer the rest with what it has to say."""
        await super().send(method, headers, body, principal)
        message = json.loads(body or b"{}")
        asked, id_ = message.get("method"), message.get("id")
        own = "server/discover" if self.revision == MODERN else "initialize"
        if id_ is None:
            return Response(b"", status=202)
        spoken = dict(headers).get("mcp-protocol-version") == MODERN
        if spoken is not (self.revision == MODERN) and asked != own:
            fault = {"code": _UNSUPPORTED, "message": "no", "data": {"supported": [self.revision]}}
            return Response(_encoded({"jsonrpc": "2.0", "id": id_, "error": fault}), status=400)
        if asked == own:
            told = {"protocolVersion": self.revision, "supportedVersions": [self.revision]}
            result = told | self.greeting
            return Response(_encoded({"jsonrpc": "2.0", "id": id_, "result": result}))
        if asked == "logging/setLevel" or not self._says:
            return Response(_encoded({"jsonrpc": "2.0", "id": id_, "result": {}}))
        said = [each | ({} if "method" in each else {"id": id_}) for each in self._says]
        stream = b"".join(b"data: " + _encoded(each) + b"\n\n" for each in said)
        return Response(stream, form="text/event-stream")


def _encoded(message: Any) -> bytes:
    return json.dumps(message).encode()


class Gateway:
    """Takes one message at a time through an exchange of its own."""

    def __init__(self, guard: Guard) -> None:
        self._gate = Gate(guard=guard, seal=Seal(bytes(32)), body_limit=_LIMIT)

    def of_a_caller(self, message: dict[str, Any], revision: str) -> dict[str, Any]:
        """Return a message as a caller sends it: of its revision, with what is sealed for it."""
        changed: dict[str, Any] = json.loads(json.dumps(message))
        params = changed.get("params", {})
        if _VERSION in params.get("_meta", {}):
            params["_meta"][_VERSION] = revision
        for key, purpose in (("requestState", "state"), ("cursor", "cursor")):
            if key in params:
                params[key] = self._gate.seal.close(_ROUND + "word", purpose, SERVER, WHO)
        return changed

    async def up(self, message: Any, revision: str, headers: Pairs = ()) -> bytes:
        """Send a caller's message; return all that the server heard."""
        server = Server()
        await self._said(self._exchange(server, message, revision, headers), message)
        return b"\n".join(server.heard)

    async def down(self, response: Response, message: Any, revision: str) -> bytes:
        """Answer a caller's message; return all that the caller heard."""
        return await self._said(self._exchange(Server(response), message, revision, ()), message)

    async def unasked(self, response: Response, revision: str) -> bytes:
        """Say something on the stream that a caller listens to; return what the caller heard."""
        return await self._said(self._exchange(Server(response), {}, revision, ()), None)

    async def across(self, server: OtherEra, message: Any, revision: str) -> tuple[bytes, bytes]:
        """Send a message to a server of the other era; return what that heard, and the caller."""
        upstream = Translated(server, SERVER, _mirrored)
        told = await self._said(self._exchange(upstream, message, revision, ()), message)
        await upstream.close()
        return b"\n".join(server.heard), told

    async def opened(self, revision: str, headers: Pairs) -> bytes:
        """Open a stream; return all that the server heard."""
        server = Server(Response(b"", form="text/event-stream"))
        await self._said(self._exchange(server, {}, revision, headers), None)
        return b"\n".join(server.heard)

    async def over_http(self, url: str, message: Any, revision: str) -> bytes:
        """Send a caller's message to a URL; return all that the caller heard."""
        definition = UpstreamConfig(url=url)
        async with client_session() as session:
            upstream = HttpUpstream(definition, session, StaticHeader(SERVER, definition))
            return await self._said(self._exchange(upstream, message, revision, ()), message)

    def _exchange(self, server: Upstream, message: Any, revision: str, more: Pairs) -> Exchange:
        pairs = [
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
            ("mcp-protocol-version", revision),
            *(_mirrors(message) if revision == MODERN else ()),
            *more,
        ]
        return Exchange(
            self._gate,
            server=SERVER,
            upstream=server,
            principal=WHO,
            headers=Headers([(name.encode(), value.encode()) for name, value in pairs]),
            source="127.0.0.1",
            challenge=lambda scopes: f'Bearer scope="{" ".join(scopes)}"',
        )

    async def _said(self, exchange: Exchange, message: Any) -> bytes:
        if message is None:
            answer = await exchange.listen()
        else:
            body = json.dumps(message).encode()
            answer = await exchange.post(_receive(body))
        said = [b"%d" % answer.status, *itertools.chain(*answer.headers)]
        if isinstance(answer.body, bytes):
            said.append(answer.body)
        else:
            said.extend([part async for part in answer.body])
        return b"\n".join(said)


async def _mirrored(_server: str, _tool: str = "") -> dict[tuple[str, ...], str]:
    return {("member0",): "Region"}


def _mirrors(message: Any) -> Pairs:
    method = message.get("method", "")
    if isinstance(method, str) and method:
        yield "mcp-method", method
    params = message.get("params")
    name = params.get(NAMING.get(method, "")) if isinstance(params, dict) else None
    if isinstance(name, str):
        yield "mcp-name", encoded(name)


def _receive(body: bytes) -> Any:
    events = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        if events:
            return events.pop()
        raise AssertionError("nothing more comes")

    return receive
