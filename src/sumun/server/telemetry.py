"""OpenTelemetry's side of a server: what calls are watched with, and where that is sent (OTLP)."""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

from sumun.config import ConfigurationError, TelemetryConfig
from sumun.gateway.spans import Spans

_SCOPE = "sumun"


class Telemetry:
    """Traces and metrics of one process.

    Parameters
    ----------
    config:
        What the operator wants.
    is_clean:
        Whether nothing of what the guard looks for is in a text.
    processors, readers:
        What takes spans and metrics.

    """

    def __init__(
        self,
        config: TelemetryConfig,
        is_clean: Callable[[bytes], bool],
        processors: Sequence[SpanProcessor],
        readers: Sequence[MetricReader],
    ) -> None:
        name = config.service_name or os.environ.get("OTEL_SERVICE_NAME") or _SCOPE
        resource = Resource.create({SERVICE_NAME: name})
        ratio = config.sample_ratio
        self._traces = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)) if ratio < 1 else None,
            resource=resource,
            shutdown_on_exit=False,
        )
        for processor in processors:
            self._traces.add_span_processor(processor)
        self._metrics = MeterProvider(readers, resource, shutdown_on_exit=False)
        self.tracing = Spans(
            self._traces.get_tracer(_SCOPE),
            self._metrics.get_meter(_SCOPE),
            is_clean=is_clean,
            baggage=config.baggage,
        )

    async def close(self) -> None:
        """Send what is left."""
        await asyncio.to_thread(self._traces.shutdown)
        await asyncio.to_thread(self._metrics.shutdown)


def open_telemetry(config: TelemetryConfig, is_clean: Callable[[bytes], bool]) -> Telemetry:
    """Return telemetry that is sent where the settings, or the ``OTEL_*`` variables, say.

    Raises
    ------
    ConfigurationError
        If the file of headers cannot be used.

    """
    base = config.endpoint.rstrip("/")
    headers = _headers(config.headers_file)
    spans = OTLPSpanExporter(f"{base}/v1/traces" if base else None, headers=headers)
    metrics = OTLPMetricExporter(f"{base}/v1/metrics" if base else None, headers=headers)
    return Telemetry(
        config, is_clean, [BatchSpanProcessor(spans)], [PeriodicExportingMetricReader(metrics)]
    )


def _headers(file: str) -> dict[str, str] | None:
    if not file:
        return None
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"telemetry.headers_file: {error}") from None
    pairs = [line.split(":", 1) for line in lines if line.strip()]
    if not all(len(pair) > 1 and pair[0].strip() for pair in pairs):
        raise ConfigurationError("telemetry.headers_file: each line is NAME: VALUE")
    return {name.strip().lower(): value.strip() for name, value in pairs}
