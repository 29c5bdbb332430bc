"""An MCP server in this very process, called the way an HTTP one is: no second way through."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

from starlette.types import ASGIApp

from sumun.gateway.upstreams.upstream import UpstreamFailed, UpstreamResponse
from sumun.guard import IN_ASGI_SCOPE, Principal

_QUEUE = 64


class InProcessUpstream:
    """A server given as an ASGI application.

    Parameters
    ----------
    load:
        Makes the application on first use: what it needs may be heavy, and start-up should not
        wait for it.
    timeout:
        Seconds until an answer must have begun.

    """

    result_limit = 16 * 1024 * 1024

    def __init__(self, load: Callable[[], Awaitable[ASGIApp]], timeout: float = 30.0) -> None:
        self._load = load
        self._timeout = timeout
        self._app: ASGIApp | None = None
        self._loading = asyncio.Lock()

    async def load(self) -> ASGIApp:
        """Make the application now, if it was not made yet."""
        async with self._loading:
            if self._app is None:
                self._app = await self._load()
            return self._app

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> UpstreamResponse:
        """Send one request; see :class:`sumun.gateway.upstreams.upstream.Upstream`."""
        app = await self.load()
        scope = _scope(method, headers)
        scope[IN_ASGI_SCOPE] = principal
        exchange = _InProcessResponse(app, scope, body)
        try:
            async with asyncio.timeout(self._timeout):
                await exchange.started()
        except TimeoutError:
            await exchange.close()
            raise UpstreamFailed("it did not answer in time") from None
        except asyncio.CancelledError:
            await exchange.close()
            raise
        return exchange


def _scope(method: str, headers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [
            (b"host", b"localhost"),
            *((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers),
        ],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }


class _InProcessResponse:
    def __init__(self, app: ASGIApp, scope: dict[str, Any], body: bytes) -> None:
        self._body = body
        self._sent = False
        self._gone = asyncio.Event()
        self._start: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUE)
        self._headers: dict[str, str] = {}
        self.status = 500
        self._task = asyncio.create_task(self._run(app, scope))

    @property
    def headers(self) -> Mapping[str, str]:
        return self._headers

    @property
    def content_type(self) -> str:
        return self._headers.get("content-type", "").partition(";")[0].strip()

    async def started(self) -> None:
        await asyncio.shield(self._start)

    async def read(self, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for chunk in self.chunks(patient=True):
            size += len(chunk)
            if size > limit:
                raise UpstreamFailed(f"its answer is longer than {limit} bytes")
            parts.append(chunk)
        return b"".join(parts)

    async def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:  # noqa: ARG002 - ours
        while (chunk := await self._chunks.get()) is not None:
            yield chunk

    async def close(self) -> None:
        self._gone.set()
        if not self._task.done():
            self._task.cancel()
            while not self._chunks.empty():
                self._chunks.get_nowait()  # what nobody takes any more must not keep it waiting
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception as error:  # noqa: BLE001 - the boundary to the application
            if not self._start.done():
                self._start.set_exception(UpstreamFailed(f"it failed ({type(error).__name__})"))
        finally:
            if not self._start.done():
                self._start.set_exception(UpstreamFailed("it gave no answer"))
            await self._chunks.put(None)

    async def _receive(self) -> MutableMapping[str, Any]:
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": self._body, "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in message.get("headers", [])
            }
            self._start.set_result(None)
        elif message["type"] == "http.response.body" and message.get("body"):
            await self._chunks.put(message["body"])
