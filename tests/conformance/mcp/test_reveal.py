"""The tool ``reveal``: who gets values for tokens, for which purpose, and what the log says."""

import json
import time

import pytest
from tests.conformance.mcp.conftest import ISSUER

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import add_client

EMAIL, NAME, CARD = "minjun.kim@customers.example", "김민준", "4012-8888-8888-1881"
PURPOSE = "customer_support"
ALL = "mcp.access pii:*"
POLICIES = {
    "stateless": "",
    "vault": '[tokens]\nform = "vault"\n',
    "envelope": '[defaults]\narguments = "encrypt"\nresults = "encrypt"\n',
    "of a principal": '[tokens]\nscope = "principal"\n',
}


async def run(start, policy=""):
    """Start a system whose server answers with data of one customer."""
    async with start(policy) as system:
        record = {"email": EMAIL, "name": NAME, "card": CARD}
        system.upstream.answer = lambda _: {"content": [], "structuredContent": record}
        await register(system, "agent")
        yield system


@pytest.fixture
async def system(start):
    async for running in run(start):
        yield running


async def register(system, client_id):
    client = Client(
        client_id=client_id,
        metadata=ClientMetadata(scope="mcp.access mcp:* pii:*"),
        secret_hash=ClientSecrets(system.rooms.root).hash(client_id, "secret"),
        created_at=int(time.time()),
    )
    await system.rooms.database.write(add_client, client)


async def hold(system, scope, *, client="agent", server=""):
    """Let the client's calls that follow be made with this scope."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client,
        "client_secret": "secret",
        "resource": f"{ISSUER}/mcp/{server}" if server else f"{ISSUER}/mcp",
        "scope": scope,
    }
    response = await system.http.post("/oauth2/token", data=form)
    assert response.status_code == 200, response.text
    system._tokens[client, server] = response.json()["access_token"]
    return response.json()


async def tokens(system, server="crm", client="agent"):
    """Return what the client is given in place of the data."""
    await hold(system, f"mcp:{server}", client=client, server=server)
    response = await system.call("lookup", client=client, server=server)
    given = response.json()["result"]["structuredContent"]
    assert not {EMAIL, NAME, CARD} & set(given.values())
    return given


async def reveal(system, *asked, purpose=PURPOSE, client="agent", **more):
    arguments = {"tokens": list(asked), "purpose": purpose, **more}
    return await system.call("reveal", arguments, client=client, server="")


def values(response):
    assert response.status_code == 200, response.text
    result = response.json()["result"]
    assert not result.get("isError"), result
    return [each["value"] for each in result["structuredContent"]["values"]]


def words(response):
    """Return what the tool says where it reveals nothing."""
    result = response.json()["result"]
    assert result["isError"] is True
    assert not any(value in response.text for value in (EMAIL, NAME, CARD))
    return result["content"][0]["text"]


@pytest.mark.parametrize("policy", POLICIES)
async def test_a_token_of_every_form_is_turned_back(start, policy):
    async for system in run(start, POLICIES[policy]):
        given = await tokens(system)
        await hold(system, ALL)
        answer = await reveal(system, given["email"], given["name"])
        assert values(answer) == [EMAIL, NAME]
        result = answer.json()["result"]
        assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
        (email, name) = result["structuredContent"]["values"]
        assert email == {
            "token": given["email"],
            "value": EMAIL,
            "entity_type": "EMAIL_ADDRESS",
            "category": "contact",
            "server": "crm",
        }
        assert name["category"] == "person"
        assert result["structuredContent"]["purpose"] == PURPOSE
        assert answer.headers["cache-control"] == "no-store"


async def test_without_the_scope_everything_that_is_needed_is_named(system):
    given = await tokens(system)
    await hold(system, "mcp.access")
    refused = await reveal(system, given["email"], given["name"])
    assert refused.status_code == 403
    challenge = refused.headers["www-authenticate"]
    needed = f"mcp:sumun:reveal pii:contact:{PURPOSE} pii:person:{PURPOSE} mcp:crm"
    assert challenge.startswith('Bearer error="insufficient_scope"')
    assert f'scope="{needed}"' in challenge
    assert EMAIL not in refused.text
    (event,) = await system.events("access_refused")
    assert event["reason"] == "insufficient_scope"
    assert event["tool_name"] == "reveal"
    assert event["scope"] == needed
    assert event["entities"] == {"EMAIL_ADDRESS": 1, "PERSON": 1}
    assert event["detail"] == {"purpose": PURPOSE}
    await hold(system, needed)
    assert values(await reveal(system, given["email"], given["name"])) == [EMAIL, NAME]


@pytest.mark.parametrize(
    "scope",
    [
        f"mcp:sumun mcp:crm pii:person:{PURPOSE}",
        "mcp:sumun mcp:crm pii:contact:fulfilment",
        f"mcp:sumun mcp:crm pii:contact:{PURPOSE}s",
        f"mcp:sumun mcp:hr pii:contact:{PURPOSE}",
        "mcp:sumun mcp:crm",
    ],
)
async def test_what_is_not_enough(system, scope):
    given = await tokens(system)
    await hold(system, scope)
    refused = await reveal(system, given["email"], server="crm")
    assert refused.status_code == 403
    needed = f'scope="mcp:sumun:reveal pii:contact:{PURPOSE} mcp:crm"'
    assert needed in refused.headers["www-authenticate"]


@pytest.mark.parametrize(
    "scope",
    [
        f"mcp:sumun:reveal mcp:crm:lookup pii:contact:{PURPOSE}",
        "mcp:sumun mcp:crm pii:contact",
        "mcp.access pii:contact:*",
    ],
)
async def test_what_is_enough(system, scope):
    given = await tokens(system)
    await hold(system, scope)
    assert values(await reveal(system, given["email"])) == [EMAIL]


async def test_a_purpose_opens_the_tool_and_no_results(start):
    policy = """
