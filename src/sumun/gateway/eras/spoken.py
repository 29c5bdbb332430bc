"""Which eras a server speaks, as it says itself (MCP 2026-07-28 basic/versioning, transports)."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
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
_PATIENCE: Final = 5.0
"""Seconds after which silence means that the question was not understood."""
_SURE_FOR: Final = 10.0
"""Seconds in which an odd answer does not make the gateway ask again."""
_UNSURE: Final = frozenset({400, 404, 405})
_UNTOLD: Final = frozenset({401, 403, 407, 408, 429})
_SERVER_ERROR: Final = 500
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
        if in_doubt(method, response) and self._clock() - self._asked_at > _SURE_FOR:
            self._known.clear()
        return response

    def knows(self, era: Era) -> bool | None:
        """Whether the server was found to speak ``era``; ``None`` before it was asked."""
        return self._known.get(era)

    async def lacks(self, era: Era, principal: Principal | None) -> bool:
        """Whether a client of ``era`` needs a translator: the server speaks the other era only.

        Raises
        ------
        UpstreamFailed
            If the server cannot be reached.

        """
        async with self._asking:
            if await self._speaks(era, principal) is not False:
                return False
            if await self._speaks(_OTHER[era], principal) is not True:
                return False
            self._known[era] = False  # said by silence, of a server that answers other questions
            return True

    async def _speaks(self, era: Era, principal: Principal | None) -> bool | None:
        if era not in self._known:
            ask = self._ask_modern if era == "modern" else self._ask_legacy
            self._asked_at = self._clock()
            try:
                async with asyncio.timeout(_PATIENCE):
                    found = await ask(principal)
            except TimeoutError:
                return False
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
            return _is_modern(said["error"])
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
            with suppress(UpstreamFailed):  # it ends the session itself in time
                end = [(wire.SESSION, session)]
                await (await self._upstream.send("DELETE", end, b"", principal)).close()
        return True


def in_doubt(method: str, response: UpstreamResponse) -> bool:
    """Whether a server of the other era would answer so."""
    return method == "POST" and response.status in _UNSURE


def _says_nothing(response: UpstreamResponse) -> bool:
    """Whether an answer is about the credential or the moment, not about the question."""
    return response.status in _UNTOLD or response.status >= _SERVER_ERROR


def _is_modern(fault: dict[str, Any]) -> bool:
    """Whether only a server of the modern era words an error so."""
    code, data = fault.get("code"), fault.get("data")
    if code == UNSUPPORTED_VERSION:
        supported = data.get("supported") if isinstance(data, dict) else None
        return isinstance(supported, list) and MODERN in supported
    return code in (HEADER_MISMATCH, MISSING_CAPABILITY)


async def _read(response: UpstreamResponse) -> dict[str, Any]:
    """Return the response in an answer; nothing, where there is none."""
    try:
        async for message in wire.messages(response, _LIMIT, patient=False):
            if message is not None and "method" not in message:
                return dict(message)
    except UpstreamFailed:
        pass  # a page for people, say: no era of MCP
    finally:
        await response.close()
    return {}
