"""Calls as spans and durations: one trace from the client to the server, and no word of theirs."""

import json

import httpx2
import pytest
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from opentelemetry import trace
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, TraceFlags

from sumun.config import TelemetryConfig
from sumun.server import telemetry

EMAIL = "minjun.kim@example.kr"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ON = TelemetryConfig(enabled=True)


class Seen:
    """What was exported."""

    def __init__(self):
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()

    def spans(self, kind=None):
        return [span for span in self.exporter.get_finished_spans() if kind in {None, span.kind}]

    def one(self, kind):
        (span,) = self.spans(kind)
        return span

    def durations(self, side="server"):
        """Return the attributes that durations were counted by, and how many."""
        data = self.reader.get_metrics_data()
        return [
            (dict(point.attributes), point.count)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == f"mcp.{side}.operation.duration"
            for point in metric.data.data_points
        ]

    @property
    def text(self):
        return "".join(span.to_json() for span in self.spans()) + json.dumps(self.durations())


@pytest.fixture
def seen(monkeypatch):
    """Have telemetry go nowhere."""
    seen = Seen()

    def open_telemetry(config, is_clean):
        processors = [SimpleSpanProcessor(seen.exporter)]
        return telemetry.Telemetry(config, is_clean, processors, [seen.reader])

    monkeypatch.setattr(telemetry, "open_telemetry", open_telemetry)
    return seen


async def test_a_call_is_one_trace_from_the_caller_to_the_server(start, seen):
    async with start(telemetry=ON) as system:
        answer = await system.call(
            meta={"traceparent": TRACEPARENT, "tracestate": "k=v", "baggage": f"user={EMAIL}"},
            headers=[("traceparent", OTHER)],
        )
        server, client = seen.one(SpanKind.SERVER), seen.one(SpanKind.CLIENT)
        assert f"{server.context.trace_id:032x}" == TRACE
        assert f"{server.parent.span_id:016x}" == PARENT
        assert client.parent.span_id == server.context.span_id
        ours = f"00-{TRACE}-{client.context.span_id:016x}-01"
        headers, message = system.upstream.last
        assert message["params"]["_meta"] == {"traceparent": ours, "tracestate": "k=v"}
        assert (headers["traceparent"], headers["tracestate"]) == (ours, "k=v")
        assert "baggage" not in headers
        assert dict(server.attributes) == {
            "mcp.method.name": "tools/call",
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "echo",
            "jsonrpc.request.id": "1",
            "network.transport": "tcp",
            "network.protocol.name": "http",
            "sumun.server": "crm",
            "sumun.correlation_id": answer.headers["x-correlation-id"],
        }
        assert server.name == client.name == "tools/call echo"


async def test_a_trace_may_come_in_the_headers_or_begin_here(start, seen):
    async with start(telemetry=ON) as system:
        await system.call(headers=[("traceparent", TRACEPARENT)])
        await system.call(meta={"traceparent": "nonsense"})
        first, second = seen.spans(SpanKind.SERVER)
        assert f"{first.context.trace_id:032x}" == TRACE
        assert second.parent is None
        assert system.upstream.last[1]["params"]["_meta"]["traceparent"].startswith(
            f"00-{second.context.trace_id:032x}-"
        )


async def test_who_began_a_trace_decides_whether_it_is_sampled(start, seen):
    async with start(telemetry=TelemetryConfig(enabled=True, sample_ratio=0)) as system:
        await system.call()
        assert seen.spans() == []
        told = system.upstream.last[1]["params"]["_meta"]["traceparent"]
        assert int(told.rpartition("-")[2], 16) & TraceFlags.SAMPLED == 0
        await system.call(meta={"traceparent": TRACEPARENT})
        assert len(seen.spans()) == 2
        assert sum(count for _, count in seen.durations()) == 2


async def test_baggage_goes_on_where_it_is_allowed(start, seen):
    async with start(telemetry=TelemetryConfig(enabled=True, baggage=True)) as system:
        await system.call(meta={"baggage": "region=eu"})
        assert system.upstream.last[1]["params"]["_meta"]["baggage"] == "region=eu"


async def test_baggage_stays_here_without_telemetry_too(system):
    await system.call(meta={"baggage": "region=eu", "traceparent": TRACEPARENT})
    assert system.upstream.last[1]["params"]["_meta"] == {"traceparent": TRACEPARENT}