[[rule]]
name = "contacts for who may see them"
scope = "pii:contact"
category = "contact"
action = "allow"
"""
    async for system in run(start, policy):
        await hold(system, f"mcp:crm pii:contact:{PURPOSE}", server="crm")
        answer = await system.call("lookup", client="agent")
        assert EMAIL not in answer.text
        await hold(system, "mcp:crm pii:contact", server="crm")
        assert EMAIL in (await system.call("lookup", client="agent")).text


async def test_every_reveal_is_recorded_without_the_value(start):
    async for system in run(start, '[defaults]\nresults = "tokenize"\n'):
        await _every_reveal_is_recorded_without_the_value(system)


async def _every_reveal_is_recorded_without_the_value(system):
    given = await tokens(system)
    (seen,) = await system.events("tool_access")
    await hold(system, ALL)
    values(await reveal(system, given["email"], given["card"]))
    (event,) = await system.events("reveal")
    assert event["action_taken"] == "revealed"
    assert event["server"] == "crm"
    assert event["user_id"] == event["client_id"] == "agent"
    assert event["entities"] == {"EMAIL_ADDRESS": 1, "CREDIT_CARD": 1}
    assert event["scope"] == f"pii:contact:{PURPOSE} pii:financial:{PURPOSE}"
    assert event["detail"] == {"purpose": PURPOSE}
    assert len(event["subjects"]) == 2
    assert set(seen["subjects"]) <= set(event["subjects"]), "the same person, seen and revealed"
    assert event["token_id"]
    log = json.dumps(await system.events(), ensure_ascii=False)
    assert EMAIL not in log
    assert CARD not in log
    assert given["email"] not in log


async def test_what_is_not_recorded_is_not_revealed(system, monkeypatch):
    given = await tokens(system)
    await hold(system, ALL)
    audit = system.rooms.audit
    record = audit.record

    async def failing(*events):
        if any(event.event_type == "reveal" for event in events):
            from sumun.audit import AuditUnavailable

            raise AuditUnavailable("the disk is full")
        return await record(*events)

    monkeypatch.setattr(audit, "record", failing)
    assert "not revealed" in words(await reveal(system, given["email"]))


async def test_what_is_no_token_is_said_by_the_tool_and_recorded(system):
    given = await tokens(system)
    await hold(system, ALL)
    altered = given["email"].replace(given["email"][-3], "a" if given["email"][-3] != "a" else "b")
    for wrong in (altered, "<EMAIL_ADDRESS>", "hello", f"{given['email']} ", given["email"][1:]):
        assert "no token" in words(await reveal(system, given["name"], wrong))
    events = await system.events("reveal")
    assert {event["action_taken"] for event in events} == {"rejected"}
    assert len(events) == 5
    assert "hello" not in json.dumps(events)


async def test_a_token_of_another_principal_is_none_where_tokens_are_a_principal_s(start):
    async for system in run(start, POLICIES["of a principal"]):
        given = await tokens(system)
        await register(system, "other-agent")
        await hold(system, ALL, client="other-agent")
        assert "no token" in words(await reveal(system, given["email"], client="other-agent"))


async def test_a_token_of_a_server_that_the_caller_does_not_reach(system):
    given = await tokens(system)
    await hold(system, "mcp:sumun mcp:hr pii:*")
    assert "no token" in words(await reveal(system, given["email"]))
    assert "no token" in words(await reveal(system, given["email"], server="hr"))
    assert (await reveal(system, given["email"], server="crm")).status_code == 403


async def test_a_purpose_that_is_none_is_refused(system):
    given = await tokens(system)
    await hold(system, ALL)
    said = words(await reveal(system, given["email"], purpose="curiosity"))
    assert "purpose must be one of: customer_support, " in said
    listed = await system.send(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, client="agent", server=""
    )
    (tool,) = [each for each in listed.json()["result"]["tools"] if each["name"] == "reveal"]
    assert PURPOSE in tool["inputSchema"]["properties"]["purpose"]["enum"]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"tokens": [], "purpose": PURPOSE},
        {"tokens": ["x"] * 21, "purpose": PURPOSE},
        {"tokens": ["x" * 9000], "purpose": PURPOSE},
        {"tokens": "x", "purpose": PURPOSE},
        {"tokens": [1], "purpose": PURPOSE},
        {"tokens": ["x"], "purpose": 1},
        {"tokens": ["x"], "purpose": PURPOSE, "server": "x" * 65},
    ],
)
async def test_odd_arguments_are_refused_by_the_tool(system, arguments):
    await hold(system, "mcp:sumun")
    answer = await system.call("reveal", arguments, client="agent", server="")
    assert answer.status_code == 200
    assert answer.json()["result"]["isError"] is True


async def test_a_principal_may_have_so_many_values_a_minute(system):
    given = await tokens(system)
    await hold(system, ALL)
    for _ in range(3):
        values(await reveal(system, *[given["email"]] * 20))
    limited = await reveal(system, given["email"])
    assert limited.status_code == 429
    assert int(limited.headers["retry-after"]) >= 1
    refused = (await system.events("access_refused"))[-1]
    assert refused["reason"] == "limited"


async def test_tokens_that_show_data_are_short_lived(system):
    data = await hold(system, "mcp.access pii:contact")
    other = await hold(system, "mcp.access")
    assert data["expires_in"] <= 900
    assert other["expires_in"] == system.application.config.oauth.access_token_ttl
