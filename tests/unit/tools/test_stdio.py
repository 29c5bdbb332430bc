"""``python -m sumun.tools``: the nine tools for a local client, behind the same guard."""

import json
import os
import subprocess
import sys

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

COMMAND = [sys.executable, "-m", "sumun.tools"]


@pytest.fixture
def environ(tmp_path):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SUMUN_", "JWT_"))}
    settings = {
        "SUMUN_MODE": "development",
        "SUMUN_DATA_DIR": str(tmp_path / "data"),
        "SUMUN_OAUTH__DEMO_CLIENT": "true",
    }
    return kept | settings


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_the_operator_s_client_calls_them_and_is_recorded(environ, tmp_path, era):
    server = StdioServerParameters(
        command=COMMAND[0], args=COMMAND[1:], env=environ, cwd=str(tmp_path)
    )
    async with Client(stdio_client(server), mode=era) as client:
        assert len((await client.list_tools()).tools) == 9
        found = await client.call_tool("test_pii_detection", {"text": "kim@example.com"})
        assert found.structured_content["by_type"] == {"EMAIL_ADDRESS": 1}
        issued = await client.call_tool("create_oauth2_test_token", {})
        assert issued.structured_content["access_token"].count(".") == 2
        log = await client.call_tool("get_security_audit_log", {})
        assert log.structured_content["verified"] is True
    lines = (tmp_path / "data" / "logs" / "security_audit.log").read_text()
    events = [json.loads(line) for line in lines.splitlines()]
    called = [event for event in events if event["event_type"] == "tool_access"]
    assert [event["tool_name"] for event in called] == [
        "test_pii_detection",
        "create_oauth2_test_token",
        "get_security_audit_log",
    ]
    assert {(event["user_id"], event["source"]) for event in called} == {
        (f"uid:{os.getuid()}", "stdio")
    }
    assert "kim@example.com" not in lines
    assert issued.structured_content["access_token"] not in lines


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"SUMUN_SERVER__PROT": "1"}, "SUMUN_SERVER__PROT: server.prot: there is no such setting"),
        ({"SUMUN_STORAGE__URL": "mysql://x"}, "mysql"),
        ({"SUMUN_DATA_DIR": "/dev/null/data"}, "/dev/null"),
    ],
)
def test_what_cannot_be_used_is_one_line(environ, tmp_path, settings, said):
    ran = subprocess.run(
        COMMAND, env=environ | settings, cwd=tmp_path, input="", capture_output=True,
        text=True, check=False, timeout=30,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (1, "")
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
