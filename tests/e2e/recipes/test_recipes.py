"""The servers people run most, behind the gateway and behind ``sumun wrap``.

For each: its tools are listed, one is called, the personal data in what it answers is protected,
and the call is in the log.
"""

import json
import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from tests.e2e.conftest import NPM_CI, SUMUN

PAGE_OF_RECIPES = Path(__file__).parents[3] / "docs/how-to/recipes.md"
WANTED = Path(__file__).parent / "servers"
UV = str(Path(sys.executable).with_name("uv"))
RECORD = "kim@example.com 880214-2974120"
PAGE = f"<html><body><article><h1>Kim</h1><p>Write to {RECORD}.</p></article></body></html>"


class Recipe(NamedTuple):
    """How a server is started, and a call whose answer has personal data in it."""

    command: list[str]
    tool: str
    arguments: dict[str, Any]


@pytest.fixture(scope="session")
def programs(install_once) -> Path:
    """The directory in which the servers are installed, as they are pinned."""
    names = ("package.json", "package-lock.json", ".npmrc", "fetch.txt", "sqlite.txt")
    with_python = [
        command
        for name in ("fetch", "sqlite")
        for command in (
            [UV, "venv", "--relocatable", "--python", sys.executable, name],
            [UV, "pip", "install", "--python", name, "--requirement", f"{name}.txt"],
        )
    ]
    made = [WANTED / "typescript_sdk.mjs"]
    files = [*(WANTED / name for name in names), *made]
    return install_once("recipe-servers", files, NPM_CI, *with_python)


@pytest.fixture(scope="session")
def page() -> Iterator[str]:
    """The URL of a page on which personal data is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/kim" else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE.encode())

        def log_message(self, *_: Any) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listener.server_port}/kim"
    listener.shutdown()
    thread.join()
    listener.server_close()


@pytest.fixture(scope="session")
def recipes(programs, page, tmp_path_factory) -> dict[str, Recipe]:
    files = tmp_path_factory.mktemp("files")
    (files / "kim.txt").write_text(RECORD)
    database = tmp_path_factory.mktemp("database") / "customers.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE customers (record TEXT)")
        connection.execute("INSERT INTO customers VALUES (?)", (RECORD,))
    connection.close()
    packages = programs / "node_modules/@modelcontextprotocol"
    fetch, sqlite = (str(programs / f"{n}/bin/mcp-server-{n}") for n in ("fetch", "sqlite"))
    notes = ("find_customer", {"name": "Kim"})
    return {
        "filesystem": Recipe(
            ["node", f"{packages}/server-filesystem/dist/index.js", str(files)],
            "read_text_file",
            {"path": str(files / "kim.txt")},
        ),
        "everything": Recipe(
            ["node", f"{packages}/server-everything/dist/index.js"], "echo", {"message": RECORD}
        ),
        "fetch": Recipe(
            [fetch, "--allow-private-ips", "--ignore-robots-txt"], "fetch", {"url": page}
        ),
        "sqlite": Recipe(
            [sqlite, "--db-path", str(database)],
            "read_query",
            {"query": "SELECT record FROM customers"},
        ),
        "typescript-sdk": Recipe(["node", str(programs / "typescript_sdk.mjs")], *notes),
        "fastmcp": Recipe([sys.executable, str(WANTED / "fastmcp_server.py")], *notes),
    }


NAMES = ["filesystem", "everything", "fetch", "sqlite", "typescript-sdk", "fastmcp"]


@pytest.fixture(scope="session")
def gateway(recipes, at_home):
    home = at_home("recipes")
    settings = [
        f'[servers.{name}]\ntransport = "stdio"\ncommand = {json.dumps(recipe.command)}\n'
        for name, recipe in recipes.items()
    ]
    (home.directory / "sumun.toml").write_text("\n".join(settings))
    with home.running():
        yield home


@asynccontextmanager
async def through_gateway(home, name: str, _recipe: Recipe):
    resource = f"{home.url}/mcp/{name}"
    token = home.token(home.add_client(f"{name}-agent", resource), resource=resource)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30, trust_env=False) as http,
        Client(streamable_http_client(resource, http_client=http)) as client,
    ):
        yield client


@asynccontextmanager
async def wrapped(home, name: str, recipe: Recipe):
    door = StdioServerParameters(
        command=str(SUMUN),
        args=["wrap", "--name", name, "--", *recipe.command],
        env=home.environ,
        cwd=home.directory,
    )
    async with Client(stdio_client(door)) as client:
        yield client


@pytest.fixture(params=["gateway", "wrap"])
def door(request, at_home) -> tuple[Callable[..., Any], Any]:
    """What opens a connection to a server, and where what passes is recorded."""
    if request.param == "gateway":
        return through_gateway, request.getfixturevalue("gateway")
    return wrapped, at_home("wrap")


@pytest.mark.parametrize("name", NAMES)
async def test_a_call_is_protected_and_recorded(recipes, door, name):
    recipe = recipes[name]
    connect, home = door
    async with connect(home, name, recipe) as client:
        assert recipe.tool in {tool.name for tool in (await client.list_tools()).tools}
        result = await client.call_tool(recipe.tool, recipe.arguments)
    told = result.model_dump_json()
    assert not result.is_error, told
    assert "<EMAIL_ADDRESS:" in told
    assert "kim@example.com" not in told
    assert "2974120" not in told

    (recorded,) = home.command("audit", "tail", "--server", name, "--type", "tool_access")
    assert recorded["tool_name"] == recipe.tool
    assert recorded["action_taken"].startswith("executed_with_")
    assert "kim@example.com" not in json.dumps(recorded)


def test_the_page_names_the_versions_that_are_tried():
    said = PAGE_OF_RECIPES.read_text(encoding="utf-8")
    wanted = json.loads((WANTED / "package.json").read_text(encoding="utf-8"))["dependencies"]
    wanted.pop("zod")
    assert f"`@modelcontextprotocol/server` ({wanted.pop('@modelcontextprotocol/server')} " in said
    for name in ("fetch", "sqlite"):
        (version,) = re.findall(
            rf"^mcp-server-{name}==(.*)$", (WANTED / f"{name}.txt").read_text(), re.MULTILINE
        )
        wanted[f"mcp-server-{name}"] = version
    assert len(wanted) == 4
    for name, version in wanted.items():
        assert set(re.findall(rf"{name}@([0-9.]+)", said)) == {version}
