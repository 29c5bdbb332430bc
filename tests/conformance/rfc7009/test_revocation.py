"""RFC 7009: token revocation."""

import pytest

from sumun.oauth.authorization.grants import AuthorizationGrant, add_grant, find_grant
from sumun.oauth.authorization.opaque import digest, mint
from sumun.oauth.authorization.refresh_tokens import (
    PREFIX,
    NewRefreshToken,
    add_refresh_token,
)

MINE = {"client_id": "mcp-client", "client_secret": "secret"}
OTHER = {"client_id": "basic-only", "client_secret": "secret"}


async def revoke(system, token, client=MINE, **form):
    return await system.http.post("/oauth2/revoke", data={"token": token, **client, **form})


async def grant_to(system, client_id, **changes):
    now = int(system.clock())
    grant = AuthorizationGrant(
        grant_id=f"grant-of-{client_id}",
        client_id=client_id,
        user_id="user-1",
        resource=system.config.issuer,
        scope="mcp.access offline_access",
        created_at=now,
        expires_at=now + 1000,
    )
    token = mint(PREFIX)
    refresh = NewRefreshToken(
        token_hash=digest(token), grant_id=grant.grant_id, created_at=now, expires_at=now + 900
    )
    await system.database.write(add_grant, grant)
    await system.database.write(add_refresh_token, refresh)
    return token


async def test_a_revoked_token_opens_nothing(system):
    token = await system.token()
    assert (await system.call(token)).status_code == 200
    response = await revoke(system, token)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert (await system.call(token)).status_code == 401
    (event,) = await system.events("token_revoked")
    assert (event["client_id"], event["action_taken"]) == ("mcp-client", "revoked")
    assert token not in str(event)


async def test_revoking_twice_is_the_same_as_once(system):
    token = await system.token()
    assert [(await revoke(system, token)).status_code for _ in range(2)] == [200, 200]
    assert len(await system.events("token_revoked")) == 1


async def test_an_expired_token_needs_no_revoking(system):
    token = await system.token()
    system.clock.advance(1000)
    assert (await revoke(system, token)).status_code == 200
    assert await system.events("token_revoked") == []


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "sumun-refresh-x", "sumun-refresh-" + "x" * 10_000, "é" * 100]
)
async def test_n58_an_unknown_token_is_as_good_as_revoked(system, token):
    """RFC 7009 §2.2."""
    assert (await revoke(system, token)).status_code == 200


async def test_a_changed_token_revokes_nothing(system):
    token = await system.token()
    head, payload, signature = token.split(".")
    assert (await revoke(system, f"{head}.{payload}.{signature[:-4]}AAAA")).status_code == 200
    assert (await system.call(token)).status_code == 200


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "id_token", "nonsense"])
async def test_n58_hints_do_not_matter(system, hint):
    """Unknown hints are ignored, wrong ones too (RFC 7009 §2.1)."""
    token = await system.token()
    assert (await revoke(system, token, token_type_hint=hint)).status_code == 200
    assert (await system.call(token)).status_code == 401


async def test_n58_another_client_s_token_stays_good(system):
    token = await system.token()
    response = await system.http.post(
        "/oauth2/revoke", data={"token": token}, auth=("basic-only", "secret")
    )
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_grant"
    assert (await system.call(token)).status_code == 200


async def test_n58_another_client_s_refresh_token_stays_good(system):
    token = await grant_to(system, "public")
    response = await revoke(system, token)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    grant = await system.database.read(find_grant, "grant-of-public")
    assert grant.revoked_at is None


async def test_a_public_client_revokes_its_refresh_token_and_all_of_its_grant(system):
    token = await grant_to(system, "public")
    for _ in range(2):
        assert (await revoke(system, token, {"client_id": "public"})).status_code == 200
    grant = await system.database.read(find_grant, "grant-of-public")
    assert grant.revoked_at == int(system.clock())
    (event,) = await system.events("grant_revoked")
    assert (event["user_id"], event["reason"]) == ("user-1", "client")


async def test_a_public_client_cannot_revoke_for_a_confidential_one(system):
    token = await system.token()
    assert (await revoke(system, token, {"client_id": "mcp-client"})).status_code == 401
    assert (await revoke(system, token, {"client_id": "public"})).status_code == 400
    assert (await system.call(token)).status_code == 200


async def test_n58_an_id_token_cannot_be_revoked(system):
    """RFC 7009 §2.2.1."""
    token = system.keyring.active().sign({"iss": system.config.issuer, "sub": "user-1"}, "JWT")
    response = await revoke(system, token)
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_token_type")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        pytest.param({**MINE}, 400, "invalid_request", id="no token"),
        pytest.param({"token": "x"}, 401, "invalid_client", id="no client"),
        pytest.param({"token": "x", **MINE, "client_secret": "no"}, 401, "invalid_client", id="no"),
    ],
)
async def test_requests_that_cannot_be_served(system, form, status, error):
    response = await system.http.post("/oauth2/revoke", data=form)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.json()["error_description"]


async def test_only_post(system):
    response = await system.http.get("/oauth2/revoke?token=x")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_guessing_here_is_guessing_everywhere(system):
    wrong = {"client_id": "mcp-client", "client_secret": "wrong"}
    statuses = [(await revoke(system, "x", wrong)).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    assert (await system.ask()).status_code == 429


async def test_metadata(system):
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["revocation_endpoint"] == "https://sumun.example/oauth2/revoke"
    assert "none" in document["revocation_endpoint_auth_methods_supported"]
