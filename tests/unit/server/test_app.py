"""Which path leads to which room, and which lead nowhere."""

import re
from pathlib import Path

import httpx2
import pytest

from sumun.config import ServerConfig, UpstreamConfig
from sumun.server.app import Application

DOCUMENTED = Path(__file__).parents[3] / "docs" / "reference" / "http-endpoints.md"
NOBODY = {"crm": UpstreamConfig(url="http://127.0.0.1:9/mcp")}
ANSWERS = {
    ("POST", "/oauth2/token"): 400,
    ("GET", "/"): 401,
    ("GET", "/hello"): 401,
    ("GET", "/mcp"): 401,
    ("POST", "/mcp"): 401,
    ("DELETE", "/mcp"): 401,
    ("GET", "/mcp/crm"): 401,
    ("POST", "/mcp/crm"): 401,
    ("DELETE", "/mcp/crm"): 401,
}
"""What endpoints answer to a caller who brings nothing."""
HERE = {200, 302, 303, 400, 401}
"""What any of them may answer to show that it is there; an account's page sends others on."""


def documented():
    rows = re.findall(r"^\| ([A-Z, ]+) \| `(/[^`]*)` \|", DOCUMENTED.read_text(), re.MULTILINE)
    return [
        (method, path.replace("NAME", "crm"))
        for methods, path in rows
        for method in methods.split(", ")
    ]


@pytest.fixture
async def running(start):
    async with start(servers=NOBODY, server=ServerConfig(metrics=True)) as started:
        yield started


def test_the_document_lists_endpoints():
    assert set(ANSWERS) <= set(documented())
    assert ("GET", "/.well-known/oauth-protected-resource/mcp/crm") in documented()


@pytest.mark.parametrize(("method", "path"), documented())
async def test_every_documented_endpoint_answers(running, method, path):
    response = await running.http.request(method, path)
    expected = ANSWERS.get((method, path))
    assert response.status_code in ({expected} if expected else HERE)


@pytest.mark.parametrize("path", [path for method, path in documented() if method == "GET"])
async def test_what_can_be_got_can_be_asked_for_its_head(running, path):
    got, head = await running.http.get(path), await running.http.head(path)
    if path.startswith("/mcp"):
        assert head.status_code in {401, 405}
    else:
        assert head.status_code == got.status_code
        assert head.headers.get("content-type") == got.headers.get("content-type")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/oauth2/token", {"POST"}),
        ("PUT", "/oauth2/token", {"POST"}),
        ("POST", "/", {"GET", "HEAD"}),
        ("DELETE", "/hello", {"GET", "HEAD"}),
        ("POST", "/.well-known/openid-configuration", {"GET", "HEAD"}),
        ("POST", "/.well-known/jwks.json", {"GET", "HEAD"}),
        ("POST", "/.well-known/oauth-protected-resource", {"GET", "HEAD"}),
        ("POST", "/.well-known/oauth-protected-resource/mcp/crm", {"GET", "HEAD"}),
        ("POST", "/livez", {"GET", "HEAD"}),
        ("PATCH", "/metrics", {"GET", "HEAD"}),
        ("BREW", "/hello", {"GET", "HEAD"}),
    ],
)
async def test_another_method_is_405_and_says_which_is_right(running, method, path, allowed):
    response = await running.http.request(method, path)
    assert response.status_code == 405
    assert set(re.split(r", *", response.headers["allow"])) >= allowed


@pytest.mark.parametrize("server", ["", "/crm"])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "BREW"])
async def test_another_method_at_the_gateway(running, method, server):
    token = await running.token(f"https://sumun.example/mcp{server}")
    headers = {"Authorization": f"Bearer {token}"}
    response = await running.http.request(method, f"/mcp{server}", headers=headers)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST, DELETE"


