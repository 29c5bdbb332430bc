"""RFC 9396 §9: a token asked for with details opens the tools it names, and shows their data."""

import json
import time

import pytest
from tests.conformance.mcp.conftest import ISSUER

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import add_client

EMAIL, CARD = "minjun.kim@customers.example", "4012-8888-8888-1881"
POLICY = """
[[rule]]
name = "contacts for who may see them"
scope = "pii:contact"
category = "contact"
action = "allow"

[[rule]]
name = "cards for who may see them"
scope = "pii:financial"
category = "financial"
action = "allow"
"""


@pytest.fixture
async def system(start):
    async with start(POLICY) as running:
        running.upstream.answer = lambda _: {"content": [], "structuredContent": [EMAIL, CARD]}
        client = Client(
            client_id="detailed",
            metadata=ClientMetadata(scope="mcp.access mcp:* pii:* audit:read"),
            secret_hash=ClientSecrets(running.rooms.root).hash("detailed", "secret"),
            created_at=int(time.time()),
        )
        await running.rooms.database.write(add_client, client)
        yield running


async def hold(system, *details, server="crm", **form):
    """Let the calls that follow be made with a token for these details."""
    form = {
        "grant_type": "client_credentials",
        "client_id": "detailed",
        "client_secret": "secret",
        "resource": f"{ISSUER}/mcp/{server}" if server else f"{ISSUER}/mcp",
        "authorization_details": json.dumps([{"type": "mcp_tools", **each} for each in details]),
        **form,
    }
    response = await system.http.post("/oauth2/token", data=form)
    assert response.status_code == 200, response.text
    system._tokens["detailed", server] = response.json()["access_token"]


async def call(system, tool, server="crm"):
    return await system.call(tool, {}, client="detailed", server=server)


@pytest.mark.parametrize("scope", [None, "mcp.access", "mcp:crm", "mcp:crm:export"])
async def test_only_the_tools_named(system, scope):
    await hold(system, {"tools": ["lookup", "find"]}, **({"scope": scope} if scope else {}))
    assert (await call(system, "lookup")).status_code == 200
    assert (await call(system, "find")).status_code == 200
    refused = await call(system, "export")
    assert refused.status_code == 403
    challenge = refused.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="mcp:crm:export"' in challenge
    called = [
        json.loads(raw)["params"]["name"]
        for *_, raw in system.upstream.requests
        if b"tools/call" in raw
    ]
    assert called == ["lookup", "find"]


async def test_every_tool_where_none_is_named(system):
    await hold(system, {"locations": [f"{ISSUER}/mcp/crm"]})
    assert (await call(system, "anything")).status_code == 200


@pytest.mark.parametrize("method", ["resources/read", "prompts/get"])
async def test_tools_are_no_resources_and_no_prompts(system, method):
    await hold(system, {"tools": ["lookup"]})
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"uri": "a://b", "name": "x"}}
    assert (await system.send(message, client="detailed")).status_code == 403


async def test_what_carries_no_data_goes_on(system):
    await hold(system, {"tools": ["lookup"]})
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    assert (await system.send(message, client="detailed")).status_code == 200


@pytest.mark.parametrize(
    ("datatypes", "shown"),
    [
        (None, set()),
        (["health"], set()),
        (["contact"], {EMAIL}),
        (["financial"], {CARD}),
        (["contact", "financial"], {EMAIL, CARD}),
    ],
)
async def test_only_the_data_named(system, datatypes, shown):
    more = {} if datatypes is None else {"datatypes": datatypes}
    # Nothing of the scope counts beside them.
    await hold(system, {"tools": ["lookup"], **more}, scope="mcp:crm pii:contact pii:financial")
    answer = await call(system, "lookup")
    assert {value for value in (EMAIL, CARD) if value in answer.text} == shown


async def test_nothing_at_another_server(system):
    await hold(system, {"tools": ["lookup"]})
    system._tokens["detailed", "hr"] = system._tokens["detailed", "crm"]
    assert (await call(system, "lookup", "hr")).status_code == 401


async def test_at_our_own_tools(system):
    details = {"tools": ["get_security_audit_log"]}
    await hold(system, details, server="", scope="audit:read")
    assert (await call(system, "get_security_audit_log", "")).status_code == 200
    assert (await call(system, "generate_security_report", "")).status_code == 403
    await hold(system, details, server="")
    assert (await call(system, "get_security_audit_log", "")).status_code == 403
