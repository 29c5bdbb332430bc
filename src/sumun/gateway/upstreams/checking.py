"""Whether the servers behind the gateway are there, looked after from time to time."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import msgspec

from sumun.gateway.upstreams.upstream import Transport, UpstreamFailed

_INTERVAL: Final = 30.0
_AGAIN: Final = 5.0
"""Seconds after which a server that is away is looked for again."""
_TICK: Final = 1.0
_PATIENCE: Final = 15.0


class Known(Protocol):
    """Which servers there are."""

    async def names(self) -> list[str]:
        """Return their names."""

    async def transport(self, name: str) -> Transport | None:
        """Return how one of them is reached."""


class Status(msgspec.Struct, frozen=True):
    """What was found of a server.

    Attributes
    ----------
    ok:
        Whether it is there.
    detail:
        Why not, for people.
    at:
        When it was looked for, in monotonic seconds.

    """

    ok: bool
    detail: str
    at: float


class Checking:
    """Looks for each server, and remembers what it found.

    Parameters
    ----------
    known:
        Which servers there are.
    observer:
        Told after each round which servers are there.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        known: Known,
        observer: Callable[[Mapping[str, bool]], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known = known
        self._observer = observer
        self._clock = clock
        self.found: dict[str, Status] = {}

    def summary(self) -> dict[str, str]:
        """Return for each server ``ok``, or what is wrong."""
        return {name: status.detail or "ok" for name, status in self.found.items()}

    async def run(self) -> None:
        """Look again and again."""
        while True:
            await self.look()
            await asyncio.sleep(_TICK)

    async def look(self) -> None:
        """Look for those servers that were not looked for lately."""
        names = await self._known.names()
        self.found = {name: self.found[name] for name in names if name in self.found}
        due = [name for name in names if self._is_due(name)]
        await asyncio.gather(*(self._look_for(name) for name in due))
        if due:
            self._observer({name: status.ok for name, status in self.found.items()})

    def _is_due(self, name: str) -> bool:
        status = self.found.get(name)
        return status is None or self._clock() - status.at >= (_INTERVAL if status.ok else _AGAIN)

    async def _look_for(self, name: str) -> None:
        ok, detail = False, ""
        try:
            async with asyncio.timeout(_PATIENCE):
                transport = await self._known.transport(name)
                if transport is not None:
                    await transport.check()
            ok = True
        except TimeoutError:
            detail = "it does not answer"
        except UpstreamFailed as failed:
            detail = str(failed)
        except Exception as error:  # noqa: BLE001 - one server's settings are not another's fault
            detail = f"it cannot be looked for ({type(error).__name__})"
        self.found[name] = Status(ok, detail, self._clock())
