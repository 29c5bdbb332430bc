"""RFC 8707 §2: the resource a token is for, and MCP's canonical form of it."""

import jwt
import pytest

ISSUER = "https://sumun.example"


def audience(response):
    assert response.status_code == 200, response.text
    claims = jwt.decode(response.json()["access_token"], options={"verify_signature": False})
    return claims["aud"]


@pytest.mark.parametrize("resource", [ISSUER, f"{ISSUER}/mcp", f"{ISSUER}/mcp/crm"])
async def test_n41_the_audience_is_exactly_the_resource(system, resource):
    assert audience(await system.ask(scope="mcp.access", resource=resource)) == resource


async def test_without_resource_the_default_audience(system):
    assert audience(await system.ask()) == ISSUER


async def test_configured_default_audience_need_not_be_a_uri(start):
    async with start(audience="mcp-client") as system:
        assert audience(await system.ask()) == "mcp-client"
        # What lives at the issuer's root takes the default audience.
        assert audience(await system.ask(resource=ISSUER)) == "mcp-client"
        assert (await system.call(await system.token())).status_code == 200
        assert (await system.ask(resource="mcp-client")).json()["error"] == "invalid_target"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTPS://SUMUN.EXAMPLE/mcp/crm", f"{ISSUER}/mcp/crm"),
        (f"{ISSUER}/", ISSUER),
    ],
)
async def test_equivalent_spellings_mean_the_same_resource(system, written, meant):
    assert audience(await system.ask(scope="mcp.access", resource=written)) == meant


@pytest.mark.parametrize(
    "resource",
    [
        f"{ISSUER}/mcp/unknown",
        f"{ISSUER}/mcp/",
        f"{ISSUER}/mcp/crm/",
        f"{ISSUER}/mcp/CRM",
        f"{ISSUER}/mcp/crm#fragment",
        f"{ISSUER}/mcp/crm?x=1",
        f"{ISSUER}/mcp/../mcp/crm",
        f"{ISSUER}/mcp/%63rm",
        f"{ISSUER}#",
        f"{ISSUER}.evil.example/mcp",
        "https://user@sumun.example/mcp",
        "http://sumun.example/mcp",
        "https://evil.example",
        "sumun.example",
        "/mcp/crm",
        "https://[",
        "urn:x",
        "x" * 5000,
        f"{ISSUER}/mcp/\0",
    ],
)
async def test_n41_unknown_resource(system, resource):
    response = await system.ask(resource=resource)
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_target"


async def test_n41_two_resources(system):
    response = await system.http.post(
        "/oauth2/token",
        content=(
            "grant_type=client_credentials&client_id=mcp-client&client_secret=secret"
            f"&resource={ISSUER}/mcp&resource={ISSUER}/mcp/crm"
        ),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_target"


async def test_n41_resource_the_client_is_not_registered_for(system):
    allowed = await system.ask(client_id="crm-only", resource=f"{ISSUER}/mcp/crm")
    assert audience(allowed) == f"{ISSUER}/mcp/crm"
    for refused in ({}, {"resource": f"{ISSUER}/mcp"}):
        response = await system.ask(client_id="crm-only", **refused)
        assert response.json()["error"] == "invalid_target"


@pytest.mark.parametrize("scope", ["mcp:other", "mcp:other:tool", "audit:read", "mcp:crmx"])
async def test_n42_scope_of_another_resource(system, scope):
    response = await system.ask(resource=f"{ISSUER}/mcp/crm", scope=scope)
    assert response.json()["error"] == "invalid_scope"


@pytest.mark.parametrize("scope", ["mcp.access", "mcp:*", "mcp:crm", "mcp:crm:lookup"])
async def test_scope_of_this_resource(system, scope):
    response = await system.ask(resource=f"{ISSUER}/mcp/crm", scope=scope)
    assert response.json()["scope"] == scope


async def test_default_scope_is_what_makes_sense_at_the_resource(system):
    response = await system.ask(resource=f"{ISSUER}/mcp/crm")
    assert response.json()["scope"] == "mcp.access"
