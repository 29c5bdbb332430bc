"""The tools as agents meet them: at ``/mcp``, behind the guard, with the real SDK client."""

import asyncio
import contextlib
import json
import socket

import httpx2
import pytest
import uvicorn
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

RESOURCE = "https://sumun.example/mcp"
EMAIL = "kim@example.com"
TOOLS = {
    "get_oauth2_server_status": {},
    "create_oauth2_test_token": {},
    "get_oauth2_flow_guide": {"language": "ko"},
    "validate_oauth2_setup": {},
    "test_pii_detection": {"text": f"to {EMAIL}"},
    "test_encryption": {"text": f"to {EMAIL}"},
    "get_security_audit_log": {"limit": 5},
    "simulate_data_breach_detection": {"scenario": "enumeration"},
    "generate_security_report": {},
}


@pytest.fixture
async def served(start, monkeypatch):
    """The application at an address, for clients that hold a stream open."""
    real = httpx2.AsyncClient
    with socket.create_server(("127.0.0.1", 0)) as listening:
        issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with start(issuer=issuer) as system:
            monkeypatch.setattr(httpx2, "AsyncClient", real)
            server = uvicorn.Server(
                uvicorn.Config(
                    system.application,
                    lifespan="off",
                    log_level="warning",
                    timeout_graceful_shutdown=1,
                )
            )
            serving = asyncio.create_task(server.serve(sockets=[listening]))
            yield system
            server.should_exit = True
            await serving


async def token(system):
    resource = f"{system.application.config.issuer}/mcp"
    issued = await system.house.authorization_server.mint(
        client_id="mcp-client", scope="mcp.access", resource=resource, purpose="test"
    )
    return issued["access_token"]


@contextlib.asynccontextmanager
async def connected(system, era):
    headers = {"Authorization": f"Bearer {await token(system)}"}
    url = f"{system.application.config.issuer}/mcp"
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False) as http,
        Client(streamable_http_client(url, http_client=http), mode=era) as client,
    ):
        yield client


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_all_nine_work_for_a_client_of_either_era(served, era):
    async with connected(served, era) as client:
        listed = {tool.name for tool in (await client.list_tools()).tools}
        assert listed == {*TOOLS, "reveal"}
        answers = {}
        for name, arguments in TOOLS.items():
            result = await client.call_tool(name, arguments)
            assert not result.is_error, (name, result.content)
            assert json.loads(result.content[0].text) == result.structured_content, name
            answers[name] = result.structured_content

    assert answers["get_oauth2_server_status"]["audit_log"]["verified"] is True
    assert answers["validate_oauth2_setup"]["ok"] is True
    assert answers["test_pii_detection"]["by_type"] == {"EMAIL_ADDRESS": 1}
    assert answers["test_pii_detection"]["masked_text"].startswith("to ")
    assert answers["test_encryption"]["decrypts_to_the_same"] is True
    assert answers["get_security_audit_log"]["count"] == 5
    assert answers["simulate_data_breach_detection"]["detected"] is True
    assert answers["generate_security_report"]["calls"]["total"] >= 7

    made = answers["create_oauth2_test_token"]["access_token"]
    headers = {"Authorization": f"Bearer {made}"}
    assert (await served.http.get("/hello", headers=headers)).status_code == 200
    ciphertext = answers["test_encryption"]["ciphertext"]
    assert served.house.rooms.fernet.decrypt(ciphertext) == f"to {EMAIL}"
    guide = "\n".join(answers["get_oauth2_flow_guide"]["steps"])
    assert f"{served.application.config.issuer}/oauth2/token" in guide

    log = json.dumps(await served.house.rooms.audit.tail(1000))
    assert EMAIL not in log
    assert made not in log
    called = [event["tool_name"] for event in await served.events("tool_access")]
    assert called == list(TOOLS)


def call(name):
    params = {"name": name, "arguments": {}}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


async def ask(system, access_token, name):
    headers = {
        "Authorization": f"Bearer {access_token}",
        "Accept": "application/json, text/event-stream",
    }
    return await system.http.post("/mcp", json=call(name), headers=headers)


async def register(system, client_id, scope):
    from sumun.oauth import Client as Registered
    from sumun.oauth import ClientMetadata
    from sumun.oauth.clients import add_client

    secret_hash = system.house.authorization_server.client_secrets.hash(
        client_id, "a-client-secret"
    )
    client = Registered(
        client_id=client_id, metadata=ClientMetadata(scope=scope), secret_hash=secret_hash
    )
    await system.house.rooms.database.write(add_client, client)
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": "a-client-secret",
        "resource": RESOURCE,
    }
    return (await system.http.post("/oauth2/token", data=form)).json()["access_token"]


@pytest.mark.parametrize("name", ["get_security_audit_log", "generate_security_report"])
async def test_the_log_needs_its_own_scope_in_production(start, name):
    async with start("production") as system:
        held = await register(system, "agent", "mcp.access")
        refused = await ask(system, held, name)
        assert refused.status_code == 403
        challenge = refused.headers["www-authenticate"]
        assert challenge.startswith('Bearer error="insufficient_scope"')
        assert (
            'resource_metadata="https://sumun.example/.well-known/oauth-protected-resource/mcp"'
            in challenge
        )
        scopes = challenge.partition('scope="')[2].partition('"')[0].split()
        assert refused.json()["error"]["data"]["scope"].split() == scopes

        # What the challenge names is all that is needed: one more token suffices.
        enough = await register(system, "operator", " ".join(scopes))
        allowed = await ask(system, enough, name)
        assert allowed.status_code == 200, allowed.text
        assert "error" not in allowed.json()
        (event,) = await system.events("access_refused")
        assert (event["tool_name"], event["reason"]) == (name, "insufficient_scope")


async def test_other_tools_need_no_more_than_access_in_production(start):
    async with start("production") as system:
        held = await register(system, "agent", "mcp.access")
        for name in ("get_oauth2_server_status", "simulate_data_breach_detection"):
            assert "result" in (await ask(system, held, name)).json()


async def test_the_scope_of_a_server_behind_the_gateway_opens_nothing_here(start):
    async with start("production") as system:
        held = await register(system, "agent", "mcp:crm")
        assert (await ask(system, held, "get_oauth2_server_status")).status_code == 403


async def test_the_refused_test_token_is_explained_through_the_gateway(start):
    async with start("production") as system:
        held = await register(system, "agent", "mcp.access")
        result = (await ask(system, held, "create_oauth2_test_token")).json()["result"]
        assert result["isError"] is True
        assert "development mode only" in result["content"][0]["text"]


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_a_tool_nobody_made(served, era):
    async with connected(served, era) as client:
        with contextlib.suppress(MCPError):
            assert (await client.call_tool("drop_everything", {})).is_error


@pytest.mark.parametrize(
    "access_token", ["", "x", "eyJhbGciOiJub25lIn0.e30."], ids=["none", "word", "unsigned"]
)
async def test_nobody_gets_in_without_a_token(system, access_token):
    response = await ask(system, access_token, "get_oauth2_server_status")
    assert response.status_code in {400, 401}
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_token_for_another_resource_is_good_for_nothing_here(system):
    issued = await system.report("create_oauth2_test_token")
    response = await ask(system, issued["access_token"], "get_oauth2_server_status")
    assert response.status_code == 401
