"""The processes that serve: their signals, how they end, and who watches them.

The first SIGTERM or SIGINT drains: readiness fails, nothing new is accepted, requests under way
have ``drain_timeout`` to finish. A second one drops what is still under way. Either way the
application's lifespan ends properly, so that the audit log is flushed, and the exit status is 0.
"""

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.server import HANDLED_SIGNALS
from uvicorn.supervisors import multiprocess

from sumun.server.lifespan import StartupError

log = logging.getLogger("uvicorn.error")

_THRESHOLDS = (20_000, 20, 20)
"""Requests make hardly any cycles: the collector's own thresholds are far too eager."""

START_LIMIT = 60.0
"""Seconds a worker may take to start before nobody waits for it to announce itself."""


class DrainingServer(uvicorn.Server):
    """A uvicorn server that always ends its lifespan, and ends well when it is told to end."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self.on_ready = on_ready

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve; a worker that cannot start says why and tells the supervisor not to try again."""
        if multiprocessing.parent_process() is None:
            super().run(sockets)
            return
        try:
            super().run(sockets)
        except StartupError as error:
            log.error("%s", error)  # noqa: TRY400 - the line is for people, not a traceback
            sys.exit(STARTUP_FAILURE)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, and end with the process that started this one."""
        if (parent := multiprocessing.parent_process()) is not None:
            asyncio.get_running_loop().add_reader(parent.sentinel, self._abandon)
        await super().startup(sockets)
        _settle()
        if self.on_ready is not None:
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then end the lifespan, whatever became of the draining."""
        await super().shutdown(sockets)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals here, and do not let them end the process afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Begin to drain, or stop draining when told again."""
        # Ctrl-C reaches every process of the terminal; the supervisor's SIGTERM repeats it.
        repeats_supervisor = sig == signal.SIGTERM and multiprocessing.parent_process() is not None
        if self.should_exit and not repeats_supervisor:
            self.force_exit = True
        self._drain()

    def _abandon(self) -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            asyncio.get_running_loop().remove_reader(parent.sentinel)
        self._drain()

    def _drain(self) -> None:
        self.should_exit = True
        lifespan = getattr(self, "lifespan", None)
        if lifespan is not None:
            lifespan.state["draining"] = True


def _settle() -> None:
    """Take what is there now for permanent.

    Otherwise the garbage collector looks through all of it again and again, which takes a tenth
    of the time of a token request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)


# uvicorn's supervisor has no other way to be told what its workers run. The workers come by this
# line too: unpickling their Listener imports this module.
multiprocess.Server = DrainingServer  # type: ignore[attr-defined]


class Supervisor(multiprocess.Multiprocess):
    """uvicorn's supervisor of workers, which also drains properly.

    SIGHUP replaces the workers one after another; SIGTTIN and SIGTTOU add and remove one.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        sockets: list[socket.socket],
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(config, sockets)
        self.on_ready = on_ready

    def init_processes(self) -> None:
        """Start the workers, and tell when the first of them serves."""
        super().init_processes()
        if self.processes[0].wait_until_ready(START_LIMIT) and self.on_ready is not None:
            self.on_ready()

    def terminate_all(self) -> None:
        """Close the listening sockets, so that no connection waits for nobody, and drain."""
        for listening in self.sockets:
            listening.close()
        super().terminate_all()

    def join_all(self) -> None:
        """Wait for the workers, passing on a second signal."""
        for worker in self.processes:
            while worker.process.is_alive():
                worker.process.join(0.1)
                if self.signal_queue:
                    self.signal_queue.clear()
                    self._hurry()

    @property
    def failed(self) -> bool:
        """Whether a worker could not start."""
        return any(worker.exitcode == STARTUP_FAILURE for worker in self.processes)

    def _hurry(self) -> None:
        for worker in self.processes:
            if worker.process.is_alive() and worker.pid is not None:
                os.kill(worker.pid, signal.SIGINT)