async def raw(running, path, method="GET", body=b""):
    """Ask for a path as it is, as no client library would send it."""
    sent = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": b"",
        "headers": [(b"host", b"evil.example")],
        "client": ("203.0.113.9", 5),
        "scheme": "http",
        "http_version": "1.1",
    }

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await running.application(scope, receive, send)
    start, *parts = sent
    return start["status"], dict(start["headers"]), b"".join(part["body"] for part in parts)


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "",
        "//",
        "//hello",
        "/hello/",
        "/hello//",
        "/HELLO",
        "/hello/..",
        "/./hello",
        "/hello\x00",
        "/hello;x",
        "/mcpx",
        "/mcp.",
        "/mcp;",
        "/mcp/../hello",
        "/mcp/..",
        "/mcp/%2e%2e",
        "/mcp//",
        "/mcp//crm",
        "/mcp/crm/",
        "/mcp/crm/extra",
        "/mcp/CRM",
        "/mcp/crm\n",
        "/mcp/crm%00",
        "/mcp/./crm",
        "/mcp/other",
        "/oauth2/token/",
        "/oauth2//token",
        "/.well-known/oauth-protected-resource/mcp/other",
        "/.well-known/oauth-protected-resource/mcp/crm/extra",
        "/.well-known/oauth-protected-resource/hello",
        "/metrics/",
        "/" + "a/" * 4000,
        "/\udcff",
    ],
)
async def test_a_path_that_leads_nowhere_is_404(running, path):
    status, headers, body = await raw(running, path)
    assert status == 404
    assert b"location" not in headers
    assert len(body) < 200
    assert b"Traceback" not in body


@pytest.mark.parametrize("path", ["/mcp/", "/mcp/sumun"])
async def test_other_names_of_our_own_server_are_the_same_door(running, path):
    """Same audience, same policy: a token for the gateway's servers opens neither."""
    status, headers, _ = await raw(running, path, "POST")
    assert status == 401
    challenge = headers[b"www-authenticate"].decode()
    assert 'oauth-protected-resource/mcp"' in challenge
    crm = await running.token("https://sumun.example/mcp/crm")
    response = await running.http.post(path, json={}, headers={"Authorization": f"Bearer {crm}"})
    assert response.status_code == 401


async def test_a_caller_s_host_header_is_in_no_answer(running):
    for path in ("/hello/", "/hello", "/mcp", "/.well-known/openid-configuration", "/oauth2/token"):
        _, headers, body = await raw(running, path)
        assert b"evil.example" not in body
        assert not any(b"evil.example" in value for value in headers.values())


async def test_metrics_labels_are_a_closed_set(running):
    """Nobody outside can make the metrics grow, whatever they name."""
    crm = await running.token("https://sumun.example/mcp/crm")
    await running.call("crm", "echo", token=crm)
    before = _labels((await running.http.get("/metrics")).text)
    for name in ("x1", "x2", "../x3", "kim@example.com"):
        await running.http.get(f"/{name}")
        await running.http.request(f"BREW{name[1:2]}", f"/{name}")
        await running.http.post(f"/mcp/{name}", json={}, headers={"Authorization": f"Bearer {crm}"})
        await running.http.get(f"/.well-known/oauth-protected-resource/mcp/{name}")
        await running.http.post("/oauth2/token", data={"grant_type": name})
        await running.call("crm", name, token=crm)
    text = (await running.http.get("/metrics")).text
    assert "x1" not in text
    assert "kim@example.com" not in text
    new = _labels(text) - before
    assert {label for label in new if "server=" in label} == set()
    assert any('route="/mcp/{server}"' in label for label in before)


def _labels(text):
    return {
        re.sub(r'le="[^"]*",?', "", found)
        for found in re.findall(r"^sumun_\w+(\{[^\n]*\}) ", text, re.MULTILINE)
    }


async def test_calls_of_our_own_tools_are_counted_too(running):
    token = await running.token("https://sumun.example/mcp")
    await running.http.post(
        "/mcp",
        json={
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "test_pii_detection", "arguments": {"text": "kim@example.com"}},
        },
        headers={
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
        },
    )
    text = (await running.http.get("/metrics")).text
    assert re.search(r'sumun_tool_calls_total\{.*server="sumun"', text)


# -- before and after ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/livez", "/oauth2/token", "/mcp/crm", "/nothing"])
async def test_before_it_is_ready_everything_is_503(config, path):
    transport = httpx2.ASGITransport(app=Application(config()))
    async with httpx2.AsyncClient(transport=transport, base_url="https://sumun.example") as http:
        response = await http.post(path)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert response.text == "not ready\n"


async def test_after_it_has_stopped_everything_is_503(running):
    assert (await running.http.get("/livez")).status_code == 200
    await running.stop()
    assert (await running.http.get("/livez")).status_code == 503


async def test_other_kinds_of_connection_are_left_alone(running):
    sent = []
    await running.application({"type": "websocket", "path": "/"}, None, sent.append)
    assert sent == []


async def test_a_body_beyond_the_limit_is_refused_everywhere(start):
    async with start(server=ServerConfig(body_limit=1000)) as running:
        for path in ("/oauth2/token", "/mcp", "/nothing"):
            response = await running.http.post(path, content=b"x" * 1001)
            assert response.status_code == 413
