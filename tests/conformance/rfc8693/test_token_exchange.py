"""RFC 8693: a token for another token, with who acts for whom."""

import json

import pytest
from tests.conformance.rfc9449.conftest import Holder

from sumun.keys.jws import read_jws
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client
from sumun.oauth.revocation import revoke_token

ISSUER = "https://sumun.example"
CRM, OWN = f"{ISSUER}/mcp/crm", f"{ISSUER}/mcp"
GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS = "urn:ietf:params:oauth:token-type:access_token"
CLIENTS = {
    "agent": ClientMetadata(grant_types=(GRANT,), scope="mcp.access mcp:*"),
    "delegating": ClientMetadata(grant_types=(GRANT,), scope="mcp:*", may_act="worker"),
    "worker": ClientMetadata(
        grant_types=("client_credentials", GRANT), scope="mcp:*", serves=(CRM,)
    ),
    "crm": ClientMetadata(grant_types=(GRANT,), scope="mcp.access mcp:*", serves=(CRM,)),
    "front": ClientMetadata(
        grant_types=(GRANT,), scope="mcp.access mcp:*", serves=(CRM,), resources=(CRM, OWN)
    ),
    "last": ClientMetadata(grant_types=(GRANT,), scope="mcp.access mcp:*", serves=(OWN,)),
    "stranger": ClientMetadata(grant_types=(GRANT,), scope="mcp.access mcp:*"),
}


@pytest.fixture
async def house(system):
    for client_id, metadata in CLIENTS.items():
        hashed = system.server.client_secrets.hash(client_id, "secret")
        client = Client(client_id=client_id, metadata=metadata, secret_hash=hashed)
        await system.database.write(add_client, client)
    return system


async def token_of(system, client_id="agent", audience=CRM, scope="mcp:crm", **more):
    """A token a person gave a client."""
    issued = await system.server.tokens.issue(
        client=await system.server.clients.find(client_id),
        subject="user-1",
        audience=audience,
        scope=scope,
        grant_type="authorization_code",
        source="",
        **more,
    )
    return issued.access_token


async def exchange(system, token, client_id="crm", **form):
    form = {
        "grant_type": GRANT,
        "client_id": client_id,
        "client_secret": "secret",
        "subject_token": token,
        "subject_token_type": ACCESS,
        **form,
    }
    form = {name: value for name, value in form.items() if value is not None}
    return await system.http.post("/oauth2/token", data=form)


async def exchanged(system, token, client_id="crm", **form):
    response = await exchange(system, token, client_id, **form)
    assert response.status_code == 200, response.text
    return read_jws(response.json()["access_token"]).claims()


def assert_refused(response, error="invalid_request"):
    assert (response.status_code, response.json()["error"]) == (400, error), response.text


async def test_the_answer(house):
    """RFC 8693 §2.2.1."""
    answer = (await exchange(house, await token_of(house))).json()
    assert answer.pop("access_token")
    assert answer == {
        "issued_token_type": ACCESS,
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "mcp:crm",
    }


async def test_a_resource_acts_for_the_person(house):
    claims = await exchanged(house, await token_of(house))
    assert (claims["sub"], claims["client_id"], claims["aud"]) == ("user-1", "crm", CRM)
    assert claims["act"] == {"sub": "crm"}


async def test_a_client_may_have_less_of_its_own_token(house):
    token = await token_of(house, scope="mcp:crm mcp:crm:lookup")
    claims = await exchanged(house, token, "agent", scope="mcp:crm:lookup")
    assert claims["scope"] == "mcp:crm:lookup"
    assert "act" not in claims


async def test_the_next_resource(house):
    token = await token_of(house, scope="mcp.access")
    claims = await exchanged(house, token, "front", resource=OWN)
    assert (claims["aud"], claims["scope"]) == (OWN, "mcp.access")
    again = await exchange(house, token, "front", audience=OWN)
    claims = await exchanged(house, again.json()["access_token"], "last")
    assert claims["act"] == {"sub": "last", "act": {"sub": "front"}}


async def test_it_ends_no_later_than_the_token_it_was_made_from(house):
    token = await token_of(house)
    house.clock.advance(800)
    response = await exchange(house, token)
    assert response.json()["expires_in"] == 100
    original, claims = (read_jws(t).claims() for t in (token, response.json()["access_token"]))
    assert claims["exp"] == original["exp"]


async def test_it_dies_with_the_authorization_it_descends_from(house):
    token = await token_of(house, grant_id="grant-1", auth_time=5, acr="mfa")
    response = await exchange(house, token)
    claims = read_jws(response.json()["access_token"]).claims()
    assert (claims["grant_id"], claims["auth_time"], claims["acr"]) == ("grant-1", 5, "mfa")
    await house.database.write(revoke_token, "grant-1", expires_at=2_000_000_000, now=1)
    assert_refused(await exchange(house, token))
    assert (await house.call(response.json()["access_token"], "/mcp/crm")).status_code == 401


async def test_n44_expired(house):
    token = await token_of(house)
    house.clock.advance(900)
    assert_refused(await exchange(house, token))


async def test_n44_foreign_issuer(house, tmp_path):
    from sumun.keys import RootSecret, SealedFiles, SigningKeyring

    other = SigningKeyring.open(SealedFiles(tmp_path / "other", RootSecret(b"other")), "ES256")
    claims = read_jws(await token_of(house)).claims()
    for signed in (
        await other.sign(claims, "at+jwt"),
        await house.keyring.sign({**claims, "iss": "https://other.example"}, "at+jwt"),
        await house.keyring.sign(claims, "JWT"),
        "x",
        "sumun-refresh-x",
    ):
        assert_refused(await exchange(house, signed))


