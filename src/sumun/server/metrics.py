"""What the server counts, in the Prometheus text format."""

import os
import time
from collections.abc import Awaitable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sumun.server.local import is_local
from sumun.server.tallies import BucketTally, BulkHistogram, Tally

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
CLIENT_GONE = 499
"""The status counted where the client left before there was one (as nginx has it)."""


class Metrics:
    """The counters of one process; in a worker, of all workers.

    Every label takes its values from a closed set (routes, configured servers, entity types), so
    nobody outside can make them grow.
    """

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self._registry = registry
        self._requests = Tally(
            Counter(
                "sumun_http_requests",
                "HTTP requests answered.",
                ["route", "status"],
                registry=registry,
            )
        )
        self._latency = BucketTally(
            BulkHistogram(
                "sumun_http_response_seconds",
                "Seconds until an answer begins.",
                ["route"],
                registry=registry,
                buckets=BUCKETS,
            ),
            BUCKETS,
        )
        self._calls = Tally(
            Counter(
                "sumun_tool_calls",
                "Calls decided by the guard.",
                ["server", "outcome"],
                registry=registry,
            )
        )
        self._findings = Tally(
            Counter(
                "sumun_findings",
                "Personal data and secrets found in calls.",
                ["entity_type"],
                registry=registry,
            )
        )
        self._rules = Tally(
            Counter(
                "sumun_policy_rule_hits",
                "How often each rule of the policy decided.",
                ["rule"],
                registry=registry,
            )
        )
        self._tokens = Tally(
            Counter("sumun_tokens", "Access token requests.", ["outcome"], registry=registry)
        )
        self._servers = Gauge(
            "sumun_server_up",
            "Whether a server behind the gateway was there when last looked for.",
            ["server"],
            registry=registry,
            multiprocess_mode="livemin",
        )

    def request_answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request; ``seconds`` is the time until its answer began."""
        self._requests[route, status] += 1
        self._latency.observe(route, seconds)

    def expect_rules(self, rules: Iterable[str]) -> None:
        """Show rules that have not decided anything yet, as 0."""
        for rule in rules:
            self._rules[rule,] += 0

    def call_decided(
        self, server: str, outcome: str, entities: Mapping[str, int], rules: Mapping[str, int]
    ) -> None:
        """Count a call, its findings of each entity type, and how often each rule decided."""
        self._calls[server, outcome] += 1
        for entity_type, count in entities.items():
            self._findings[entity_type,] += count
        for rule, count in rules.items():
            self._rules[rule,] += count

    def servers_found(self, found: Mapping[str, bool]) -> None:
        """Show which servers behind the gateway are there; those taken away are not shown."""
        self._servers.clear()
        for server, there in found.items():
            self._servers.labels(server).set(there)

    def token_issued(self) -> None:
        """Count an access token."""
        self._tokens["issued",] += 1

    def token_refused(self) -> None:
        """Count a refused token request."""
        self._tokens["refused",] += 1

    def export(self) -> None:
        """Show what was counted to whoever looks, in this process or in another worker."""
        for tally in (
            self._requests,
            self._latency,
            self._calls,
            self._findings,
            self._rules,
            self._tokens,
        ):
            tally.export()

    def render(self) -> bytes:
        """Return everything in the Prometheus text format."""
        self.export()
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        workers = CollectorRegistry()
        MultiProcessCollector(workers)  # type: ignore[no-untyped-call]
        return generate_latest(workers)

    def route(self, *, public: bool) -> Route:
        """Return ``/metrics``, which only this machine may see unless it is ``public``."""

        async def metrics(request: Request) -> Response:
            if not (public or is_local(request.scope)):
                return PlainTextResponse("Not Found", 404)
            return Response(self.render(), media_type=CONTENT_TYPE)

        return Route("/metrics", metrics)


class Measured:
    """ASGI middleware that counts every request by the route that took it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status, seconds = 0, 0.0

        def watched(message: Message) -> Awaitable[None]:
            nonlocal status, seconds
            if status == 0 and message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - begun
            return send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            self._metrics.request_answered(
                getattr(scope.get("route"), "path", "unmatched"),
                status or CLIENT_GONE,
                seconds if status else time.perf_counter() - begun,
            )
