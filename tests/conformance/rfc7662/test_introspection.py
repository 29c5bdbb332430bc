"""RFC 7662: what a token is worth."""

import json

import pytest

from sumun.oauth.authorization.grants import AuthorizationGrant, add_grant, revoke_grant
from sumun.oauth.authorization.opaque import digest, mint
from sumun.oauth.authorization.refresh_tokens import (
    PREFIX,
    NewRefreshToken,
    add_refresh_token,
)

ISSUER = "https://sumun.example"
CRM = f"{ISSUER}/mcp/crm"
INACTIVE = {"active": False}


async def introspect(system, token, client_id="crm", **form):
    return await system.http.post(
        "/oauth2/introspect",
        data={"token": token, "client_id": client_id, "client_secret": "secret", **form},
    )


async def test_the_resource_learns_what_the_token_is_good_for(crm):
    token = await crm.token(resource=CRM, scope="mcp:crm")
    response = await introspect(crm, token)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    now = int(crm.clock())
    answer = response.json()
    assert answer.pop("jti")
    assert answer == {
        "active": True,
        "iss": ISSUER,
        "sub": "mcp-client",
        "client_id": "mcp-client",
        "aud": CRM,
        "scope": "mcp:crm",
        "token_type": "Bearer",
        "iat": now,
        "exp": now + 900,
    }


async def test_a_client_may_look_at_its_own_token(crm):
    token = await crm.token()
    assert (await introspect(crm, token, "mcp-client")).json()["active"] is True


async def test_n56_nothing_more_is_said_of_a_token_for_another_resource(crm):
    """RS not in aud."""
    assert (await introspect(crm, await crm.token())).json() == INACTIVE


async def test_being_allowed_tokens_is_not_being_the_resource(crm):
    token = await crm.token(resource=CRM, scope="mcp:crm")
    assert (await introspect(crm, token, "crm-only")).json() == INACTIVE


@pytest.mark.parametrize("token", ["x", "a.b.c", "sumun-refresh-x", "x" * 60_000, "é", "é.é.é"])
async def test_n56_unknown_and_malformed(crm, token):
    response = await introspect(crm, token)
    assert (response.status_code, response.json()) == (200, INACTIVE)


async def test_n56_expired(crm):
    token = await crm.token(resource=CRM)
    crm.clock.advance(899)
    assert (await introspect(crm, token)).json()["active"] is True
    crm.clock.advance(1)
    assert (await introspect(crm, token)).json() == INACTIVE


async def test_revoked(crm):
    token = await crm.token(resource=CRM)
    assert (await introspect(crm, token)).json()["active"] is True
    form = {"token": token, "client_id": "mcp-client", "client_secret": "secret"}
    await crm.http.post("/oauth2/revoke", data=form)
    assert (await introspect(crm, token)).json() == INACTIVE


async def test_n56_foreign(crm, tmp_path):
    """Signed by somebody else, or by us for something else."""
    from sumun.keys import RootSecret, SealedFiles, SigningKeyring

    other = SigningKeyring.open(SealedFiles(tmp_path / "other", RootSecret(b"other")), "ES256")
    now = int(crm.clock())
    claims = {
        "iss": ISSUER,
        "sub": "mcp-client",
        "aud": CRM,
        "exp": now + 900,
        "iat": now,
        "jti": "x",
        "client_id": "mcp-client",
    }
    for token in (
        other.active().sign(claims, "at+jwt"),
        crm.keyring.active().sign(claims, "JWT"),
        crm.keyring.active().sign({**claims, "iss": "https://other.example"}, "at+jwt"),
    ):
        assert (await introspect(crm, token)).json() == INACTIVE


async def test_a_token_dies_with_the_authorization_it_descends_from(crm):
    now = int(crm.clock())
    grant = AuthorizationGrant(
        grant_id="grant-1",
        client_id="mcp-client",
        user_id="user-1",
        resource=CRM,
        scope="mcp:crm",
        created_at=now,
        expires_at=now + 1000,
    )
    await crm.database.write(add_grant, grant)
    client = await crm.server.clients.find("mcp-client")
    issued = await crm.server.tokens.issue(
        client=client,
        subject="user-1",
        audience=CRM,
        scope="mcp:crm",
        grant_type="authorization_code",
        source="",
        grant_id="grant-1",
    )
    answer = (await introspect(crm, issued.access_token)).json()
    assert answer["active"] is True
    assert "grant_id" not in answer
    refresh = mint(PREFIX)
    new = NewRefreshToken(
        token_hash=digest(refresh), grant_id="grant-1", created_at=now, expires_at=now + 900
    )
    await crm.database.write(add_refresh_token, new)
    described = (await introspect(crm, refresh, "mcp-client")).json()
    assert described == {
        "active": True,
        "client_id": "mcp-client",
        "sub": "user-1",
        "scope": "mcp:crm",
        "iss": ISSUER,
        "iat": now,
        "exp": now + 900,
    }
    assert (await introspect(crm, refresh)).json() == INACTIVE
    await crm.database.write(revoke_grant, "grant-1", now=now, deny_until=now + 900)
    assert (await introspect(crm, issued.access_token)).json() == INACTIVE
    assert (await introspect(crm, refresh, "mcp-client")).json() == INACTIVE


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        pytest.param({"token": "x"}, 401, "invalid_client", id="N56 no credentials"),
        pytest.param({"token": "x", "client_id": "public"}, 401, "invalid_client", id="N56 public"),
        pytest.param(
            {"token": "x", "client_id": "crm", "client_secret": "no"},
            401,
            "invalid_client",
            id="N56 wrong secret",
        ),
        pytest.param(
            {"client_id": "crm", "client_secret": "secret"}, 400, "invalid_request", id="no token"
        ),
    ],
)
async def test_requests_that_cannot_be_served(crm, form, status, error):
    response = await crm.http.post("/oauth2/introspect", data=form)
    assert (response.status_code, response.json()["error"]) == (status, error)


async def test_a_token_is_no_credential_here(crm):
    token = await crm.token(resource=CRM)
    response = await crm.http.post(
        "/oauth2/introspect", data={"token": token}, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code == 401


async def test_only_post(crm):
    assert (await crm.http.get("/oauth2/introspect?token=x")).status_code == 405


async def test_no_token_is_recorded(crm):
    token = await crm.token(resource=CRM)
    await introspect(crm, token)
    await introspect(crm, token, client_secret="wrong")
    assert token not in json.dumps(await crm.audit.tail(10))


async def test_metadata(crm):
    document = (await crm.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["introspection_endpoint"] == f"{ISSUER}/oauth2/introspect"
    assert "none" not in document["introspection_endpoint_auth_methods_supported"]


async def test_a_question_leaves_no_event_and_a_refused_one_does(crm):
    token = await crm.token(resource=CRM, scope="mcp:crm")
    before = len(await crm.audit.tail(100))
    for asked in (token, "of nobody"):
        assert (await introspect(crm, asked)).status_code == 200
    assert len(await crm.audit.tail(100)) == before
    assert (await introspect(crm, token, client_secret="wrong")).status_code == 401
    assert len(await crm.audit.tail(100)) == before + 1
