"""A server of the MCP SDK whose tokens come from a real Sumun, and one on standard streams."""

import os
import sys
from collections.abc import Iterator
from typing import NamedTuple

import httpx2
import pytest
from fastmcp import Client as FastMCPClient
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.server.mcpserver import MCPServer

from sumun.config import Config
from sumun.integrations.mcp import SumunAuth, SumunMiddleware

EMAIL = "kim@example.com"
STDIO = f"""
from mcp.server.mcpserver import MCPServer
from sumun.config import Config
from sumun.integrations.mcp import SumunMiddleware

guard = SumunMiddleware("notes", Config(mode="development", data_dir="data"))
mcp = MCPServer("notes", middleware=[guard])

@mcp.tool()
def find() -> dict[str, str]:
    return {{"email": "{EMAIL}"}}

mcp.run("stdio")
"""


class Notes(NamedTuple):
    url: str
    token: str


@pytest.fixture(scope="module")
def notes(issuer, served, free_port, tmp_path_factory) -> Iterator[Notes]:
    port = free_port()
    resource = f"http://localhost:{port}/mcp"
    auth = SumunAuth(issuer=issuer.url, resource=resource)
    guard = SumunMiddleware(
        "notes", Config(mode="development", data_dir=str(tmp_path_factory.mktemp("sdk")))
    )
    mcp = MCPServer("notes", auth=auth.settings, token_verifier=auth, middleware=[guard])

    @mcp.tool()
    def find() -> dict[str, str]:
        return {"email": EMAIL}

    token = issuer.token(issuer.add_client("sdk-agent", resource), resource=resource)
    with served(mcp.streamable_http_app(), port):
        yield Notes(resource, token)


async def test_a_token_for_this_server_lets_in(notes: Notes):
    async with FastMCPClient(notes.url, auth=notes.token) as client:
        found = await client.call_tool("find", {})
    assert found.structured_content["email"].startswith("<EMAIL_ADDRESS:")


def test_a_token_that_includes_the_scope_will_do(notes: Notes, issuer):
    added = issuer.add_client("wide", notes.url, scope="mcp.access mcp:notes")
    assert refusal(notes, issuer.token(added, resource=notes.url)).status_code not in {401, 403}


def test_no_token_leads_to_the_metadata(notes: Notes, issuer):
    answer = httpx2.post(notes.url, json={}, trust_env=False)
    assert answer.status_code == 401
    metadata = notes.url.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")
    assert f'resource_metadata="{metadata}"' in answer.headers["www-authenticate"]
    told = httpx2.get(metadata, trust_env=False).json()
    assert told["resource"] == notes.url
    assert told["authorization_servers"] == [issuer.url]
    assert told["scopes_supported"] == ["mcp.access"]


def test_a_token_for_another_resource(notes: Notes, issuer):
    other = "http://localhost:1/mcp"
    token = issuer.token(issuer.add_client("sdk-elsewhere", other), resource=other)
    assert refusal(notes, token).status_code == 401


def test_a_token_with_too_little_scope(notes: Notes, issuer):
    added = issuer.add_client("sdk-narrow", notes.url, scope="notes:read")
    answer = refusal(notes, issuer.token(added, resource=notes.url))
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def refusal(notes: Notes, token: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.post(notes.url, json={}, headers=headers, trust_env=False)


@pytest.mark.parametrize("era", ["legacy", "auto"])
async def test_over_standard_streams(tmp_path, era):
    server = StdioServerParameters(
        command=sys.executable, args=["-c", STDIO], cwd=tmp_path, env=dict(os.environ)
    )
    async with Client(stdio_client(server), mode=era) as client:
        found = await client.call_tool("find", {})
    assert found.structured_content["email"].startswith("<EMAIL_ADDRESS:")
    assert EMAIL not in found.model_dump_json()
