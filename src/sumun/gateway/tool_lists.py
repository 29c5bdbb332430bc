"""Which tools the servers behind the gateway have, as they last said themselves."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from sumun.audit import AuditUnavailable
from sumun.config import UpstreamConfig
from sumun.gateway.eras.mirrors import Paths
from sumun.gateway.listing import survey
from sumun.gateway.pins.statement import Key, Statement
from sumun.gateway.registry import Registry
from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.oauth.tools import ToolList
from sumun.storage import StorageError

_GOOD_FOR: Final = 60.0
_SOONEST: Final = 5.0
_PATIENCE: Final = 2.0
_CHANGED: Final = "notifications/tools/list_changed"


Told = Callable[[str, Mapping[Key, Statement]], Awaitable[None]]


class _Known:
    """What one server said, and when it is asked again."""

    __slots__ = ("asking", "definition", "due", "list", "soonest")

    def __init__(self, definition: UpstreamConfig) -> None:
        self.definition = definition
        self.list: ToolList | None = None
        self.due = float("-inf")
        self.soonest = float("-inf")
        self.asking: asyncio.Task[None] | None = None


class ToolLists:
    """Asks servers for their tools once somebody wants to know, at most once a minute each.

    It is the gateway that asks, with its own credential: a list that came by for a caller could
    be the work of that caller. Nobody waits for a server that is away; what it said last holds.

    Parameters
    ----------
    registry:
        Which servers there are.
    clock:
        Monotonic seconds.
    told:
        Is given what a server says of all it has.

    """

    def __init__(
        self,
        registry: Registry,
        clock: Callable[[], float] = time.monotonic,
        told: Told | None = None,
    ) -> None:
        self._registry = registry
        self._told = told
        self._clock = clock
        self._known: dict[str, _Known] = {}

    def find(self, server: str) -> ToolList | None:
        """Return what is known now, and ask again if that is old."""
        known = self._look_up(server)
        return None if known is None else known.list

    async def wait(self, server: str) -> ToolList | None:
        """Return what is known; if that is nothing yet, wait a moment for the answer."""
        known = self._look_up(server)
        if known is None:
            return None
        if known.list is None and known.asking is not None:
            await asyncio.wait({known.asking}, timeout=_PATIENCE)
        return known.list

    async def output_schema(self, server: str, tool: str) -> dict[str, Any] | None:
        """Return what a tool's structured results promise to be, if that is known."""
        listed = await self.wait(server)
        found = None if listed is None else listed.tools.get(tool)
        return None if found is None else found.output_schema

    async def mirrored(self, server: str, tool: str) -> Paths:
        """Return which arguments of a tool HTTP headers repeat, as far as that is known."""
        listed = await self.wait(server)
        found = None if listed is None else listed.tools.get(tool)
        return {} if found is None else found.mirrored

    def heard(self, server: str, message: dict[str, Any]) -> None:
        """Notice in a message of the server's that its list may be another now."""
        definition = self._registry.definition(server)
        known = self._known.get(server)
        if known is None or known.definition != definition or known.list is None:
            return
        if message.get("method") == _CHANGED or _names(message) - known.list.tools.keys():
            known.due = known.soonest

    async def close(self) -> None:
        """Ask no more."""
        asking = [known.asking for known in self._known.values() if known.asking is not None]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def look_again(self, server: str) -> None:
        """Ask a server again as soon as that is allowed."""
        known = self._look_up(server)
        if known is not None and known.asking is None:
            known.due = known.soonest

    async def _tell(self, server: str, said: Mapping[Key, Statement]) -> None:
        if self._told is not None:
            with suppress(AuditUnavailable, StorageError):  # it says the same again in a minute
                await self._told(server, said)

    def _look_up(self, server: str) -> _Known | None:
        definition = self._registry.definition(server)
        if definition is None:
            return None
        known = self._known.get(server)
        # Another server of that name says for itself.
        if known is None or known.definition != definition:
            known = self._known[server] = _Known(definition)
        if known.asking is None and self._clock() >= known.due:
            known.asking = asyncio.create_task(self._ask(server, definition, known))
        return known

    async def _ask(self, server: str, definition: UpstreamConfig, known: _Known) -> None:
        now = self._clock()
        known.due, known.soonest = now + _GOOD_FOR, now + _SOONEST
        try:
            upstream = await self._registry.find(server)
            if upstream is not None:
                listed = await survey(upstream)
                await self._tell(server, listed.statements)
                known.list = ToolList(listed.tools, public=definition.publish_tools)
        except UpstreamFailed:
            pass  # what it said last holds
        finally:
            known.asking = None


def _names(message: dict[str, Any]) -> set[str]:
    result = message.get("result")
    tools = result.get("tools") if isinstance(result, dict) else None
    if not isinstance(tools, list):
        return set()
    names = (tool.get("name") for tool in tools if isinstance(tool, dict))
    return {name for name in names if isinstance(name, str)}
