"""``sumun wrap`` as a desktop client starts it."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

SAMPLE = [sys.executable, "-m", "sumun.sample", "--stdio"]
SUMUN = [str(Path(sys.executable).with_name("sumun"))]

ECHO = """
import json, sys
print("not a message", flush=True)
for line in sys.stdin:
    m = json.loads(line)
    print(json.dumps({"jsonrpc": "2.0", "id": m["id"], "result": m.get("params", {})}), flush=True)
sys.exit(5)
"""
PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n'
PONG = b'{"jsonrpc": "2.0", "id": 1, "result": {}}'


@pytest.fixture
def environ(tmp_path):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SUMUN_", "JWT_"))}
    return kept | {
        "LC_ALL": "C.UTF-8",
        "SUMUN_DATA_DIR": str(tmp_path / "data"),
        "SUMUN_MODE": "development",
    }


@pytest.fixture
def wrap(environ, tmp_path):
    """Start ``sumun wrap`` with pipes; what is still there at the end is killed."""
    started = []

    def start(*command, shell="", **options):
        arguments = [*SUMUN, "wrap", "--", *(command or [sys.executable, "-S", "-c", ECHO])]
        if shell:
            arguments = ["sh", "-c", f'exec "$@" {shell}', "sh", *arguments]
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen(arguments, env=environ, cwd=tmp_path, **(pipes | options))
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def finish(process, given=None):
    """Give this input, and return exit status, output and standard error."""
    out, err = process.communicate(given, timeout=20)
    return process.returncode, out, err


def events(environ):
    log = Path(environ["SUMUN_DATA_DIR"]) / "logs" / "security_audit.log"
    return [json.loads(line) for line in log.read_text().splitlines()]


# -- a real client and a real server ---------------------------------------------------------------


@pytest.mark.parametrize("era", ["legacy", "2026-07-28", "auto"])
async def test_a_client_of_any_era_gets_protected_answers(environ, tmp_path, era):
    policy = Path(environ["SUMUN_DATA_DIR"]) / "policy.toml"
    policy.parent.mkdir()
    policy.write_text(
        'version = 1\n[[access]]\nname = "no export"\ntool = "export_*"\nallow = false\n'
    )
    door = StdioServerParameters(
        command=SUMUN[0],
        args=[*SUMUN[1:], "wrap", "--name", "crm", "--", *SAMPLE],
        env=environ,
        cwd=tmp_path,
    )
    async with Client(stdio_client(door), mode=era) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert {"find_customer", "add_note", "export_customers"} <= tools

        found = await client.call_tool("list_customers", {"limit": 1})
        (customer,) = found.structured_content["customers"]
        assert customer["customer_id"] == "C-1001"
        assert customer["email"].startswith("<EMAIL_ADDRESS:")
        assert customer["phone"].startswith("<PHONE_NUMBER:")
        assert "minjun.kim@example.kr" not in found.content[0].text

        note = await client.call_tool(
            "add_note", {"customer_id": "C-1001", "note": "call 010-9876-5432"}
        )
        assert re.fullmatch("call <PHONE_NUMBER:.*>", note.structured_content["note"])

        directory = await client.read_resource("customers://directory")
        assert "minjun.kim@example.kr" not in directory.contents[0].text

        with pytest.raises(MCPError) as refused:
            await client.call_tool("export_customers", {})
        assert refused.value.error.data["reason"] == "denied"

    recorded = events(environ)
    assert [e["tool_name"] for e in recorded if e["event_type"] == "tool_access"] == [
        "list_customers",
        "add_note",
    ]
    assert {e["server"] for e in recorded} == {"crm"}
    assert "minjun.kim" not in json.dumps(recorded)
    assert "010-9876-5432" not in json.dumps(recorded)
    verify = await asyncio.create_subprocess_exec(
        *SUMUN, "audit", "verify", env=environ, cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    assert await verify.wait() == 0


# -- streams ---------------------------------------------------------------------------------------


def test_only_messages_on_standard_output_and_the_server_s_exit_status(wrap):
    status, out, err = finish(wrap(), PING + b"garbage\n" + b"\n\n" + PING.replace(b" 1,", b" 2,"))
    complaint, *answers = sorted(out.splitlines(), key=lambda line: b"error" not in line)
    assert json.loads(complaint)["error"]["code"] == -32700
    assert answers == [PONG, PONG.replace(b" 1,", b" 2,")]
    assert (status, err) == (5, b"")


def test_standard_input_may_be_a_file(wrap, tmp_path):
    (tmp_path / "requests").write_bytes(PING.replace(b"\n", b""))
    with (tmp_path / "requests").open("rb") as file:
        status, out, err = finish(wrap(stdin=file))
    assert (status, out, err) == (5, PONG + b"\n", b"")


def test_standard_input_may_be_closed(wrap):
    status, out, err = finish(wrap(shell="<&-"))
    assert (status, out, err) == (5, b"", b"")


def test_closed_standard_output_is_one_line(wrap):
    status, out, err = finish(wrap(shell=">&-"), PING)
    assert (status, out) == (2, b"")
    assert err == b"sumun: standard output is closed: there is nobody to answer\n"


def test_the_server_s_standard_error_is_left_alone(wrap):
    code = "import sys; sys.stderr.write('for people: kim@example.com'); sys.exit(9)"
    status, out, err = finish(wrap(sys.executable, "-S", "-c", code))
    assert (status, out, err) == (9, b"", b"for people: kim@example.com")


def test_a_server_that_ends_first_ends_the_door(wrap):
    """Standard input stays open all the while: nobody may wait for it."""
    process = wrap("sh", "-c", "exit 4")
    assert process.wait(20) == 4
    assert process.stderr.read() == b""


def test_a_client_that_stops_listening_is_no_traceback(wrap):
    process = wrap()
    process.stdout.close()
    process.stdin.write(PING)
    process.stdin.close()
    process.wait(20)
    assert b"Traceback" not in process.stderr.read()


def test_a_server_that_is_not_there_is_one_line(wrap):
    status, out, err = finish(wrap("no-such-mcp-server"))
    assert (status, out) == (3, b"")
    assert err == (
        b"sumun: the MCP server did not start: no-such-mcp-server: No such file or directory\n"
    )


def test_a_name_a_policy_could_not_match_is_one_line(environ, tmp_path):
    command = [*SUMUN, "wrap", "--name", "No Name", "--", "true"]
    ran = subprocess.run(command, env=environ, cwd=tmp_path, capture_output=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith(b"sumun: server name 'No Name': ")


# -- signals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_the_server_does_not_outlive_the_door(wrap, environ, number):
    process = wrap()
    process.stdin.write(PING)
    process.stdin.flush()
    assert process.stdout.readline() == PONG + b"\n"
    (child,) = _children(process.pid)

    process.send_signal(number)
    process.wait(20)

    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}").exists() and _state(child) != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert b"Traceback" not in process.stderr.read()


def test_being_told_to_end_is_recorded_and_answered(wrap, environ):
    process = wrap(sys.executable, "-S", "-c", "import sys; sys.stdin.read()")
    call = {"name": "slow", "arguments": {"to": "kim@example.com"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()
    deadline = time.monotonic() + 10
    log = Path(environ["SUMUN_DATA_DIR"]) / "logs" / "security_audit.log"
    while not (log.exists() and "tool_call" in log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)

    process.send_signal(signal.SIGTERM)
    status, out, err = finish(process)

    assert (status, err) == (128 + signal.SIGTERM, b"")
    assert json.loads(out)["error"]["code"] == -32011
    outcome = next(e for e in events(environ) if e["event_type"] == "tool_access")
    assert outcome["reason"] == "it ended without an answer"


def _children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
