import json
import tomllib
from pathlib import Path

import pytest

from sumun.cli.mcp_clients import CLIENTS

URL = "https://mcp.example/mcp/crm"
REMOTE = {
    "claude-code": {"mcpServers": {"crm": {"type": "http", "url": URL}}},
    "claude-desktop": {
        "mcpServers": {"crm": {"command": "npx", "args": ["-y", "mcp-remote", URL]}}
    },
    "vscode": {"servers": {"crm": {"type": "http", "url": URL}}},
    "cursor": {"mcpServers": {"crm": {"url": URL}}},
    "windsurf": {"mcpServers": {"crm": {"serverUrl": URL}}},
    "gemini-cli": {"mcpServers": {"crm": {"httpUrl": URL}}},
    "codex": {"mcp_servers": {"crm": {"url": URL}}},
    "opencode": {"mcp": {"crm": {"type": "remote", "url": URL, "enabled": True}}},
    "mcp-remote": {"mcpServers": {"crm": {"command": "npx", "args": ["-y", "mcp-remote", URL]}}},
}
BY_HAND = {"claude-web", "chatgpt"}


def parsed(client, text):
    return tomllib.loads(text) if client == "codex" else json.loads(text)


@pytest.mark.parametrize("client", sorted(CLIENTS.keys() - BY_HAND))
def test_the_block_of_a_server_behind_the_gateway(sumun, in_production, client):
    ran = sumun("connect", client, "crm")
    assert ran.status == 0, ran.err
    assert parsed(client, ran.out) == REMOTE[client]
    assert sumun("connect", client, "crm", "--json").json["settings"] == REMOTE[client]


@pytest.mark.parametrize("client", sorted(BY_HAND))
def test_where_servers_are_added_by_hand_the_url_is_told(sumun, in_production, client):
    assert URL in sumun("connect", client, "crm").out
    assert "by hand" in sumun("connect", client, "crm", "--write").err


def test_without_a_server_it_is_the_endpoint_of_all(sumun, in_production):
    settings = sumun("connect", "cursor", "--json").json["settings"]
    assert settings == {"mcpServers": {"sumun": {"url": "https://mcp.example/mcp"}}}


def test_a_machine_that_is_not_the_gateways_names_the_url(sumun, place):
    ran = sumun("connect", "cursor", "crm", "--url", URL)
    assert json.loads(ran.out) == REMOTE["cursor"]


@pytest.mark.parametrize("client", ["claude-code", "claude-desktop", "codex", "opencode", "vscode"])
def test_a_local_server_is_wrapped(sumun, place, client):
    ran = sumun("connect", client, "papers", "--", "npx", "-y", "server", "--root", "/papers")
    (entry,) = next(iter(parsed(client, ran.out).values())).values()
    line = entry["command"] if client == "opencode" else [entry["command"], *entry["args"]]
    assert Path(line[0]).is_absolute()
    assert line[1:] == [
        "wrap",
        "--name",
        "papers",
        "--",
        "npx",
        "-y",
        "server",
        "--root",
        "/papers",
    ]
    env = entry.get("env") or entry["environment"]
    assert env == {"SUMUN_DATA_DIR": str(place / "sumun-data")}


@pytest.mark.parametrize("client", ["cursor", "codex"])
def test_writing_keeps_everything_else(sumun, place, client):
    file = place / ("config.toml" if client == "codex" else "mcp.json")
    member = CLIENTS[client].member
    file.write_text(
        f'model = "o"\n\n[{member}.other]\nurl = "https://other.example"\n'
        if client == "codex"
        else json.dumps({"theme": "dark", member: {"other": {"url": "https://other.example"}}})
    )
    file.chmod(0o640)
    before = parsed(client, file.read_text())
    ran = sumun("connect", client, "crm", "--url", URL, "--write", "--file", file)
    assert ran.status == 0, ran.err
    after = parsed(client, file.read_text())
    assert after[member].pop("crm") == {"url": URL}
    assert after == before
    assert file.stat().st_mode & 0o777 == 0o640
    again = sumun("connect", client, "crm", "--url", URL, "--write", "--file", file, "--json")
    assert again.json["written"] is False
    assert sorted(place.iterdir()) == [file]


def test_the_applications_own_file_is_made(sumun, place, monkeypatch):
    monkeypatch.setenv("HOME", str(place))
    assert sumun("connect", "cursor", "crm", "--url", URL, "--write").status == 0
    assert json.loads((place / ".cursor/mcp.json").read_text()) == REMOTE["cursor"]


def test_another_server_of_that_name_gives_way_only_if_told(sumun, place):
    file = place / "mcp.json"
    file.write_text('{"mcpServers": {"crm": {"url": "https://elsewhere.example"}}}')
    line = ("connect", "cursor", "crm", "--url", URL, "--write", "--file", file)
    assert "--replace" in sumun(*line).err
    assert "elsewhere" in file.read_text()
    assert sumun(*line, "--replace").status == 0
    assert json.loads(file.read_text()) == REMOTE["cursor"]


@pytest.mark.parametrize("text", ['{"mcpServers": {}} // mine', "[]", '{"mcpServers": []}', "{"])
def test_settings_that_cannot_be_read_stay_as_they_are(sumun, place, text):
    file = place / "mcp.json"
    file.write_text(text)
    ran = sumun("connect", "cursor", "crm", "--url", URL, "--write", "--file", file)
    assert ran.status == 2
    assert file.read_text() == text


def test_a_name_no_server_may_have(sumun, place):
    assert sumun("connect", "cursor", "Crm!").status == 2


def test_the_applications_are_listed(sumun, place):
    assert {each["client"] for each in sumun("connect", "--json").json} == set(CLIENTS)
