"""The sample server as a process of its own, over real sockets."""

import signal
import socket
import subprocess
import sys

import httpx2
import pytest
from mcp.client.client import Client

HEADERS = {"Accept": "application/json, text/event-stream"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@pytest.fixture(scope="module")
def answering_json(start_sample):
    return start_sample()[1]


@pytest.fixture(scope="module")
def answering_streams(start_sample):
    return start_sample("--sse")[1]


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
@pytest.mark.parametrize("form", ["answering_json", "answering_streams"])
async def test_both_eras_in_both_forms(form, era, request):
    async with Client(request.getfixturevalue(form), mode=era) as client:
        result = await client.call_tool("echo", {"text": "안녕하세요"})
        assert result.structured_content == {"text": "안녕하세요"}


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("answering_json", "application/json"), ("answering_streams", "text/event-stream")],
)
async def test_form_of_the_answer(form, media_type, request):
    async with httpx2.AsyncClient() as http:
        answer = await http.post(request.getfixturevalue(form), json=INITIALIZE, headers=HEADERS)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(media_type)
    assert "Mcp-Session-Id" in answer.headers


def test_stateless_legacy_clients_get_no_session(start_sample):
    url = start_sample("--stateless")[1]
    answer = httpx2.post(url, json=INITIALIZE, headers=HEADERS)
    assert "Mcp-Session-Id" not in answer.headers


def test_sigterm_is_a_clean_exit_even_with_an_open_stream(start_sample):
    process, url = start_sample()
    with httpx2.Client() as http:
        session = http.post(url, json=INITIALIZE, headers=HEADERS).headers["Mcp-Session-Id"]
        with http.stream("GET", url, headers={**HEADERS, "Mcp-Session-Id": session}) as stream:
            assert stream.status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=5) == 0


def test_ends_with_its_parent(start_sample):
    process, _ = start_sample("--exit-with-parent")
    process.stdin.close()
    assert process.wait(timeout=5) == 0


def test_a_taken_port_is_one_clear_line():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = subprocess.run(
            [sys.executable, "-m", "sumun.sample", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    assert finished.returncode == 1
    assert finished.stderr.startswith(f"sumun.sample: cannot listen on 127.0.0.1:{port}")
    assert finished.stderr.count("\n") == 1


async def test_stdio():
    from mcp.client.stdio import StdioServerParameters, stdio_client

    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "sumun.sample", "--stdio"]
    )
    async with Client(stdio_client(parameters)) as client:
        result = await client.call_tool("list_customers", {"limit": 1})
        assert result.structured_content["customers"][0]["name"] == "김민준"