async def test_nothing_that_anybody_says_is_in_a_span(start, seen):
    async with start(telemetry=ON) as system:
        system.upstream.headers = {"Mcp-Session-Id": "the-servers-own"}
        sealed = (await system.call(arguments={"to": EMAIL})).headers["mcp-session-id"]
        await system.call(arguments={"to": EMAIL}, headers=[("Mcp-Session-Id", sealed)])
        await system.call(EMAIL)
        await system.send({"jsonrpc": "2.0", "id": EMAIL, "method": EMAIL})
        token = await system.token()
        for secret in (EMAIL, token, "the-servers-own", sealed, "minjun"):
            assert secret not in seen.text
        assert {span.name for span in seen.spans()} == {"tools/call echo", "tools/call", "_OTHER"}
        assert any("mcp.session.id" in span.attributes for span in seen.spans())


@pytest.mark.parametrize(
    ("result", "error", "code"),
    [
        ({"isError": True, "content": []}, "tool_error", None),
        (b'{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}', "-32602", "-32602"),
        (b"<html>", "-32011", "-32011"),
        ({"content": []}, None, None),
    ],
)
async def test_how_a_call_ended_is_told(start, seen, result, error, code):
    async with start(telemetry=ON) as system:
        system.upstream.answer = lambda _: result
        await system.call()
        span = seen.one(SpanKind.SERVER)
        assert span.attributes.get("error.type") == error
        assert span.attributes.get("rpc.response.status_code") == code
        assert span.status.status_code is (StatusCode.ERROR if error else StatusCode.UNSET)
        assert span.status.description is None
        ((counted, _),) = seen.durations()
        assert counted.get("error.type") == error


async def test_a_refused_call_never_leaves(start, seen):
    async with start('[[access]]\nname = "no"\nallow = false\n', telemetry=ON) as system:
        await system.call()
        assert seen.spans(SpanKind.CLIENT) == []
        assert seen.one(SpanKind.SERVER).attributes["error.type"] == "-32010"


async def test_a_stream_ends_its_span_when_it_ends(start, seen):
    async with start(telemetry=ON) as system:
        event = b'data: {"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[]}}\n\n'
        system.upstream.answer = lambda _: event
        system.upstream.content_type = "text/event-stream"
        answer = await system.call()
        assert answer.headers["content-type"] == "text/event-stream"
        assert seen.one(SpanKind.SERVER).attributes["error.type"] == "tool_error"
        assert len(seen.spans(SpanKind.CLIENT)) == 1


async def test_made_up_names_are_not_counted_by(start, seen):
    async with start(telemetry=ON) as system:
        system.upstream.answer = lambda message: {
            "isError": message["params"]["name"] != "echo",
            "content": [],
        }
        for tool in ("echo", *(f"made-up-{n}" for n in range(20))):
            await system.call(tool)
        names = [counted.get("gen_ai.tool.name") for counted, _ in seen.durations()]
        assert sorted(names, key=str) == [None, "echo"]


async def test_a_client_of_the_sdk_and_the_gateway_are_in_one_trace(start, seen, monkeypatch):
    clients = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(clients))
    monkeypatch.setattr("mcp.shared._otel._tracer", provider.get_tracer("client"))
    async with start(telemetry=ON) as system:
        system.upstream.answer = lambda message: {
            "initialize": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "serverInfo": {"name": "crm", "version": "1"},
            },
        }.get(message["method"], {"content": [], "tools": []})
        authorized = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=system.application),
            headers={"Authorization": f"Bearer {await system.token()}"},
        )
        url = "https://sumun.example/mcp/crm"
        async with (
            authorized,
            streamable_http_client(url, http_client=authorized) as (reading, writing),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            await session.list_tools()
        (asked,) = [s for s in clients.get_finished_spans() if "tools/list" in s.name]
        ours = [s for s in seen.spans() if s.name == "tools/list"]
        assert {s.context.trace_id for s in ours} == {asked.context.trace_id}
        (server,) = [s for s in ours if s.kind is SpanKind.SERVER]
        assert server.parent.span_id == asked.context.span_id
    assert trace.get_current_span() is trace.INVALID_SPAN
