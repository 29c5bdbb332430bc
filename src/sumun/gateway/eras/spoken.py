"""Which eras a server speaks, as it says itself (MCP 2026-07-28 basic/versioning, transports)."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

from sumun.gateway.eras import wire
from sumun.gateway.eras.revisions import (
    CAPABILITIES,
    CLIENT,
    LEGACY,
    MISSING_CAPABILITY,
    MODERN,
    OWN_NAME,
    UNSUPPORTED_VERSION,
    VERSION,
)
from sumun.gateway.jsonrpc import HEADER_MISMATCH
from sumun.gateway.upstreams.upstream import Upstream, UpstreamFailed, UpstreamResponse
from sumun.guard import Principal

Era = Literal["modern", "legacy"]

_OTHER: Final[dict[Era, Era]] = {"modern": "legacy", "legacy": "modern"}
_SURE_FOR: Final = 10.0
"""Seconds in which an odd answer does not make the gateway ask again."""
_UNSURE: Final = frozenset({400, 404, 405, 406})
_UNTOLD: Final = frozenset({401, 403, 407, 408, 429})
_SERVER_ERROR: Final = 500
_MODERN_ERRORS: Final = frozenset({HEADER_MISMATCH, MISSING_CAPABILITY, UNSUPPORTED_VERSION})
_LIMIT: Final = 1024 * 1024


class Spoken:
    """A server and the eras it was found to speak; sends to it as any upstream does.

    It is asked in the gateway's own name, once, and again after an answer that may mean that it
    speaks otherwise now. What a caller sends is never a question of the gateway's.

    Parameters
    ----------
    upstream:
        The server.
    clock:
        Monotonic seconds.

    """

    def __init__(self, upstream: Upstream, clock: Callable[[], float] = time.monotonic) -> None:
        self._upstream = upstream
        self._clock = clock
        self._known: dict[Era, bool] = {}
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    @property
    def result_limit(self) -> int:
        """See :class:`Upstream`."""
        return self._upstream.result_limit

    async def send(
        self,
        method: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        principal: Principal | None = None,
    ) -> UpstreamResponse:
        """Send one HTTP request; see :class:`Upstream`."""
        response = await self._upstream.send(method, headers, body, principal)
        if response.status in _UNSURE and self._clock() - self._asked_at > _SURE_FOR:
            self._known.clear()
        return response

    def knows(self, era: Era) -> bool:
        """Whether the server is known to speak ``era``."""
        return self._known.get(era, False)

    async def stands_in(self, era: Era, principal: Principal | None) -> bool:
        """Whether a client of ``era`` needs a translator: the server speaks the other era only.

        Raises
        ------
        UpstreamFailed
            If the server cannot be reached.

        """
        async with self._asking:
            if await self._speaks(era, principal) is not False:
                return False
            return await self._speaks(_OTHER[era], principal) is True

    async def _speaks(self, era: Era, principal: Principal | None) -> bool | None:
        if era not in self._known:
            ask = self._ask_modern if era == "modern" else self._ask_legacy
            self._asked_at = self._clock()
            found = await ask(principal)
            if found is None:
                return None
            self._known[era] = found
        return self._known[era]

    async def _ask_modern(self, principal: Principal | None) -> bool | None:
        meta = {VERSION: MODERN, CAPABILITIES: {}, CLIENT: OWN_NAME}
        headers = [(wire.REVISION, MODERN), ("mcp-method", "server/discover")]
        question = wire.request(1, "server/discover", {"_meta": meta})
        response = await wire.post(self._upstream, headers, question, principal)
        if _says_nothing(response):
            await response.close()
            return None
        said = await _read(response)
        if "error" in said:
            fault = said["error"]
            if fault.get("code") == UNSUPPORTED_VERSION:
                data = fault.get("data")
                return isinstance(data, dict) and MODERN in (data.get("supported") or ())
            return fault.get("code") in _MODERN_ERRORS
        supported = said.get("result", {}).get("supportedVersions")
        if not isinstance(supported, list):
            return False
        if any(revision in supported for revision in LEGACY):
            self._known["legacy"] = True
        return MODERN in supported

    async def _ask_legacy(self, principal: Principal | None) -> bool | None:
        hello = {"protocolVersion": LEGACY[-1], "capabilities": {}, "clientInfo": OWN_NAME}
        question = wire.request(1, "initialize", hello)
        response = await wire.post(self._upstream, [], question, principal)
        if _says_nothing(response):
            await response.close()
            return None
        said = await _read(response)
        if said.get("result", {}).get("protocolVersion") not in LEGACY:
            return False
        if session := response.headers.get(wire.SESSION):
            ended = await self._upstream.send("DELETE", [(wire.SESSION, session)], b"", principal)
            await ended.close()
        return True


def _says_nothing(response: UpstreamResponse) -> bool:
    """Whether an answer is about the credential or the moment, not about the question."""
    return response.status in _UNTOLD or response.status >= _SERVER_ERROR


async def _read(response: UpstreamResponse) -> dict[str, Any]:
    """Return the response in an answer; nothing, where there is none."""
    try:
        async for message in wire.messages(response, _LIMIT, patient=False):
            if message is not None and not {"result", "error"}.isdisjoint(message):
                return {key: value for key, value in message.items() if isinstance(value, dict)}
    except UpstreamFailed:
        pass  # a page for people, say: no era of MCP
    finally:
        await response.close()
    return {}
