"""The server command of the MCP conformance suite: what a server does, it does behind the gateway.

Three sets of scenarios run: those that two revisions require, with what is reported beside them,
and the active ones of the last release before 2026-07-28.
"""

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import uvicorn
from tests.e2e import everything_server

from sumun.config import Config, OAuthConfig, ServerConfig, UpstreamConfig
from sumun.server.app import create_app
from sumun.server.listener import Listener
from sumun.server.process import DrainingServer

NEWEST, OF_2025 = "conformance", "conformance-of-2025"
pytestmark = pytest.mark.filterwarnings(  # what is going out of use is in use until it has gone
    "ignore::mcp.shared.exceptions.MCPDeprecationWarning"
)
SUITES = {
    "2026-07-28": (NEWEST, "--requirements", "2026-07-28"),
    "2025-11-25": (NEWEST, "--requirements", "2025-11-25"),
    "active": (OF_2025, "--suite", "active"),
}
SCENARIOS = {"2026-07-28": 50, "2025-11-25": 33, "active": 30}
EXTENSION = "tasks-"
"""Scenarios of an extension that the server behind the gateway does not have."""
POLICY = """
version = 1
binary = "allow"

[[rule]]
name = "the default that a scenario asks for is a name"
server = "everything"
entity = "person"
action = "allow"
"""

Checks = dict[str, list[tuple[str, str, str]]]
"""Of each scenario its checks: what they are called, what became of them, and why."""


class Presented:
    """Shows the gateway a caller's token, since the suite has none to show."""

    def __init__(self, app) -> None:
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http" and self.token:
            scope["headers"].append((b"authorization", f"Bearer {self.token}".encode()))
        await self._app(scope, receive, send)

    token = ""


@pytest.fixture(scope="module")
def bare(free_port, wait_for) -> Iterator[str]:
    """Return the URL of the server itself."""
    port = free_port()
    config = uvicorn.Config(everything_server.app, factory=True, port=port, http="h11")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_for(f"http://localhost:{port}/")
    yield f"http://localhost:{port}/mcp"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def through(bare, free_port, tmp_path_factory) -> Iterator[str]:
    """Return the URL of the server behind the gateway."""
    port = free_port()
    url = f"http://localhost:{port}"
    data = tmp_path_factory.mktemp("conformance")
    (data / "policy.toml").write_text(POLICY, encoding="utf-8")
    config = Config(
        mode="development",
        issuer=url,
        data_dir=str(data),
        oauth=OAuthConfig(demo_client=True),
        server=ServerConfig(port=port, drain_timeout=0.5),
        servers={"everything": UpstreamConfig(url=bare)},
    )
    presented = []

    def create():
        presented.append(Presented(create_app(config)))
        return presented[0]

    ready = threading.Event()
    server = DrainingServer(Listener(create, config.server), ready.set)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert ready.wait(20)
    form = {
        "grant_type": "client_credentials",
        "client_id": "mcp-client",
        "client_secret": "secret",
        "resource": f"{url}/mcp/everything",
    }
    answer = httpx2.post(f"{url}/oauth2/token", data=form, trust_env=False)
    presented[0].token = answer.json()["access_token"]
    yield f"{url}/mcp/everything"
    server.should_exit = True
    thread.join(10)


def run(node, url: str, suite: str, kept: Path) -> Checks:
    package, *options = SUITES[suite]
    program = node.packages / "node_modules/@modelcontextprotocol" / package / "dist/index.js"
    done = subprocess.run(
        [node.program, program, "server", "--url", url, *options, "--output-dir", kept],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = {
        # Its folders are called server-SCENARIO-2026-11-24T01-07-49-754Z.
        file.parent.name.removeprefix("server-").rsplit("-", 6)[0]: sorted(
            (check["id"], check["status"], check.get("errorMessage", ""))
            for check in json.loads(file.read_text(encoding="utf-8"))
        )
        for file in kept.rglob("checks.json")
    }
    assert len(found) == SCENARIOS[suite], done.stdout + done.stderr
    return found


def differences(alone: Checks, behind: Checks) -> list[str]:
    """Return what became another of a check, and why."""
    found = []
    for scenario, checks in alone.items():
        others = behind[scenario]
        if [each[:2] for each in checks] != [each[:2] for each in others]:
            found += [f"{scenario}: {each}" for each in others if each[1] != "SUCCESS"]
    return found


@pytest.mark.parametrize("suite", SUITES)
def test_every_scenario_passes_through_the_gateway(bare, through, node, suite, tmp_path):
    alone = run(node, bare, suite, tmp_path / "bare")
    behind = run(node, through, suite, tmp_path / "through")
    assert differences(alone, behind) == []
    failed = [
        scenario
        for scenario, checks in behind.items()
        if any(status == "FAILURE" for _, status, _ in checks)
    ]
    assert [scenario for scenario in failed if not scenario.startswith(EXTENSION)] == []
