"""Calls as spans and durations of OpenTelemetry (semantic conventions for MCP).

Attributes hold names of few values only, and never what callers or servers say: no arguments, no
results, no resource URIs, no messages of errors. Context comes and goes in ``params._meta``
(SEP-414), and in the headers of HTTP where a caller uses those.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any, Final

from opentelemetry.context import Context, get_current
from opentelemetry.metrics import Meter
from opentelemetry.trace import SpanKind, Tracer, get_current_span

from sumun.gateway.eras.revisions import LEGACY, MODERN
from sumun.gateway.headers import Headers
from sumun.gateway.jsonrpc import Message
from sumun.gateway.outcome import Outcome
from sumun.gateway.stretches import CONTEXT, OF_TRACES, Attributes, Leaving, Naming, Side, Watched
from sumun.gateway.tracing import Fields, Stretch, drop_baggage
from sumun.guard import Call

BUCKETS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
"""Seconds, as the conventions have them."""

_METHODS: Final = frozenset(
    {
        "completion/complete",
        "initialize",
        "logging/setLevel",
        "notifications/cancelled",
        "notifications/initialized",
        "notifications/progress",
        "notifications/roots/list_changed",
        "ping",
        "prompts/get",
        "prompts/list",
        "resources/list",
        "resources/read",
        "resources/subscribe",
        "resources/templates/list",
        "resources/unsubscribe",
        "server/discover",
        "subscriptions/listen",
        "tasks/cancel",
        "tasks/get",
        "tasks/list",
        "tasks/result",
        "tasks/update",
        "tools/call",
        "tools/list",
    }
)
_OTHER: Final = "_OTHER"
_REVISIONS: Final = frozenset({*LEGACY, MODERN})
_TARGETS: Final = {"tools/call": "gen_ai.tool.name", "prompts/get": "gen_ai.prompt.name"}
_NAME: Final = re.compile(r"[A-Za-z0-9_.\-/]{1,128}")
_KNOWN_MOST: Final = 1_000
_HTTP: Final = {"network.transport": "tcp", "network.protocol.name": "http"}


class Spans:
    """Watches calls with a tracer and a meter.

    Parameters
    ----------
    tracer, meter:
        Of OpenTelemetry.
    is_clean:
        Whether nothing of what the guard looks for is in a text.
    baggage:
        Whether callers' baggage may go upstream.

    """

    def __init__(
        self, tracer: Tracer, meter: Meter, *, is_clean: Callable[[bytes], bool], baggage: bool
    ) -> None:
        self._is_clean = is_clean
        self._baggage = baggage
        self._known: set[tuple[str, ...]] = set()
        self._server, self._client = (
            Side(
                tracer=tracer,
                kind=kind,
                durations=meter.create_histogram(
                    f"mcp.{kind.name.lower()}.operation.duration",
                    unit="s",
                    description="How long a request took.",
                    explicit_bucket_boundaries_advisory=BUCKETS,
                ),
                counts=self._counts,
            )
            for kind in (SpanKind.SERVER, SpanKind.CLIENT)
        )

    def request(self, message: Message, call: Call, headers: Headers) -> Stretch:
        """Watch the answering of a caller's message, as part of the trace it says it is of."""
        naming = self._naming(message, call)
        naming.common.update(_HTTP)
        if headers.revision in _REVISIONS:
            naming.common["mcp.protocol.version"] = headers.revision
        return Watched(self._server, naming, message, _parent(message, headers))

    def upstream(self, message: Message, call: Call, headers: Fields) -> Stretch:
        """Watch a message on its way upstream, and have it say that it is part of this."""
        if not self._baggage:
            drop_baggage(message)
        naming = self._naming(message, call)
        return Leaving(self._client, naming, message, get_current(), headers)

    def _naming(self, message: Message, call: Call) -> Naming:
        method = message.method if message.method in _METHODS else _OTHER
        common = {"mcp.method.name": method, "sumun.server": call.server}
        if method == "tools/call":
            common["gen_ai.operation.name"] = "execute_tool"
        target = {}
        # The caller chose the name: it may be anything.
        if method in _TARGETS and _NAME.fullmatch(call.tool) and self._is_clean(call.tool.encode()):
            target[_TARGETS[method]] = call.tool
        return Naming(common=common, target=target, particulars=_particulars(message, call))

    def _counts(self, naming: Naming, outcome: Outcome) -> bool:
        """Whether a target is one that there is, and not one more made-up name to count by."""
        target = (naming.common["sumun.server"], *naming.target.values())
        if not outcome.error and len(self._known) < _KNOWN_MOST:
            self._known.add(target)
        return target in self._known


def _particulars(message: Message, call: Call) -> Attributes:
    """Return what tells one request from others; too much of it to count by."""
    found = {"sumun.correlation_id": call.correlation_id}
    if isinstance(message.id, int):
        found["jsonrpc.request.id"] = str(message.id)
    if call.session:
        # Whoever reads traces shall tell sessions apart, and not take one over.
        found["mcp.session.id"] = hashlib.sha256(call.session.encode()).hexdigest()[:32]
    return found


def _parent(message: Message, headers: Headers) -> Context:
    """Return what a message says it is part of; what its HTTP request says comes second."""
    params = message.body.get("params")
    meta: Any = params.get("_meta") if isinstance(params, dict) else None
    carriers = (meta, {name: headers.get(name.encode()) for name in OF_TRACES})
    for carrier in carriers:
        if isinstance(carrier, dict):
            told = {
                name: value for name in OF_TRACES if isinstance(value := carrier.get(name), str)
            }
            found = CONTEXT.extract(told, Context())
            if get_current_span(found).get_span_context().is_valid:
                return found
    return Context()
