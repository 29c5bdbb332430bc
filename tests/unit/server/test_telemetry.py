"""Where telemetry goes, and that nothing of it is loaded where it is off."""

import subprocess
import sys

import pytest
from aiohttp import web

from sumun.config import Config, ConfigurationError, TelemetryConfig
from sumun.gateway.jsonrpc import Message
from sumun.guard import Call
from sumun.server.house import House
from sumun.server.telemetry import open_telemetry


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    for name in ("OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def collector():
    """Take what is sent, and say where."""
    taken = []

    async def take(request):
        taken.append((request.path, request.headers.get("authorization"), await request.read()))
        return web.Response(content_type="application/x-protobuf")

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield "http://{}:{}".format(*runner.addresses[0][:2]), taken
    await runner.cleanup()


async def _send(config):
    telemetry = open_telemetry(config, lambda _: True)
    call = Call(server="crm", method="tools/call", tool="find")
    message = Message("request", 1, "tools/call", {"params": {"name": "find"}})
    with telemetry.tracing.upstream(message, call, []):
        pass
    await telemetry.close()


async def test_what_is_seen_is_sent_when_the_server_stops(collector, tmp_path):
    base, taken = collector
    (tmp_path / "headers").write_text("Authorization: Bearer abc:def\n\n")
    headers = str(tmp_path / "headers")
    await _send(TelemetryConfig(enabled=True, endpoint=base + "/", headers_file=headers))
    assert {path for path, _, _ in taken} == {"/v1/traces", "/v1/metrics"}
    assert {authorization for _, authorization, _ in taken} == {"Bearer abc:def"}


@pytest.mark.parametrize(("set_", "named"), [("", b"from-the-environment"), ("mine", b"mine")])
async def test_the_standard_variables_count_where_nothing_is_set(
    collector, monkeypatch, set_, named
):
    base, taken = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", base)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "from-the-environment")
    await _send(TelemetryConfig(enabled=True, service_name=set_))
    assert taken
    assert all(named in body for _, _, body in taken)


@pytest.mark.parametrize("text", ["no colon", ": no name", None])
def test_headers_that_cannot_be_read_refuse_the_configuration(tmp_path, text):
    file = tmp_path / "headers"
    if text is not None:
        file.write_text(text)
    config = TelemetryConfig(enabled=True, headers_file=str(file))
    with pytest.raises(ConfigurationError, match=r"telemetry\.headers_file"):
        open_telemetry(config, lambda _: True)


def test_without_the_extra_the_configuration_is_refused(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sumun.server.telemetry", None)
    config = Config(
        mode="development", data_dir=str(tmp_path), telemetry=TelemetryConfig(enabled=True)
    )
    with pytest.raises(ConfigurationError, match=r"sumun\[otel\]"):
        House(config)._tracing()


def test_nothing_is_loaded_where_it_is_off():
    code = (
        "import sys, sumun.server.app\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk',"
        " 'opentelemetry.exporter', 'sumun.gateway.spans'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
