"""RFC 6750 §2, §3: presenting a token, and the challenges."""

import jwt

METADATA = 'resource_metadata="https://sumun.example/.well-known/oauth-protected-resource'


async def test_a_token_in_the_header_is_accepted(system):
    response = await system.call(await system.token())
    assert response.json() == {"client_id": "mcp-client"}


async def test_the_scheme_name_is_case_insensitive(system):
    token = await system.token()
    response = await system.http.get("/hello", headers={"authorization": f"bEARER {token}"})
    assert response.status_code == 200


async def test_n69_without_credentials_the_challenge_names_no_error(system):
    """§3: "the resource server SHOULD NOT include an error code"."""
    response = await system.http.get("/hello")
    assert response.status_code == 401
    challenge = response.headers["www-authenticate"]
    assert challenge == f'Bearer scope="mcp.access", {METADATA}"'
    assert "error" not in response.json()


async def test_n69_the_challenge_names_the_scope_and_metadata_of_the_resource(system):
    challenge = (await system.http.get("/mcp/crm")).headers["www-authenticate"]
    assert challenge == f'Bearer scope="mcp:crm", {METADATA}/mcp/crm"'


async def test_n68_a_token_in_the_query_is_no_token(system):
    response = await system.http.get("/hello", params={"access_token": await system.token()})
    assert response.status_code == 401
    assert "error=" not in response.headers["www-authenticate"]


async def test_n68_a_token_in_the_form_is_no_token(system):
    response = await system.http.post("/hello", data={"access_token": await system.token()})
    assert response.status_code == 401


async def test_another_scheme_is_no_token(system):
    token = await system.token()
    for value in (f"DPoP {token}", f"Token {token}", token, f"Basic {token}", f"Bearer{token}"):
        response = await system.http.get("/hello", headers={"Authorization": value})
        assert response.status_code == 401


async def test_n68_two_authorization_headers(system):
    value = f"Bearer {await system.token()}"
    response = await system.http.get(
        "/hello", headers=[("Authorization", value), ("Authorization", value)]
    )
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"


async def test_an_invalid_token_is_named_so_in_header_and_body(system):
    response = await system.call("not-a-token")
    assert response.status_code == 401
    challenge = response.headers["www-authenticate"]
    assert challenge.startswith('Bearer error="invalid_token", error_description="')
    assert METADATA in challenge
    assert response.json()["error"] == "invalid_token"
    assert response.headers["cache-control"] == "no-store"


async def test_n67_insufficient_scope_names_every_scope_and_the_metadata(system):
    response = await system.call(await system.token(scope="audit:read"))
    assert response.status_code == 403
    challenge = response.headers["www-authenticate"]
    assert 'error="insufficient_scope"' in challenge
    assert 'scope="mcp.access"' in challenge
    assert METADATA in challenge
    assert response.json()["error"] == "insufficient_scope"


async def test_an_expired_token(system):
    token = await system.token()
    system.clock.advance(900)
    assert (await system.call(token)).status_code == 200  # clocks of two nodes may differ a little
    system.clock.advance(5)
    assert (await system.call(token)).status_code == 401


async def test_a_revoked_token_is_refused_at_once_also_when_it_was_seen_before(system):
    token, other = await system.token(), await system.token()
    assert (await system.call(token)).status_code == 200
    await system.revoke(jwt.decode(token, options={"verify_signature": False})["jti"])
    response = await system.call(token)
    assert response.status_code == 401
    assert response.json()["error"] == "invalid_token"
    assert (await system.call(other)).status_code == 200


async def test_if_revocation_cannot_be_read_nothing_passes(system):
    token = await system.token()
    await system.audit.close()
    await system.database.close()
    response = await system.call(token)
    assert response.status_code == 503
    assert response.json()["error"] == "temporarily_unavailable"


async def test_n92_refusals_are_recorded_without_the_token(system):
    token = await system.token(scope="audit:read")
    await system.call(token)
    await system.call("eyJmb3JnZWQ")
    insufficient, invalid = await system.events("access_refused")
    assert insufficient["reason"] == "insufficient_scope"
    assert insufficient["client_id"] == "mcp-client"
    assert invalid["reason"] == "invalid_token"
    assert token not in str(insufficient)
    assert "eyJmb3JnZWQ" not in str(invalid)


async def test_a_flood_of_refusals_is_counted_not_written_out(system):
    for _ in range(100):
        await system.call("forged")
    system.clock.advance(10)
    await system.call("forged")
    first, second = await system.events("access_refused")
    assert "detail" not in first
    assert second["detail"] == {"count": 100}
