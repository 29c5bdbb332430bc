"""Introducing a person to a partner's server: an ID token becomes an ID-JAG (RFC 8693)."""

import jwt
import pytest
from tests.conformance.id_jag.conftest import EXCHANGE, ISSUER, PARTNER

NOW = 1_800_000_000
ID_JAG = "urn:ietf:params:oauth:token-type:id-jag"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"


async def id_token(system, typ="JWT", **changes):
    claims = {
        "iss": ISSUER,
        "sub": "user-1",
        "aud": "agent",
        "exp": NOW + 900,
        "iat": NOW,
        "auth_time": NOW - 10,
        "acr": "mfa",
        **changes,
    }
    return await system.keyring.sign(claims, typ)


async def ask(system, token, client_id="agent", **form):
    form = {
        "grant_type": EXCHANGE,
        "client_id": client_id,
        "client_secret": "secret",
        "subject_token": token,
        "subject_token_type": ID_TOKEN,
        "requested_token_type": ID_JAG,
        "audience": PARTNER,
        **form,
    }
    form = {name: value for name, value in form.items() if value is not None}
    return await system.http.post("/oauth2/token", data=form)


def assert_refused(response, error):
    assert (response.status_code, response.json()["error"]) == (400, error), response.text


async def test_the_assertion_is_for_the_partner_alone(system):
    resource = f"{PARTNER}/mcp/files"
    token = await id_token(system)
    response = await ask(system, token, resource=resource, scope="files:read files:write")
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["issued_token_type"] == ID_JAG
    assert (answer["token_type"], answer["expires_in"]) == ("N_A", 300)
    keys = (await system.http.get("/.well-known/jwks.json")).json()["keys"]
    header = jwt.get_unverified_header(answer["access_token"])
    assert header["typ"] == "oauth-id-jag+jwt"
    key = jwt.PyJWK(next(key for key in keys if key["kid"] == header["kid"]))
    claims = jwt.decode(
        answer["access_token"],
        key,
        algorithms=["ES256"],
        audience=PARTNER,
        options={"verify_iat": False, "verify_exp": False},
    )
    assert claims.pop("jti")
    assert claims == {
        "iss": ISSUER,
        "sub": "user-1",
        "aud": PARTNER,
        "client_id": "agent-there",
        "iat": NOW,
        "exp": NOW + 300,
        "resource": resource,
        "scope": "files:read files:write",
        "auth_time": NOW - 10,
        "acr": "mfa",
    }
    (event,) = await system.events("identity_assertion_issued")
    assert (event["user_id"], event["client_id"], event["resource"]) == (
        "user-1",
        "agent",
        resource,
    )


async def test_it_is_no_token_here(system):
    """An identity provider must not redeem its own assertion."""
    assertion = (await ask(system, await id_token(system))).json()["access_token"]
    assert (await system.call(assertion)).status_code == 401
    response = await system.http.post(
        "/oauth2/token",
        data={
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": assertion,
            "client_id": "agent",
            "client_secret": "secret",
        },
    )
    assert_refused(response, "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": "other"}, id="N44 another client's"),
        pytest.param({"aud": ["agent"]}, id="aud of another shape"),
        pytest.param({"exp": NOW}, id="N44 expired"),
        pytest.param({"iss": "https://other.example"}, id="N44 foreign issuer"),
        pytest.param({"typ": "at+jwt"}, id="an access token"),
    ],
)
async def test_id_tokens_that_prove_nothing(system, changes):
    assert_refused(await ask(system, await id_token(system, **changes)), "invalid_request")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        pytest.param({"audience": "https://other.example"}, "invalid_target", id="unknown"),
        pytest.param({"audience": PARTNER + "/"}, "invalid_target", id="slash"),
        pytest.param({"audience": None}, "invalid_target", id="no audience"),
        pytest.param({"resource": "https://other.example"}, "invalid_target", id="resource"),
        pytest.param({"scope": "mail:read"}, "invalid_scope", id="scope"),
        pytest.param({"scope": '"'}, "invalid_scope", id="malformed scope"),
        pytest.param({"subject_token": "x"}, "invalid_request", id="no ID token"),
        pytest.param({"actor_token": "x"}, "invalid_request", id="actor"),
        pytest.param(
            {"subject_token_type": "urn:ietf:params:oauth:token-type:access_token"},
            "invalid_request",
            id="another type",
        ),
    ],
)
async def test_requests_that_cannot_be_served(system, form, error):
    assert_refused(await ask(system, await id_token(system), **form), error)


async def test_a_client_the_partner_does_not_know(system):
    assert_refused(
        await ask(system, await id_token(system, aud="other"), "other"), "invalid_target"
    )


async def test_metadata(system):
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["identity_chaining_requested_token_types_supported"] == [ID_JAG]
