"""The guard's rooms inside someone else's program, on an event loop of their own.

A decorated function may be synchronous, or run on any event loop; the audit log needs one that
stays. So the rooms live on a thread of their own, and calls are handed over.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from functools import partial
from typing import Any, Final, TypeVar

from sumun.config import Config, load
from sumun.guard import Rooms

T = TypeVar("T")

_TIMEOUT: Final = 30.0


class LocalHouse:
    """The rooms, and the loop they live on.

    It is closed when the program ends, so that nothing recorded is left unwritten.

    Parameters
    ----------
    config:
        Where keys, log and storage are.

    Raises
    ------
    KeyMaterialError, StorageError
        If the keys or the storage cannot be used.

    """

    def __init__(self, config: Config) -> None:
        self.rooms = Rooms(config)
        self._process = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sumun", daemon=True)
        self._thread.start()
        try:
            self.run(self.rooms.open())
        except BaseException:
            self._stop()
            raise
        _at_exit(self.close)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start ``coroutine`` on the house's own loop.

        Raises
        ------
        RuntimeError
            If the house is closed, or the process has forked since it was opened.

        """
        if os.getpid() != self._process or self._loop.is_closed():
            coroutine.close()
            raise RuntimeError("the local house is closed, or belongs to the process before fork()")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run ``coroutine`` on the house's own loop and wait for it."""
        return self.submit(coroutine).result(_TIMEOUT)

    def close(self) -> None:
        """Write what is pending and let go of the files; a second time does nothing."""
        if os.getpid() != self._process or self._loop.is_closed():
            return
        try:
            self.run(self.rooms.close())
        finally:
            self._stop()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_TIMEOUT)
        self._loop.close()


def _at_exit(close: Callable[[], None]) -> None:
    """Call ``close`` when the program ends, while threads still work.

    When the functions of :mod:`atexit` are called the executors are gone already, and storage needs
    one. Those of :mod:`threading` are called before, the last registered first.
    """
    register = getattr(threading, "_register_atexit", atexit.register)
    register(close)


class _Process:
    """What this process has opened."""

    def __init__(self) -> None:
        self.configure: Callable[[], Config] = partial(load, serving=False)
        self.house: LocalHouse | None = None
        self.opening = threading.Lock()
        self.left_behind: list[LocalHouse | None] = []

    def forked(self) -> None:
        """Begin anew in a child; closing the parent's database from here would harm it."""
        self.left_behind.append(self.house)
        self.house = None
        self.opening = threading.Lock()


_process = _Process()
os.register_at_fork(after_in_child=_process.forked)


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
    if _process.house is not None:
        raise RuntimeError("the local house is open already; call use() first")
    _process.configure = configure


def local_house() -> LocalHouse:
    """Return the process's own house, opened on first use.

    Unless :func:`use` said otherwise its configuration is read as everywhere: ``sumun.toml``,
    ``SUMUN_*``, ``JWT_SECRET_KEY``.
    """
    with _process.opening:
        if _process.house is None:
            _process.house = LocalHouse(_process.configure())
        return _process.house
