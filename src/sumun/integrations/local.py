"""The guard's rooms inside someone else's program, on an event loop of their own.

A decorated function may be synchronous, or run on any event loop; the audit log needs one that
stays. So the rooms live on a thread of their own, and calls are handed over.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import lru_cache, partial
from typing import Any, TypeVar

from sumun.config import Config, load
from sumun.guard import Rooms

T = TypeVar("T")

_TIMEOUT = 30.0


class LocalHouse:
    """The rooms, and the loop they live on.

    Parameters
    ----------
    config:
        Where keys, log and storage are.

    """

    def __init__(self, config: Config) -> None:
        self.rooms = Rooms(config)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="sumun", daemon=True).start()
        self.run(self.rooms.open())

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start ``coroutine`` on the house's own loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run ``coroutine`` on the house's own loop and wait for it."""
        return self.submit(coroutine).result(_TIMEOUT)

    def close(self) -> None:
        """Write what is pending and let go of the files."""
        self.run(self.rooms.close())
        self._loop.call_soon_threadsafe(self._loop.stop)


_configure: Callable[[], Config] = partial(load, serving=False)


def use(configure: Callable[[], Config]) -> None:
    """Say where :func:`local_house` finds its configuration; before it is first used.

    Parameters
    ----------
    configure:
        Returns the configuration.

    Raises
    ------
    RuntimeError
        If the house is open already.

    """
    if local_house.cache_info().currsize:
        raise RuntimeError("the local house is open already; call use() first")
    global _configure  # noqa: PLW0603 - one process, one house
    _configure = configure


@lru_cache(maxsize=1)
def local_house() -> LocalHouse:
    """Return the process's own house, opened on first use.

    Unless :func:`use` said otherwise its configuration is read as everywhere: ``sumun.toml``,
    ``SUMUN_*``, ``JWT_SECRET_KEY``.
    """
    return LocalHouse(_configure())
