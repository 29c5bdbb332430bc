"""RFC 9701: introspection answers that are signed."""

import jwt
import pytest

ISSUER = "https://sumun.example"
CRM = f"{ISSUER}/mcp/crm"
SIGNED = "application/token-introspection+jwt"


async def introspect(system, token, accept=SIGNED):
    return await system.http.post(
        "/oauth2/introspect",
        data={"token": token, "client_id": "crm", "client_secret": "secret"},
        headers={"Accept": accept},
    )


async def opened(system, response):
    """Verify with a library that is not ours."""
    keys = (await system.http.get("/.well-known/jwks.json")).json()["keys"]
    header = jwt.get_unverified_header(response.text)
    key = jwt.PyJWK(next(key for key in keys if key["kid"] == header["kid"]))
    claims = jwt.decode(
        response.text,
        key,
        algorithms=["ES256"],
        audience="crm",
        issuer=ISSUER,
        options={"verify_iat": False},
    )
    return header, claims


async def test_n57_a_signed_answer_for_the_caller_alone(crm):
    response = await introspect(crm, await crm.token(resource=CRM, scope="mcp:crm"))
    assert response.status_code == 200
    assert response.headers["content-type"] == SIGNED
    header, claims = await opened(crm, response)
    assert header["typ"] == "token-introspection+jwt"
    assert set(claims) == {"iss", "aud", "iat", "token_introspection"}
    assert claims["token_introspection"]["active"] is True
    assert claims["token_introspection"]["scope"] == "mcp:crm"


async def test_an_inactive_token_is_signed_as_just_that(crm):
    response = await introspect(crm, "x")
    _, claims = await opened(crm, response)
    assert claims["token_introspection"] == {"active": False}


@pytest.mark.parametrize(
    "accept", ["application/json", "*/*", f"{SIGNED};q=0", "application/*", "x" * 5000, ""]
)
async def test_who_does_not_ask_for_it_gets_json(crm, accept):
    response = await introspect(crm, "x", accept)
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "accept", [SIGNED.upper(), f"application/json;q=0.1, {SIGNED}", f"{SIGNED};q=0.5"]
)
async def test_who_asks_for_it_in_another_way_gets_it(crm, accept):
    assert (await introspect(crm, "x", accept)).headers["content-type"] == SIGNED


async def test_the_answer_is_no_access_token(crm):
    """RFC 9701 §8.1."""
    response = await introspect(crm, await crm.token(resource=CRM))
    assert (await crm.call(response.text, "/mcp/crm")).status_code == 401
    again = await introspect(crm, response.text, "application/json")
    assert again.json() == {"active": False}


async def test_metadata(crm):
    document = (await crm.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["introspection_signing_alg_values_supported"] == ["ES256"]
