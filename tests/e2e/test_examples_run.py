"""The short examples, run as they are."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
COVERED = {
    "decorator.py",
    "fastmcp_server.py",
    "fastapi_app.py",
    "mcp_server.py",
    "plain_api.py",
}


@pytest.fixture
def run_example(tmp_path: Path, issuer) -> Callable[..., subprocess.Popen[str]]:
    def run(name: str, **settings: str) -> subprocess.Popen[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("SUMUN_")}
        return subprocess.Popen(
            [sys.executable, EXAMPLES / name],
            cwd=tmp_path,
            env=kept | {"ISSUER": issuer.url} | settings,
            stdout=subprocess.PIPE,
            text=True,
        )

    return run


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_every_example_is_run_here():
    assert {path.name for path in EXAMPLES.glob("*.py")} == COVERED


def test_decorator(run_example):
    said, _ = run_example("decorator.py").communicate(timeout=60)
    sees, gets = said.splitlines()
    assert sees.startswith("the function sees k")
    assert "kim@" not in said
    assert "'from': 'u1'" in gets


async def test_fastmcp_server(run_example, issuer, free_port, wait_for):
    resource = f"http://localhost:{free_port()}/mcp"
    token = issuer.token(issuer.add_client("example-mcp", resource), resource=resource)
    with ended(run_example("fastmcp_server.py", RESOURCE=resource)):
        wait_for(resource)
        async with Client(resource, auth=token) as client:
            found = (await client.call_tool("find_customer", {"name": "kim"})).structured_content
    assert found["email"].startswith("<EMAIL_ADDRESS:"), "tokenized, as policy is by default"


async def test_mcp_server(run_example, issuer, free_port, wait_for):
    resource = f"http://localhost:{free_port()}/mcp"
    token = issuer.token(issuer.add_client("example-sdk", resource), resource=resource)
    heard = []

    async def listen(_progress: float, _total: float | None, message: str | None) -> None:
        heard.append(message)

    with ended(run_example("mcp_server.py", RESOURCE=resource)):
        wait_for(resource)
        async with Client(resource, auth=token) as client:
            found = await client.call_tool(
                "find_customer", {"name": "kim"}, progress_handler=listen
            )
    assert found.structured_content["email"].startswith("<EMAIL_ADDRESS:")
    assert heard[0].startswith("kim is <EMAIL_ADDRESS:")


def test_fastapi_app(run_example, issuer, free_port, wait_for):
    resource = f"http://localhost:{free_port()}"
    credentials = issuer.add_client("example-api", resource, scope="notes:read notes:write")
    with ended(run_example("fastapi_app.py", RESOURCE=resource)):
        wait_for(resource)
        answers = [
            httpx2.get(f"{resource}/notes", headers=headers, trust_env=False)
            for headers in (
                {},
                *(
                    {"Authorization": f"Bearer {issuer.token(credentials, **wanted)}"}
                    for wanted in (
                        {"resource": resource, "scope": "notes:write"},
                        {"resource": resource},
                    )
                ),
            )
        ]
    assert [answer.status_code for answer in answers] == [401, 403, 200]
    assert 'error="insufficient_scope"' in answers[1].headers["www-authenticate"]
    assert 'scope="notes:read"' in answers[1].headers["www-authenticate"]
    assert answers[2].json() == {"notes of": "example-api"}


def test_plain_api(run_example, issuer, free_port, wait_for):
    resource = f"http://localhost:{free_port()}"
    token = issuer.token(
        issuer.add_client("example-people", resource, scope="people:read"), resource=resource
    )
    with ended(run_example("plain_api.py", RESOURCE=resource)):
        wait_for(resource)
        headers = {"Authorization": f"Bearer {token}"}
        found = httpx2.get(f"{resource}/people/kim", headers=headers, trust_env=False)
        refused = httpx2.get(f"{resource}/people/kim", trust_env=False)
    assert found.json()["name"] == "kim"
    assert found.json()["email"].startswith("<EMAIL_ADDRESS:")
    assert refused.status_code == 401
    assert 'scope="people:read"' in refused.headers["www-authenticate"]
