"""Whether the process lives, has started, and can do its work.

``/livez`` answers as long as the process can answer anything. ``/startupz`` tells when it has
started. ``/readyz`` asks every room it was given, and fails as soon as the server drains. What
failed is told with ``?verbose``, to this machine or in development only.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sumun.server.local import is_local

Check = Callable[[], Awaitable[object]]
"""Returns when a room can work; raises when it cannot."""

FRESH = 1.0
"""Seconds an answer is good for: probing more often costs the rooms nothing."""

_UNCACHED = {"cache-control": "no-store"}


class Health:
    """The health endpoints.

    Parameters
    ----------
    checks:
        What must work for the server to be ready, by name.
    started:
        Whether starting is over.
    timeout:
        Seconds a check may take.
    verbose:
        Whether anyone may ask for details (development).
    beside:
        What is told among the details and makes nothing fail: the state of servers elsewhere.

    """

    def __init__(
        self,
        checks: Mapping[str, Check],
        *,
        started: Callable[[], bool] = lambda: True,
        timeout: float = 2.0,
        verbose: bool = False,
        beside: Callable[[], Mapping[str, str]] = dict,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checks = dict(checks)
        self._started = started
        self._timeout = timeout
        self._verbose = verbose
        self._beside = beside
        self._clock = clock
        self._asked = 0.0
        self._answer: asyncio.Task[dict[str, str]] | None = None

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/livez", self.livez),
            Route("/readyz", self.readyz),
            Route("/startupz", self.startupz),
        ]

    async def livez(self, request: Request) -> Response:
        """Answer: the process lives."""
        return self._respond(request, {})

    async def startupz(self, request: Request) -> Response:
        """Answer 200 once starting is over."""
        return self._respond(request, {"start": "ok" if self._started() else "under way"})

    async def readyz(self, request: Request) -> Response:
        """Answer 200 while every check passes and the server does not drain."""
        results = dict(await self.results())
        if not self._started():
            results["start"] = "under way"
        if request.scope.get("state", {}).get("draining"):
            results["drain"] = "under way"
        return self._respond(request, results, self._beside())

    async def results(self) -> dict[str, str]:
        """Return what each check says: ``ok`` or why not, without what an exception quotes."""
        now = self._clock()
        if self._answer is None or (self._answer.done() and now - self._asked >= FRESH):
            self._asked = now
            self._answer = asyncio.create_task(self._ask())
        return await asyncio.shield(self._answer)

    async def _ask(self) -> dict[str, str]:
        answers = await asyncio.gather(*(self._run(check) for check in self._checks.values()))
        return dict(zip(self._checks, answers, strict=True))

    async def _run(self, check: Check) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                await check()
        except TimeoutError:
            return f"no answer within {self._timeout:g} s"
        except Exception as error:  # noqa: BLE001 - whatever it is, the room is not ready
            return type(error).__name__
        return "ok"

    def _respond(
        self, request: Request, results: Mapping[str, str], beside: Mapping[str, str] | None = None
    ) -> Response:
        healthy = all(result == "ok" for result in results.values())
        status = 200 if healthy else 503
        if "verbose" in request.query_params and (self._verbose or is_local(request.scope)):
            told = {"status": "ok" if healthy else "unavailable", "checks": dict(results)}
            body = told | ({"servers": dict(beside)} if beside else {})
            return JSONResponse(body, status, headers=_UNCACHED)
        text = "ok\n" if healthy else "unavailable\n"
        return PlainTextResponse(text, status, headers=_UNCACHED)
