"""A server behind the gateway, for clients of every revision."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from sumun.gateway.eras import wire
from sumun.gateway.eras.handshake import is_handshake
from sumun.gateway.eras.legacy_server import LegacyServer
from sumun.gateway.eras.modern_server import FindMirrored, ModernServer, unknown_session
from sumun.gateway.eras.revisions import MODERN
from sumun.gateway.eras.spoken import Spoken, in_doubt
from sumun.gateway.upstreams.upstream import Upstream, UpstreamResponse
from sumun.guard import Principal

_FAREWELL: Final = 2.0


class Translated:
    """Passes on what the server understands, and translates what it does not.

    Parameters
    ----------
    upstream:
        How the server is reached.
    name:
        What it is called.
    mirrored:
        Knows which arguments of its tools have headers that mirror them.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        upstream: Upstream,
        name: str,
        mirrored: FindMirrored,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spoken = Spoken(upstream, clock)
        self._name = name
        self._mirrored = mirrored
        self._modern: ModernServer | None = None
        self._legacy: LegacyServer | None = None

    @property
    def result_limit(self) -> int:
        """See :class:`Upstream`."""
        return self._spoken.result_limit

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> UpstreamResponse:
        """Send one HTTP request; see :class:`Upstream`."""
        if wire.header(headers, wire.REVISION) >= MODERN:
            if not self._spoken.knows("modern") and await self._spoken.lacks("modern", principal):
                if self._legacy is None:
                    self._legacy = LegacyServer(self._spoken)
                return await self._legacy.send(method, headers, body, principal)
            return await self._spoken.send(method, headers, body, principal)
        ours = is_handshake(wire.header(headers, wire.SESSION))
        if ours or self._spoken.knows("legacy") is False:
            if await self._spoken.lacks("legacy", principal):
                return await self._for_legacy(method, headers, body, principal)
            if ours:
                return unknown_session()  # the server can begin one of its own now
        response = await self._spoken.send(method, headers, body, principal)
        # A server of the other era refuses; only then is it worth asking.
        if in_doubt(method, response) and await self._spoken.lacks("legacy", principal):
            await response.close()
            return await self._for_legacy(method, headers, body, principal)
        return response

    async def close(self) -> None:
        """Let go of what is kept with the server, if it lets that happen soon."""
        if self._legacy is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_FAREWELL):
                    await self._legacy.close()

    async def _for_legacy(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None,
    ) -> UpstreamResponse:
        if self._modern is None:
            self._modern = ModernServer(self._spoken, self._name, self._mirrored)
        return await self._modern.send(method, headers, body, principal)
