"""RFC 9728 §2, §3: protected-resource metadata."""

import pytest

WELL_KNOWN = "/.well-known/oauth-protected-resource"
ISSUER = "https://sumun.example"


@pytest.mark.parametrize("path", ["", "/mcp", "/mcp/crm"])
async def test_the_document_names_its_own_resource(system, path):
    """§3.3: it must be the identifier its URL was made from."""
    response = await system.http.get(WELL_KNOWN + path)
    assert response.status_code == 200
    document = response.json()
    assert document["resource"] == ISSUER + path
    assert document["authorization_servers"] == [ISSUER]
    assert document["bearer_methods_supported"] == ["header"]
    assert "offline_access" not in document["scopes_supported"]


@pytest.mark.parametrize("path", ["", "/mcp", "/mcp/crm"])
async def test_a_token_for_it_with_its_scopes_is_issued(system, path):
    document = (await system.http.get(WELL_KNOWN + path)).json()
    response = await system.ask(
        resource=document["resource"], scope=" ".join(document["scopes_supported"])
    )
    assert response.status_code == 200


@pytest.mark.parametrize("name", ["unknown", "CRM", "crm/", "%2e%2e", "crm%2f.."])
async def test_unknown_servers_have_none(system, name):
    assert (await system.http.get(f"{WELL_KNOWN}/mcp/{name}")).status_code == 404


async def test_an_issuer_with_a_path(start):
    async with start(issuer=f"{ISSUER}/auth") as system:
        for form in (f"{WELL_KNOWN}/auth/mcp/crm", f"{WELL_KNOWN}/mcp/crm"):
            document = (await system.http.get(form)).json()
            assert document["resource"] == f"{ISSUER}/auth/mcp/crm"
            assert document["authorization_servers"] == [f"{ISSUER}/auth"]


async def test_no_header_changes_it(system):
    usual = (await system.http.get(WELL_KNOWN)).json()
    for header in ("Host", "X-Forwarded-Host"):
        response = await system.http.get(WELL_KNOWN, headers={header: "evil.example"})
        assert response.json() == usual


async def test_the_challenge_leads_through_the_documents_to_a_working_token(system):
    """§5: the whole way a client goes that knows nothing but the resource's URL."""
    refused = await system.http.get("/mcp/crm")
    assert refused.status_code == 401
    challenge = refused.headers["www-authenticate"]
    url = challenge.partition('resource_metadata="')[2].partition('"')[0]
    resource = (await system.http.get(url)).json()
    server = (await system.http.get(f"{resource['authorization_servers'][0]}{SERVER}")).json()
    assert server["issuer"] == resource["authorization_servers"][0]
    answer = await system.http.post(
        server["token_endpoint"],
        data={
            "grant_type": "client_credentials",
            "client_id": "mcp-client",
            "client_secret": "secret",
            "resource": resource["resource"],
            "scope": " ".join(resource["scopes_supported"]),
        },
    )
    token = answer.json()["access_token"]
    assert (await system.call(token, "/mcp/crm")).status_code == 200


SERVER = "/.well-known/oauth-authorization-server"
