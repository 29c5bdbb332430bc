import sys
from pathlib import Path

import pytest


def test_add_list_remove(sumun, installed, events):
    added = sumun("server", "add", "customers", "http://127.0.0.1:9/mcp", "--json").json
    assert added["resource"] == "http://localhost:8081/mcp/customers"
    assert sumun("server", "list", "--json").json == [added | {"state": ""}]
    assert sumun("server", "remove", "customers").status == 0
    assert sumun("server", "list", "--json").json == []
    assert [each["event_type"] for each in events()[-2:]] == ["server_added", "server_removed"]


def test_configured_servers_are_listed_and_stay(sumun, installed):
    with (installed / "sumun.toml").open("a") as file:
        file.write('[servers.crm]\nurl = "http://127.0.0.1:9/mcp"\n')
    assert sumun("server", "list", "--json").json[0]["source"] == "configured"
    assert "remove [servers.crm] there" in sumun("server", "remove", "crm").err
    assert "there is one already" in sumun("server", "add", "crm", "http://x/mcp").err


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("Customers", "http://x/mcp", "lower-case"),
        ("sumun", "http://x/mcp", "reserved"),
        ("x", "ftp://x", "is not an http(s) URL"),
        ("x", "http://user:pass@x/", "is not an http(s) URL"),
        ("taken", "http://x/mcp", "there is one already"),
    ],
)
def test_what_cannot_be_added(sumun, installed, name, url, said):
    sumun("server", "add", "taken", "http://x/mcp")
    ran = sumun("server", "add", name, url)
    assert ran.status == 2
    assert said in ran.err
    assert len(sumun("server", "list", "--json").json) == 1


def test_an_unknown_server(sumun, installed):
    assert "there is no such server" in sumun("server", "remove", "nosuch").err
    assert sumun("server", "check", "nosuch").status == 2


def test_the_credential_comes_from_a_file_and_is_never_shown(sumun, installed, typed, peer):
    typed("Bearer hunter2\n")
    url = peer.answers_json({"jsonrpc": "2.0", "id": 1, "result": {"tools": []}})
    ran = sumun("server", "add", "crm", url, "--authorization-file", "-")
    assert ran.status == 0
    assert sumun("server", "check").status == 0
    assert peer.requests[-1].headers["authorization"] == "Bearer hunter2"
    assert "hunter2" not in ran.out + sumun("server", "list", "--json").out


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"jsonrpc": "2.0", "id": 1, "result": {"tools": [{}, {}]}}, "tools: 2"),
        ({"jsonrpc": "2.0", "id": 1, "result": {"protocolVersion": "2025-06-18"}}, "2025-06-18"),
    ],
)
def test_check_finds_a_server(sumun, installed, peer, answer, said):
    sumun("server", "add", "crm", peer.answers_json(answer))
    ran = sumun("server", "check", "crm", "--json")
    assert ran.status == 0
    assert ran.json[0]["state"] == "ok"
    assert said in ran.json[0]["detail"]


def test_check_reads_event_streams(sumun, installed, peer):
    stream = (
        'data: {"jsonrpc":"2.0","method":"notifications/message"}\n\n'
        'event: message\ndata: {"jsonrpc":"2.0","id":1,"result":{"tools":[{}]}}\n\n'
    )
    sumun("server", "add", "crm", peer.answers(stream.encode(), "text/event-stream"))
    assert sumun("server", "check", "--json").json[0]["detail"] == "tools: 1"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>", "not JSON-RPC"),
        (b"[]", "not JSON-RPC"),
        (b"null", "not JSON-RPC"),
        (b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"who are you?"}}', "who are you?"),
        (b'{"jsonrpc":"2.0","id":1,"error":"odd"}', "not JSON-RPC"),
        (b'{"jsonrpc":"2.0","id":1,"result":"odd"}', "not JSON-RPC"),
    ],
)
def test_check_says_what_is_there_instead(sumun, installed, peer, body, said):
    sumun("server", "add", "crm", peer.answers(body, "application/json"))
    ran = sumun("server", "check", "--json")
    assert ran.status == 1
    assert said in ran.json[0]["detail"]


def test_check_of_a_dead_server(sumun, installed):
    sumun("server", "add", "crm", "http://127.0.0.1:1/mcp")
    ran = sumun("server", "check")
    assert ran.status == 1
    assert "cannot be reached" in ran.out


HOSTILE = Path(__file__).parents[1] / "gateway/upstreams/servers/hostile.py"


def test_a_command_is_added_and_checked(sumun, installed):
    (installed / "token").write_text("hunter2")
    options = ["--env", "A=b=c", "--env-file", "TOKEN=token", "--per-principal", "--cwd", "."]
    added = sumun("server", "add", "local", *options, "--", sys.executable, HOSTILE, "--json")
    assert added.status == 0, added.err
    listed = sumun("server", "list", "--json").json
    assert listed[0]["url"] == f"{sys.executable} {HOSTILE} --json"
    checked = sumun("server", "check", "local", "--json")
    assert checked.status == 0
    assert checked.json[0]["detail"] == "tools: 1"


def test_what_a_command_said_last_is_shown_to_the_operator(sumun, installed):
    script = "import sys; sys.exit('no such database')"
    sumun("server", "add", "local", "--", sys.executable, "-c", script)
    ran = sumun("server", "check", "--json")
    assert ran.status == 1
    assert ran.json[0]["detail"] == "it ended with status 1; it said last: no such database"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-program-anywhere"], "there is no such command here"),
        (["crm.example/mcp"], "there is no such command here"),
        (["--env", "A", "--", sys.executable], "A: write it as NAME=VALUE"),
        (["--env", "A=b", "http://x/mcp"], "servers.x.env: is for transport stdio"),
        (["--transport", "sse", "ftp://x"], "is not an http(s) URL"),
        ([], "Missing argument"),
    ],
)
def test_what_is_no_command(sumun, installed, arguments, said):
    ran = sumun("server", "add", "x", *arguments)
    assert ran.status == 2
    assert said in ran.err
    assert sumun("server", "list", "--json").json == []


def test_the_running_gateway_says_what_it_knows(sumun, installed, peer, monkeypatch):
    path = "/readyz?verbose"
    peer.answers_json({"status": "ok", "servers": {"crm": "it does not answer"}}, path=path)
    monkeypatch.setenv("SUMUN_ISSUER", peer.url)
    sumun("server", "add", "crm", "http://x/mcp")
    sumun("server", "add", "new", "http://x/mcp")
    states = {each["name"]: each["state"] for each in sumun("server", "list", "--json").json}
    assert states == {"crm": "it does not answer", "new": ""}
    for odd in (["odd"], {"servers": ["odd"]}):
        peer.answers_json(odd, path=path)
        assert sumun("server", "list", "--json").json[0]["state"] == ""
