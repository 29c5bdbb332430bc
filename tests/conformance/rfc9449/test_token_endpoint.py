"""RFC 9449 §5, §8: proofs at the token endpoint."""

import json

import pytest
from tests.conformance.keys import Signer
from tests.conformance.rfc9449.cases import BAD
from tests.conformance.rfc9449.conftest import Holder

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

TOKEN = ("POST", "/oauth2/token")


def claims_of(token):
    from sumun.keys.jws import read_jws

    return read_jws(token).claims()


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "Ed25519"])
async def test_the_token_is_bound_to_the_key_of_the_proof(system, alg):
    holder = Holder(system, alg)
    response = await holder.ask()
    assert response.status_code == 200, response.text
    assert response.json()["token_type"] == "DPoP"
    assert claims_of(response.json()["access_token"])["cnf"] == {"jkt": holder.signer.thumbprint}
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    assert alg in document["dpop_signing_alg_values_supported"]
    assert not {"none", "HS256"} & set(document["dpop_signing_alg_values_supported"])


async def test_without_a_proof_the_token_is_a_bearer_token(system):
    response = await system.ask()
    assert response.json()["token_type"] == "Bearer"
    assert "cnf" not in claims_of(response.json()["access_token"])


@pytest.mark.parametrize("make", BAD)
async def test_proofs_that_prove_nothing(system, holder, make):
    response = await holder.ask(make(holder, *TOKEN))
    assert response.status_code == 400, response.text
    assert response.json()["error"] == "invalid_dpop_proof"
    assert await system.events("token_issued") == []


async def test_n47_two_proofs(holder):
    response = await holder.ask(holder.proof(), holder.proof())
    assert (response.status_code, response.json()["error"]) == (400, "invalid_dpop_proof")


async def test_n47_a_proof_works_once(holder):
    """Reused jti; from another key the same jti is another."""
    proof = holder.proof()
    assert (await holder.ask(proof)).status_code == 200
    assert (await holder.ask(proof)).json()["error"] == "invalid_dpop_proof"
    claims = holder.claims()
    for signer in (holder.signer, Signer(kid=None)):
        proof = signer.sign(claims, typ="dpop+jwt", jwk=signer.public)
        assert (await holder.ask(proof)).status_code == 200


@pytest.mark.parametrize(
    "htu",
    [
        "https://SUMUN.example/oauth2/token",
        "HTTPS://sumun.example:443/oauth2/token",
        "https://sumun.example/oauth2/token?query#fragment",
    ],
)
async def test_the_same_url_in_other_words(holder, htu):
    assert (await holder.ask(holder.proof(htu=htu))).status_code == 200


@pytest.mark.parametrize("seconds", [-60, -1, 0.5, 60])
async def test_clocks_may_differ_by_a_minute(system, holder, seconds):
    proof = holder.proof(iat=int(system.clock()) + seconds)
    assert (await holder.ask(proof)).status_code == 200


async def test_a_client_registered_for_bound_tokens_gets_no_other(system, holder):
    """RFC 9449 §5.2."""
    metadata = ClientMetadata(scope="mcp.access", dpop_bound_access_tokens=True)
    hashed = system.server.client_secrets.hash("bound", "secret")
    client = Client(client_id="bound", metadata=metadata, secret_hash=hashed)
    await system.database.write(add_client, client)
    response = await system.ask(client_id="bound")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_dpop_proof")
    assert (await holder.ask(client_id="bound")).status_code == 200


async def test_n50_a_nonce_is_asked_for_and_accepted(demanding):
    for stale in (None, "x", "A" * 22, "A" * 10_000, 5):
        demanding.nonce = stale
        response = await demanding.ask()
        assert response.status_code == 400, response.text
        if response.json()["error"] != "invalid_dpop_proof":  # a number, or more than may be
            assert response.json()["error"] == "use_dpop_nonce"
            nonce = response.headers["dpop-nonce"]
    demanding.nonce = nonce
    response = await demanding.ask()
    assert response.status_code == 200
    assert "dpop-nonce" not in response.headers
    assert len(await demanding.system.events("token_refused")) == 2


async def test_n50_nonces_grow_old(demanding):
    nonce = demanding.nonce = (await demanding.ask()).headers["dpop-nonce"]
    demanding.system.clock.advance(240)
    response = await demanding.ask()
    assert response.status_code == 200
    assert response.headers["dpop-nonce"] != nonce
    demanding.system.clock.advance(60)
    response = await demanding.ask()
    assert (response.status_code, response.json()["error"]) == (400, "use_dpop_nonce")
    demanding.nonce = response.headers["dpop-nonce"]
    assert (await demanding.ask()).status_code == 200


async def test_a_client_may_ask_for_many_nonces(demanding):
    for _ in range(15):
        assert (await demanding.ask()).json()["error"] == "use_dpop_nonce"


async def test_nothing_of_a_proof_is_recorded(system, holder):
    proof = holder.proof()
    await holder.ask(proof)
    await holder.ask(proof)
    recorded = json.dumps(await system.audit.tail(10))
    assert not any(part in recorded for part in proof.split("."))
