"""MCP servers reached over streamable HTTP, through one persistent client."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence

import aiohttp

from sumun.config import UpstreamConfig
from sumun.gateway import jsonrpc
from sumun.gateway.credentials.credential import Credential
from sumun.gateway.headers import ANSWERS
from sumun.gateway.upstreams.backoff import Backoff
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed, UpstreamResponse
from sumun.guard import Principal

_ATTEMPTS = 3
"""Requests one call may take: with a nonce that was missing, and with a token that is new."""
_CONNECT = 10
"""Seconds a connection may take."""
_FREE_FAILURES = 2
_LONGEST_PAUSE = 15.0
_SERVER_ERROR = 500


class HttpUpstream:
    """A server reached over streamable HTTP.

    Parameters
    ----------
    definition:
        Its URL and bounds.
    session:
        The shared client, which keeps connections open.
    credential:
        What it is shown.
    tls:
        How TLS to it is made; ``None`` for the usual.

    """

    def __init__(
        self,
        definition: UpstreamConfig,
        session: aiohttp.ClientSession,
        credential: Credential,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._definition = definition
        self._session = session
        self._credential = credential
        self._tls = tls or True
        self._backoff = Backoff(free=_FREE_FAILURES, longest=_LONGEST_PAUSE)

    @property
    def result_limit(self) -> int:
        """See :class:`Upstream`."""
        return self._definition.result_limit

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> UpstreamResponse:
        """Send one HTTP request; see :class:`Upstream`.

        While the server cannot be reached, one call in a while finds that out for all.
        """
        if self._backoff.wait:
            raise UpstreamAway(f"it cannot be reached; tried again in {self._backoff.wait:.1f} s")
        self._backoff.trying(_CONNECT)
        for attempt in range(1, _ATTEMPTS + 1):
            presented = await self._credential.present(method, principal)
            response = await self._request(method, [*headers, *presented], body)
            again = await self._credential.answered(
                presented, response.status, response.headers, principal
            )
            if not again or attempt == _ATTEMPTS:
                break
            response.close()
        return _usable(response, self._definition.timeout)

    async def check(self) -> None:
        """See :class:`Transport`: whatever it answers, unless with a fault of its own, it is there.

        It is shown no credential, which it would have to be asked for, and a session that is not:
        many servers begin a new one for every request without.
        """
        headers = [
            ("content-type", ANSWERS[0]),
            ("accept", ", ".join(ANSWERS)),
            ("mcp-session-id", "none"),
        ]
        body = jsonrpc.encode({"jsonrpc": "2.0", "id": 1, "method": "ping"})
        response = await self._request("POST", headers, body)
        response.close()
        if response.status >= _SERVER_ERROR:
            raise UpstreamFailed(f"it answered with status {response.status}")

    async def close(self) -> None:
        """See :class:`Transport`; the connections are the shared client's."""

    async def _request(
        self, method: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> aiohttp.ClientResponse:
        try:
            async with asyncio.timeout(self._definition.timeout):
                response = await self._session.request(
                    method,
                    self._definition.url,
                    data=body or None,
                    headers=headers,
                    allow_redirects=False,
                    ssl=self._tls,
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            self._backoff.failed()
            raise UpstreamAway("it cannot be reached") from None
        except TimeoutError:
            raise UpstreamFailed("it did not answer in time") from None
        except aiohttp.ClientError:
            raise UpstreamFailed("it cannot be reached") from None
        self._backoff.succeeded()
        return response


def _usable(response: aiohttp.ClientResponse, timeout: float) -> "_HttpResponse":
    if response.status // 100 == 3:  # noqa: PLR2004 - HTTP's own class of answers
        response.close()
        raise UpstreamFailed("it answered with a redirect, which is not followed")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        response.close()
        raise UpstreamFailed("it sent a content encoding that was not asked for")
    return _HttpResponse(response, timeout)


class _HttpResponse:
    def __init__(self, response: aiohttp.ClientResponse, timeout: float) -> None:
        self._response = response
        self._timeout = timeout
        self.status = response.status
        self.content_type = response.content_type
        self.headers: Mapping[str, str] = response.headers

    async def read(self, limit: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._timeout):
                async for chunk in self._response.content.iter_any():
                    size += len(chunk)
                    if size > limit:
                        raise UpstreamFailed(f"its answer is longer than {limit} bytes")
                    parts.append(chunk)
        except TimeoutError:
            raise UpstreamFailed("its answer did not end in time") from None
        except aiohttp.ClientError:
            raise UpstreamFailed("its answer broke off") from None
        return b"".join(parts)

    async def chunks(self, *, patient: bool) -> AsyncIterator[bytes]:
        content = self._response.content
        try:
            while True:
                async with asyncio.timeout(None if patient else self._timeout):
                    chunk = await content.readany()
                if not chunk:
                    return
                yield chunk
        except TimeoutError:
            raise UpstreamFailed("its stream paused for too long") from None
        except aiohttp.ClientError:
            raise UpstreamFailed("its stream broke off") from None

    async def close(self) -> None:
        if self._response.content.is_eof():
            self._response.release()
        else:
            self._response.close()


def client_session() -> aiohttp.ClientSession:
    """Return the one client all upstreams share.

    Nothing is decompressed (a small body must not become a large one), no cookie is kept (they
    would cross from one principal to another), and the environment's proxies are not trusted.
    Connections are as many as the calls under way: with fewer, one server that hangs, or callers
    who only listen, would keep the others waiting.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT),
        skip_auto_headers=("User-Agent", "Accept-Encoding"),
        headers={"Accept-Encoding": "identity", "User-Agent": "sumun"},
    )
