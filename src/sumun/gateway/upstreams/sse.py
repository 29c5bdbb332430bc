"""Servers of the first transport over HTTP: one stream down, one address to post to.

Source: MCP 2024-11-05 basic/transports, "HTTP with SSE".
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp

from sumun.config import UpstreamConfig
from sumun.gateway.credentials.credential import Credential
from sumun.gateway.events import ServerSentEvent, TooLong, read_events
from sumun.gateway.upstreams.lines import Oversized
from sumun.gateway.upstreams.upstream import UpstreamAway, UpstreamFailed
from sumun.guard import Principal

_OK: Final = 200
_SUCCESS: Final = 2
_ADDRESS_LIMIT: Final = 2048
_PORTS: Final = {"http": 80, "https": 443}


class SseLink:
    """A line to such a server, for one principal."""

    def __init__(
        self,
        definition: UpstreamConfig,
        session: aiohttp.ClientSession,
        credential: Credential,
        principal: Principal | None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._definition = definition
        self._session = session
        self._credential = credential
        self._principal = principal
        self._tls = tls or True
        self._stream: aiohttp.ClientResponse | None = None
        self._events: AsyncIterator[ServerSentEvent] | None = None
        self._address = ""
        self.fate = "its stream ended"

    async def open(self) -> None:
        """Open the stream, and hear where to post to.

        Raises
        ------
        UpstreamAway
            If it cannot be reached, or says nothing of use.

        """
        try:
            async with asyncio.timeout(self._definition.timeout):
                self._stream = await self._request("GET", self._definition.url, b"")
                if self._stream.status != _OK or self._stream.content_type != "text/event-stream":
                    raise UpstreamAway(f"it answered with status {self._stream.status}")
                limit = self._definition.result_limit
                self._events = read_events(self._stream.content.iter_any(), limit)
                self._address = await self._hear_address(self._events)
        except TimeoutError:
            await self.end()
            raise UpstreamAway("it did not answer in time") from None
        except (aiohttp.ClientError, TooLong):
            await self.end()
            raise UpstreamAway("it cannot be reached") from None
        except UpstreamFailed:
            await self.end()
            raise

    async def write(self, message: bytes) -> None:
        """Post one message; what is said to it comes on the stream."""
        try:
            async with asyncio.timeout(self._definition.timeout):
                response = await self._request("POST", self._address, message)
        except TimeoutError:
            raise UpstreamFailed("it did not answer in time") from None
        except aiohttp.ClientError:
            raise UpstreamFailed("it cannot be reached") from None
        response.close()
        if response.status // 100 != _SUCCESS:
            raise UpstreamFailed(f"it answered with status {response.status}")

    async def messages(self, limit: int) -> AsyncIterator[bytes | Oversized]:  # noqa: ARG002 - bound at the start
        """Yield what comes on the stream, until it ends."""
        if self._events is None:
            return
        try:
            async for event in self._events:
                if event.data and event.fields.get(b"event", b"message") == b"message":
                    yield event.data
        except TooLong:
            self.fate = f"it sent a message longer than {self._definition.result_limit} bytes"
        except aiohttp.ClientError:
            self.fate = "its stream broke off"

    async def end(self) -> None:
        """Close the stream."""
        if self._stream is not None:
            self._stream.close()

    async def _hear_address(self, events: AsyncIterator[ServerSentEvent]) -> str:
        async for event in events:
            if event.fields.get(b"event") == b"endpoint" and event.data:
                return same_origin(self._definition.url, event.data)
        raise UpstreamAway("it did not say where to send messages to")

    async def _request(self, method: str, url: str, body: bytes) -> aiohttp.ClientResponse:
        presented = await self._credential.present(method, self._principal)
        accept = "text/event-stream" if method == "GET" else "application/json"
        headers = [("accept", accept), *presented]
        if body:
            headers.append(("content-type", "application/json"))
        return await self._session.request(
            method,
            url,
            data=body or None,
            headers=headers,
            allow_redirects=False,
            ssl=self._tls,
        )


def same_origin(base: str, address: bytes) -> str:
    """Return the address a server asks for messages at, if it is its own (RFC 6454 §4).

    Raises
    ------
    UpstreamAway
        If it is elsewhere: a server must not send the gateway, with its credential, to others.

    """
    text = address[: _ADDRESS_LIMIT + 1].decode("utf-8", "replace").strip()
    try:
        url = urljoin(base, text)
        same = _origin(url) == _origin(base)
    except ValueError:
        same = False
    if len(text) > _ADDRESS_LIMIT or not same:
        raise UpstreamAway("it wants messages sent to another origin, which is not done")
    return url


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
