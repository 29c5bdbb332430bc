"""RFC 9449 §7, §9: bound tokens at protected resources."""

import pytest
from tests.conformance.keys import Signer
from tests.conformance.rfc9449.cases import BAD

from sumun.resource import BearerVerifier
from sumun.storage import connect


def assert_refused(response, error):
    assert response.status_code == 401, response.text
    challenge = response.headers["www-authenticate"]
    assert challenge.startswith("DPoP ")
    assert f'error="{error}"' in challenge
    assert 'algs="ES256 RS256 PS256 EdDSA Ed25519"' in challenge
    assert "resource_metadata=" in challenge


@pytest.mark.parametrize("scheme", ["DPoP", "dpop", "DPOP"])
async def test_a_bound_token_with_its_proof_passes(holder, scheme):
    token = await holder.token()
    response = await holder.call(token, scheme=scheme)
    assert (response.status_code, response.json()) == (200, {"client_id": "mcp-client"})


@pytest.mark.parametrize("path", ["/hello?query=1", "/mcp/crm"])
async def test_query_and_path(holder, path):
    resource = {"resource": "https://sumun.example/mcp/crm"} if "crm" in path else {}
    assert (await holder.call(await holder.token(**resource), path=path)).status_code == 200


async def test_n48_a_bound_token_is_no_bearer_token(holder):
    token = await holder.token()
    assert_refused(await holder.call(token, scheme="Bearer"), "invalid_token")
    assert_refused(await holder.system.call(token), "invalid_token")


async def test_n48_a_bearer_token_is_no_bound_token(holder):
    assert_refused(await holder.call(await holder.system.token()), "invalid_token")


@pytest.mark.parametrize("make", BAD)
async def test_proofs_that_prove_nothing(holder, make):
    token = await holder.token()
    assert_refused(
        await holder.call(token, make(holder, "GET", "/hello", token)), "invalid_dpop_proof"
    )


@pytest.mark.parametrize("ath", [None, "", "x", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"])
async def test_n47_bad_ath(holder, ath):
    token = await holder.token()
    proof = holder.proof("GET", "/hello", ath=ath)
    assert_refused(await holder.call(token, proof), "invalid_dpop_proof")


async def test_no_proof_and_two_proofs(holder):
    token = await holder.token()
    headers = {"Authorization": f"DPoP {token}"}
    response = await holder.system.http.get("/hello", headers=headers)
    assert_refused(response, "invalid_dpop_proof")
    proofs = [holder.proof("GET", "/hello", token) for _ in range(2)]
    assert_refused(await holder.call(token, *proofs), "invalid_dpop_proof")


async def test_another_key_s_proof(holder):
    token = await holder.token()
    other = Signer(kid=None)
    proof = other.sign(holder.claims("GET", "/hello", token), typ="dpop+jwt", jwk=other.public)
    assert_refused(await holder.call(token, proof), "invalid_token")


async def test_n47_a_proof_works_once_and_at_one_place(holder):
    token = await holder.token()
    proof = holder.proof("GET", "/hello", token)
    assert (await holder.call(token, proof)).status_code == 200
    assert_refused(await holder.call(token, proof), "invalid_dpop_proof")
    assert_refused(
        await holder.call(token, holder.proof("GET", "/hello", token), method="POST"),
        "invalid_dpop_proof",
    )


async def test_n47_a_proof_used_at_one_instance_is_used_at_all(holder, tmp_path):
    system = holder.system
    token = await holder.token()
    proof = holder.proof("GET", "/hello", token)
    assert (await holder.call(token, proof)).status_code == 200
    second = connect(f"sqlite:///{tmp_path / 'sumun.db'}")
    await second.open()
    system.verifier = BearerVerifier(
        system.config, keyring=system.keyring, database=second, clock=system.clock
    )
    assert_refused(await holder.call(token, proof), "invalid_dpop_proof")
    await second.close()


async def test_a_resource_without_a_database_remembers_what_it_saw(holder):
    system = holder.system
    system.verifier = BearerVerifier(
        system.config, keyring=system.keyring, database=None, clock=system.clock
    )
    token = await holder.token(scope="mcp.access")
    proof = holder.proof("GET", "/hello", token)
    assert (await holder.call(token, proof)).status_code == 200
    assert_refused(await holder.call(token, proof), "invalid_dpop_proof")


async def test_n50_a_nonce_is_asked_for(demanding):
    demanding.nonce = (await demanding.ask()).headers["dpop-nonce"]
    token = await demanding.token()
    demanding.nonce = None
    response = await demanding.call(token)
    assert_refused(response, "use_dpop_nonce")
    demanding.nonce = response.headers["dpop-nonce"]
    assert (await demanding.call(token)).status_code == 200
    assert await demanding.system.events("access_refused") == []


async def test_an_expired_or_revoked_token_is_refused_whatever_the_proof(holder):
    token = await holder.token()
    form = {"token": token, "client_id": "mcp-client", "client_secret": "secret"}
    await holder.system.http.post("/oauth2/revoke", data=form)
    assert (await holder.call(token)).status_code == 401
    token = await holder.token()
    holder.system.clock.advance(1000)
    assert (await holder.call(token)).status_code == 401


async def test_a_binding_that_is_not_known_here_is_not_ignored(system, holder):
    now = int(system.clock())
    issuer = system.config.issuer
    claims = {
        "iss": issuer,
        "sub": "a",
        "aud": issuer,
        "exp": now + 900,
        "iat": now,
        "jti": "x",
        "client_id": "a",
        "scope": "mcp.access",
    }
    for cnf in ({}, {"kid": "x"}, {"jkt": ""}, {"jkt": 5}, "x"):
        token = system.server.tokens._keyring.active().sign({**claims, "cnf": cnf}, "at+jwt")
        assert (await system.call(token)).status_code == 401, cnf


async def test_introspection_says_what_it_is_bound_to(holder):
    token = await holder.token()
    form = {"token": token, "client_id": "mcp-client", "client_secret": "secret"}
    answer = (await holder.system.http.post("/oauth2/introspect", data=form)).json()
    assert answer["cnf"] == {"jkt": holder.signer.thumbprint}
    assert answer["token_type"] == "DPoP"


async def test_metadata(system):
    document = (await system.http.get("/.well-known/oauth-protected-resource")).json()
    assert "ES256" in document["dpop_signing_alg_values_supported"]
