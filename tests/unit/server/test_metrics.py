import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from sumun.server.metrics import Measured, Metrics


def application(metrics, *, public=False):
    async def greet(request):
        return PlainTextResponse("hello")

    async def fail(request):
        raise RuntimeError("boom")

    routes = [
        Route("/people/{name}", greet),
        Route("/fail", fail),
        metrics.route(public=public),
    ]
    return Measured(Starlette(routes=routes), metrics)


def client(app, peer="127.0.0.1"):
    return TestClient(
        app, base_url="http://localhost", client=(peer, 40000), raise_server_exceptions=False
    )


def test_requests_are_counted_by_route_not_by_path():
    metrics = Metrics()
    using = client(application(metrics))
    using.get("/people/kim")
    using.get("/people/lee")
    using.post("/people/lee")
    using.get("/fail")
    using.get("/nowhere/kim")

    text = using.get("/metrics").text

    assert 'sumun_http_requests_total{route="/people/{name}",status="200"} 2.0' in text
    assert 'sumun_http_requests_total{route="/people/{name}",status="405"} 1.0' in text
    assert 'sumun_http_requests_total{route="/fail",status="500"} 1.0' in text
    assert 'sumun_http_requests_total{route="unmatched",status="404"} 1.0' in text
    assert 'sumun_http_response_seconds_count{route="/people/{name}"} 3.0' in text
    assert "kim" not in text


async def test_a_client_that_left_is_counted_as_such():
    metrics = Metrics()

    async def silent(scope, receive, send):
        return None

    await Measured(silent, metrics)({"type": "http"}, None, None)

    assert b'sumun_http_requests_total{route="unmatched",status="499"} 1.0' in metrics.render()


def test_calls_findings_and_tokens_are_counted():
    metrics = Metrics()
    metrics.call_decided("crm", "executed", {"EMAIL_ADDRESS": 2, "KR_RRN": 1}, {"mail": 2})
    metrics.call_decided("crm", "rejected", {"EMAIL_ADDRESS": 1}, {})
    metrics.expect_rules(["mail", "idle"])
    metrics.token_issued()
    metrics.token_refused()
    metrics.token_refused()

    text = metrics.render().decode()

    assert 'sumun_tool_calls_total{outcome="executed",server="crm"} 1.0' in text
    assert 'sumun_tool_calls_total{outcome="rejected",server="crm"} 1.0' in text
    assert 'sumun_findings_total{entity_type="EMAIL_ADDRESS"} 3.0' in text
    assert 'sumun_findings_total{entity_type="KR_RRN"} 1.0' in text
    assert 'sumun_policy_rule_hits_total{rule="mail"} 2.0' in text
    assert 'sumun_policy_rule_hits_total{rule="idle"} 0.0' in text
    assert 'sumun_tokens_total{outcome="issued"} 1.0' in text
    assert 'sumun_tokens_total{outcome="refused"} 2.0' in text


@pytest.mark.parametrize(
    ("peer", "public", "status"),
    [("127.0.0.1", False, 200), ("192.0.2.1", False, 404), ("192.0.2.1", True, 200)],
)
def test_metrics_are_for_this_machine_unless_public(peer, public, status):
    response = client(application(Metrics(), public=public), peer).get("/metrics")

    assert response.status_code == status
    assert ("sumun_tokens" in response.text) == (status == 200)


def test_two_instances_do_not_share_counters():
    first, second = Metrics(), Metrics()
    first.token_issued()

    assert b'sumun_tokens_total{outcome="issued"}' not in second.render()


def test_workers_answer_for_each_other(tmp_path):
    environ = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    script = (
        "from sumun.server.metrics import Metrics\n"
        "metrics = Metrics(); metrics.token_issued(); print(metrics.render().decode())"
    )
    for count in (1, 2):
        text = subprocess.run(
            [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True
        ).stdout
        assert f'sumun_tokens_total{{outcome="issued"}} {count}.0' in text


def test_what_was_counted_in_between_is_shown_once_and_adds_up():
    metrics = Metrics()
    for seconds in (0.0005, 0.001, 0.0011, 60):
        metrics.request_answered("/here", 200, seconds)
    metrics.request_answered("/there", 200, 0.2)
    first = metrics.render()
    metrics.request_answered("/here", 200, 0.0005)
    again = metrics.render()

    for text, count in ((first, 4), (again, 5)):
        shown = text.decode()
        name = "sumun_http_response_seconds"
        assert f'{name}_bucket{{le="0.001",route="/here"}} {count - 2}.0' in shown
        assert f'{name}_bucket{{le="0.0025",route="/here"}} {count - 1}.0' in shown
        assert f'{name}_bucket{{le="30.0",route="/here"}} {count - 1}.0' in shown
        assert f'{name}_bucket{{le="+Inf",route="/here"}} {count}.0' in shown
        assert f'{name}_count{{route="/there"}} 1.0' in shown
    assert b'response_seconds_sum{route="/here"} 60.0026\n' in first
    assert metrics.render() == again


def test_every_metric_is_documented():
    page = (Path(__file__).parents[3] / "docs/how-to/observe.md").read_text(encoding="utf-8")
    metrics = Metrics()
    shown = re.findall(rb"^# HELP (\w+) ", metrics.render(), re.MULTILINE)
    documented = re.findall(r"^\| `(sumun_\w+)` \|", page, re.MULTILINE)
    assert sorted(name.decode() for name in shown) == sorted(documented)
