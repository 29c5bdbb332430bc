"""Starting and stopping the application (the ASGI lifespan protocol)."""

import asyncio
import logging
from typing import Any

import uvicorn

log = logging.getLogger("uvicorn.error")


class StartupError(Exception):
    """The server cannot start; the message says why, and how to mend it."""


def in_one_line(error: Exception) -> str:
    """Return what ``error`` says; the kind is named where it is not one of ours."""
    if type(error).__module__.startswith("sumun."):
        return str(error)
    return f"{type(error).__name__}: {error}"


class Lifespan:
    """One run of the application's lifespan, in uvicorn's terms.

    Unlike uvicorn's own, a failure to start is a :class:`StartupError`, and stopping twice stops
    once.

    Attributes
    ----------
    state:
        What the application shares with its requests; ``draining`` is set when the server stops.

    """

    should_exit = False

    def __init__(self, config: uvicorn.Config) -> None:
        self.config = config
        self.state: dict[str, Any] = {"draining": False}
        self._failure: StartupError | None = None
        self._started = asyncio.Event()
        self._stopped = asyncio.Event()
        self._stopping = False
        self._inbox: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def startup(self) -> None:
        """Start the application.

        Raises
        ------
        StartupError
            If it does not start.

        """
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._inbox.put_nowait({"type": "lifespan.startup"})
        await self._started.wait()
        if self._failure is not None:
            raise self._failure

    async def shutdown(self) -> None:
        """Stop the application and wait until it has put everything away."""
        if not self._stopping:
            self._stopping = True
            self._inbox.put_nowait({"type": "lifespan.shutdown"})
        await self._stopped.wait()

    async def _run(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": self.config.asgi_version, "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self.config.loaded_app(scope, self._inbox.get, self._send)
        except Exception as error:
            log.debug("lifespan", exc_info=error)
            self._fail(in_one_line(error), error)
        finally:
            if not self._started.is_set():
                self._fail("the application ended before it had started")
            self._started.set()
            self._stopped.set()

    async def _send(self, message: dict[str, str]) -> None:
        match message["type"]:
            case "lifespan.startup.complete":
                self._started.set()
            case "lifespan.shutdown.complete":
                self._stopped.set()
            # Starlette raises after these, and the exception says it without a traceback.
            case "lifespan.startup.failed" | "lifespan.shutdown.failed":
                return

    def _fail(self, reason: str, cause: Exception | None = None) -> None:
        if self._started.is_set():
            log.error("while stopping: %s", reason)
        elif self._failure is None:
            self._failure = StartupError(reason)
            self._failure.__cause__ = cause
