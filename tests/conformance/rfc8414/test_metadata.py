"""RFC 8414 §2, §3: authorization server metadata."""

import pytest

ROOT = "/.well-known/oauth-authorization-server"


async def fetch(system, path=ROOT, **headers):
    response = await system.http.get(path, headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    return response.json()


async def test_required_members(system):
    document = await fetch(system)
    assert document["issuer"] == "https://sumun.example"
    assert document["token_endpoint"] == "https://sumun.example/oauth2/token"
    assert document["jwks_uri"] == "https://sumun.example/.well-known/jwks.json"
    assert "response_types_supported" in document


async def test_every_endpoint_named_answers(system):
    document = await fetch(system)
    for name, url in document.items():
        if name.endswith(("_endpoint", "_uri")):
            assert (await system.http.get(url)).status_code in {200, 400, 401, 405}, name


async def test_every_grant_and_authentication_method_named_works(system):
    document = await fetch(system)
    grants = document["grant_types_supported"]
    assert {"client_credentials", "authorization_code", "refresh_token"} <= set(grants)
    assert {"client_secret_basic", "client_secret_post", "private_key_jwt", "none"} <= set(
        document["token_endpoint_auth_methods_supported"]
    )


async def test_every_scope_named_may_be_asked_for(browser, people):
    document = await fetch(people)
    scopes = document["scopes_supported"]
    assert {"audit:read", "mcp.access", "offline_access"} <= set(scopes)
    for scope in set(scopes) & {"audit:read", "mcp.access"}:
        assert (await people.ask(scope=scope)).status_code == 200
    for scope in set(scopes) - {"audit:read", "mcp.access"}:
        assert (await browser.authorize(scope=f"mcp:crm {scope}")).status_code == 303


async def test_the_code_flow_is_promised_as_it_is(system):
    """MCP authorization, "Authorization Code Protection": without S256 here clients refuse."""
    document = await fetch(system)
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["response_modes_supported"] == ["query"]


@pytest.mark.parametrize(
    "header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-Host"]
)
async def test_n87_the_issuer_never_comes_from_a_header(system, header):
    usual = await fetch(system)
    assert await fetch(system, **{header: "evil.example"}) == usual


@pytest.mark.parametrize(
    "issuer",
    ["https://sumun.example/", "https://SUMUN.example", "https://sumun.example:443"],
)
async def test_the_issuer_is_never_normalised(start, issuer):
    async with start(issuer=issuer) as system:
        document = await fetch(system)
        assert document["issuer"] == issuer
        assert "//oauth2" not in document["token_endpoint"]


@pytest.mark.parametrize("path", ["/auth", "/tenants/one"])
async def test_n91_an_issuer_with_a_path_is_found_at_every_form(start, path):
    """RFC 8414 §3.1 inserts the well-known part; OpenID Connect appends it."""
    issuer = f"https://sumun.example{path}"
    async with start(issuer=issuer) as system:
        forms = [
            f"/.well-known/oauth-authorization-server{path}",
            f"/.well-known/openid-configuration{path}",
            f"{path}/.well-known/openid-configuration",
        ]
        documents = [await fetch(system, form) for form in forms]
        assert {document["issuer"] for document in documents} == {issuer}
        for url in (documents[0]["token_endpoint"], documents[0]["jwks_uri"]):
            assert url.startswith(f"{issuer}/")
            assert (await system.http.get(url)).status_code in {200, 405}


async def test_the_mcp_sdk_accepts_the_document(system):
    from mcp.shared.auth import OAuthMetadata

    response = await system.http.get(ROOT)
    parsed = OAuthMetadata.model_validate_json(response.content)
    assert str(parsed.issuer) == "https://sumun.example"