@pytest.mark.parametrize("client_id", ["stranger", "last"])
async def test_n44_neither_the_client_s_nor_made_for_it(house, client_id):
    assert_refused(await exchange(house, await token_of(house), client_id))


@pytest.mark.parametrize(
    ("scope", "status"),
    [("mcp:crm", 200), ("mcp:crm:x", 200), ("mcp.access", 400), ("mcp:hr", 400), ('"', 400)],
)
async def test_n44_scope_wider(house, scope, status):
    response = await exchange(house, await token_of(house), scope=scope)
    assert response.status_code == status
    if status == 400:
        assert response.json()["error"] == "invalid_scope"


async def test_a_scope_the_actor_is_not_registered_for_is_left_out(house):
    token = await token_of(house, "agent", OWN, "mcp.access")
    claims = await exchanged(house, token, "last")
    assert claims["scope"] == "mcp.access"
    token = await token_of(house, "agent", CRM, "audit:read mcp:crm")
    assert (await exchanged(house, token))["scope"] == "mcp:crm"


@pytest.mark.parametrize(
    "target",
    [
        pytest.param({"resource": OWN}, id="not the operator's will"),
        pytest.param({"audience": "https://other.example"}, id="unknown"),
        pytest.param({"resource": CRM, "audience": OWN}, id="two targets"),
        pytest.param({"resource": "x"}, id="no URI"),
    ],
)
async def test_n44_targets_that_are_not_the_client_s(house, target):
    assert_refused(await exchange(house, await token_of(house), **target), "invalid_target")


async def test_the_same_target_in_both_parameters_is_one(house):
    claims = await exchanged(house, await token_of(house), resource=CRM, audience=CRM)
    assert claims["aud"] == CRM


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"requested_token_type": "x"}, id="N44 requested_token_type unknown"),
        pytest.param(
            {"requested_token_type": "urn:ietf:params:oauth:token-type:refresh_token"},
            id="N44 requested a refresh token",
        ),
        pytest.param({"subject_token": None}, id="no subject_token"),
        pytest.param({"subject_token_type": None}, id="no subject_token_type"),
        pytest.param({"subject_token_type": "urn:ietf:params:oauth:token-type:saml2"}, id="SAML"),
        pytest.param({"actor_token": "x"}, id="actor without its type"),
        pytest.param({"actor_token_type": ACCESS}, id="actor type without actor"),
        pytest.param({"actor_token": "x", "actor_token_type": ACCESS}, id="no actor token"),
        pytest.param({"actor_token": "x", "actor_token_type": "y"}, id="unknown actor type"),
    ],
)
async def test_requests_that_cannot_be_served(house, form):
    assert_refused(await exchange(house, await token_of(house), **form))


async def worker_token(system):
    response = await system.ask(client_id="worker", scope="mcp:crm", resource=CRM)
    return response.json()["access_token"]


async def test_an_actor_that_the_token_names(house):
    """RFC 8693 §4.4."""
    token = await token_of(house, "delegating")
    assert read_jws(token).claims()["may_act"] == {"sub": "worker"}
    actor = {"actor_token": await worker_token(house), "actor_token_type": ACCESS}
    claims = await exchanged(house, token, "worker", **actor)
    assert (claims["sub"], claims["act"]) == ("user-1", {"sub": "worker"})
    assert (await exchanged(house, token, "worker"))["act"] == {"sub": "worker"}


async def test_n44_may_act_absent(house):
    actor = {"actor_token": await worker_token(house), "actor_token_type": ACCESS}
    assert_refused(await exchange(house, await token_of(house), "worker", **actor))


async def test_n44_actor_missing_where_the_token_names_another(house):
    token = await token_of(house, "delegating")
    assert_refused(await exchange(house, token, "crm"))


async def test_n44_another_client_s_actor_token(house):
    token = await token_of(house, "delegating")
    actor = {"actor_token": await worker_token(house), "actor_token_type": ACCESS}
    assert_refused(await exchange(house, token, "crm", **actor))


async def test_chains_are_bounded(house):
    act = {"sub": "a", "act": {"sub": "b", "act": {"sub": "c"}}}
    claims = await exchanged(house, await token_of(house, act=act))
    assert claims["act"] == {"sub": "crm", "act": act}
    longer = await token_of(house, act={"sub": "z", "act": act})
    assert_refused(await exchange(house, longer))


async def test_a_bound_token_of_one_s_own_needs_its_proof(house):
    holder = Holder(house)
    token = await token_of(house, cnf={"jkt": holder.signer.thumbprint})
    assert_refused(await exchange(house, token, "agent"))
    form = {
        "grant_type": GRANT,
        "subject_token": token,
        "subject_token_type": ACCESS,
    }
    response = await holder.ask(client_id="agent", **form)
    assert response.status_code == 200, response.text
    assert response.json()["token_type"] == "DPoP"
    assert (await exchange(house, token, "crm")).status_code == 200


async def test_a_public_client_exchanges_nothing(house):
    token = await token_of(house, "public", ISSUER, "mcp.access")
    response = await house.http.post(
        "/oauth2/token",
        data={
            "grant_type": GRANT,
            "client_id": "public",
            "subject_token": token,
            "subject_token_type": ACCESS,
        },
    )
    assert_refused(response, "unauthorized_client")


async def test_no_token_is_recorded(house):
    token = await token_of(house)
    await exchange(house, token)
    await exchange(house, token, "stranger")
    recorded = json.dumps(await house.audit.tail(20))
    assert token not in recorded
    (event,) = [e for e in await house.events("token_issued") if e["method"] == GRANT]
    assert (event["user_id"], event["client_id"]) == ("user-1", "crm")
