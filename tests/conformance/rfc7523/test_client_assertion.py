"""RFC 7523 §2.2, §3: clients that prove who they are with a key of their own."""

import hashlib
import hmac
import itertools
import json

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey
from tests.conformance.keys import Signer, encode, unsigned

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

ISSUER = "https://sumun.example"
TOKEN_URL = f"{ISSUER}/oauth2/token"
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SIGNERS = {alg: Signer(alg) for alg in ("ES256", "RS256", "PS256", "Ed25519")}
MINE, OTHER = SIGNERS["ES256"], Signer()
NUMBERS = itertools.count()


async def register(system, client_id, **metadata):
    metadata.setdefault("scope", "mcp.access")
    metadata.setdefault("token_endpoint_auth_methods", ("private_key_jwt",))
    client = Client(client_id=client_id, metadata=ClientMetadata(**metadata))
    await system.database.write(add_client, client)


@pytest.fixture
async def agent(system):
    await register(system, "agent", jwks=MINE.jwks)
    return system


def claims(system, **changes):
    now = int(system.clock())
    return {
        "iss": "agent",
        "sub": "agent",
        "aud": ISSUER,
        "exp": now + 60,
        "iat": now,
        "jti": f"jti-{next(NUMBERS)}",
        **changes,
    }


async def ask(system, assertion, **form):
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": TYPE,
        "client_assertion": assertion,
        **form,
    }
    form = {name: value for name, value in form.items() if value is not None}
    return await system.http.post("/oauth2/token", data=form)


def assert_invalid_client(response):
    assert response.status_code == 401, response.text
    assert response.json()["error"] == "invalid_client"


@pytest.mark.parametrize("alg", SIGNERS)
async def test_every_algorithm_named_works(system, alg):
    await register(system, "agent", jwks=SIGNERS[alg].jwks)
    response = await ask(system, SIGNERS[alg].sign(claims(system)))
    assert response.status_code == 200, response.text
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    assert "private_key_jwt" in document["token_endpoint_auth_methods_supported"]
    assert alg in document["token_endpoint_auth_signing_alg_values_supported"]
    assert "HS256" not in document["token_endpoint_auth_signing_alg_values_supported"]


async def test_the_client_is_known_with_and_without_client_id(agent):
    assert (await ask(agent, MINE.sign(claims(agent)))).status_code == 200
    assert (await ask(agent, MINE.sign(claims(agent)), client_id="agent")).status_code == 200


async def test_client_id_and_assertion_must_agree(agent):
    response = await ask(agent, MINE.sign(claims(agent)), client_id="mcp-client")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": TOKEN_URL}, id="token endpoint"),
        pytest.param({"aud": [ISSUER]}, id="array of one"),
        pytest.param({"iat": None}, id="no iat"),
        pytest.param({"nbf": 0}, id="nbf past"),
        pytest.param({"exp": 1_800_000_060.5}, id="fractions of a second"),
    ],
)
async def test_what_older_clients_send_is_accepted(agent, changes):
    assert (await ask(agent, MINE.sign(claims(agent, **changes)))).status_code == 200


NOW = 1_800_000_000


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"iss": "other"}, id="N32 iss is not sub"),
        pytest.param({"iss": None}, id="N32 no iss"),
        pytest.param({"sub": None}, id="N32 no sub"),
        pytest.param({"aud": None}, id="N32 no aud"),
        pytest.param({"aud": "https://other.example"}, id="N32 foreign aud"),
        pytest.param({"aud": ISSUER + "/"}, id="N32 aud with a slash"),
        pytest.param({"aud": [ISSUER, "https://other.example"]}, id="N32 two audiences"),
        pytest.param({"aud": []}, id="N32 empty aud"),
        pytest.param({"exp": None}, id="N32 no exp"),
        pytest.param({"exp": NOW - 300}, id="N32 expired five minutes ago"),
        pytest.param({"exp": str(NOW + 60)}, id="N32 exp is text"),
        pytest.param({"exp": NOW + 100_000}, id="N32 good for a day"),
        pytest.param({"iat": NOW + 120}, id="N32 iat in the future"),
        pytest.param({"nbf": NOW + 120}, id="N32 nbf in the future"),
        pytest.param({"jti": None}, id="N32 no jti"),
        pytest.param({"jti": ""}, id="N32 empty jti"),
        pytest.param({"jti": "x" * 1000}, id="N32 long jti"),
        pytest.param({"sub": "unknown", "iss": "unknown"}, id="N32 unknown client"),
        pytest.param({"sub": "mcp-client", "iss": "mcp-client"}, id="N32 another method"),
    ],
)
async def test_claims_that_prove_nothing(agent, changes):
    assert_invalid_client(await ask(agent, MINE.sign(claims(agent, **changes))))


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({"kid": "unknown"}, id="N32 unknown kid"),
        pytest.param({"kid": "../../etc/passwd"}, id="N32 kid is a path"),
        pytest.param({"jwk": OTHER.public}, id="N32 jwk"),
        pytest.param({"jku": "https://evil.example/jwks"}, id="N32 jku"),
        pytest.param({"x5u": "https://evil.example/cert"}, id="N32 x5u"),
    ],
)
async def test_headers_that_point_elsewhere(agent, header):
    assert_invalid_client(await ask(agent, MINE.sign(claims(agent), **header)))


async def test_a_signature_without_a_kid_is_tried_with_every_key(system):
    signer = Signer(kid=None)
    await register(system, "agent", jwks={"keys": [MINE.public, signer.public]})
    assert (await ask(system, signer.sign(claims(system)))).status_code == 200


async def test_n63_an_rsa_key_that_is_too_short_proves_nothing(system):
    short = Signer("RS256")
    with pytest.warns(SecurityWarning):
        short.key = RSAKey.generate_key(1024)
    await register(system, "agent", jwks=short.jwks)
    assert_invalid_client(await ask(system, short.sign(claims(system))))


async def test_n63_the_algorithm_of_the_header_is_that_of_the_key(system):
    named = {"keys": [{**SIGNERS["RS256"].public, "alg": "PS256"}]}
    await register(system, "agent", jwks=named)
    assert_invalid_client(await ask(system, SIGNERS["RS256"].sign(claims(system))))


async def test_critical_headers_are_refused(agent):
    body = claims(agent)
    token = MINE.sign(body)
    forged = encode(json.dumps({"alg": "ES256", "crit": ["x"], "x": 1}).encode())
    assert_invalid_client(await ask(agent, ".".join([forged, *token.split(".")[1:]])))


def symmetric(body, key):
    head = encode(json.dumps({"alg": "HS256", "kid": "one"}).encode())
    message = f"{head}.{encode(json.dumps(body).encode())}"
    return f"{message}.{encode(hmac.digest(key, message.encode(), hashlib.sha256))}"


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(unsigned, id="N32 none"),
        pytest.param(lambda body: unsigned(body, "None"), id="N32 None"),
        pytest.param(lambda body: symmetric(body, b"secret"), id="N32 HS256"),
        pytest.param(
            lambda body: symmetric(body, json.dumps(MINE.public).encode()),
            id="N32 HS256 with the public key",
        ),
        pytest.param(OTHER.sign, id="N32 another key of the same kid"),
        pytest.param(Signer("ES384").sign, id="N32 ES384"),
        pytest.param(lambda body: MINE.sign(body)[:-4], id="N32 truncated"),
        pytest.param(lambda body: MINE.sign(body) + "AAAA", id="N32 extended"),
        pytest.param(lambda body: "x", id="N32 no JWT"),
        pytest.param(lambda body: "é.é.é", id="N32 not ASCII"),
        pytest.param(lambda body: MINE.sign({**body, "x": "y" * 9000}), id="N32 too long"),
    ],
)
async def test_signatures_that_prove_nothing(agent, forge):
    assert_invalid_client(await ask(agent, forge(claims(agent))))


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param({"jwks": {"keys": [{**MINE.public, "use": "enc"}]}}, id="N32 use enc"),
        pytest.param({"jwks": {"keys": [MINE.private]}}, id="private key registered"),
        pytest.param({"jwks": {"keys": []}}, id="no key"),
        pytest.param({"jwks": {}}, id="no set"),
        pytest.param({}, id="nothing registered"),
        pytest.param(
            {"jwks": MINE.jwks, "token_endpoint_auth_signing_alg": "RS256"},
            id="N32 not the registered algorithm",
        ),
        pytest.param(
            {"jwks": MINE.jwks, "token_endpoint_auth_methods": ("client_secret_basic",)},
            id="N29 not the registered method",
        ),
    ],
)
async def test_registrations_under_which_nothing_is_proven(system, metadata):
    await register(system, "agent", **metadata)
    assert_invalid_client(await ask(system, MINE.sign(claims(system))))


async def test_n32_an_assertion_works_once(agent):
    """A jti is good for one use."""
    assertion = MINE.sign(claims(agent))
    assert (await ask(agent, assertion)).status_code == 200
    assert_invalid_client(await ask(agent, assertion))
    body = claims(agent)
    assert (await ask(agent, MINE.sign(body))).status_code == 200
    assert_invalid_client(await ask(agent, MINE.sign({**body, "iat": None})))


async def test_clients_may_choose_the_same_jti(agent):
    await register(agent, "second", jwks=OTHER.jwks)
    one = MINE.sign(claims(agent, jti="same"))
    two = OTHER.sign(claims(agent, iss="second", sub="second", jti="same"))
    assert [(await ask(agent, each)).status_code for each in (one, two)] == [200, 200]


@pytest.mark.parametrize("audience", [TOKEN_URL, [ISSUER]])
async def test_an_explicitly_typed_assertion_names_the_issuer_alone(agent, audience):
    """draft-ietf-oauth-rfc7523bis: typ client-authentication+jwt."""
    typ = "client-authentication+jwt"
    assert (await ask(agent, MINE.sign(claims(agent), typ=typ))).status_code == 200
    assert_invalid_client(await ask(agent, MINE.sign(claims(agent, aud=audience), typ=typ)))


@pytest.mark.parametrize(
    "form",
    [
        {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
        {"client_assertion_type": None},
        {"client_assertion": None},
    ],
)
async def test_half_an_assertion(agent, form):
    assert_invalid_client(await ask(agent, MINE.sign(claims(agent)), **form))


async def test_an_assertion_beside_a_secret_is_refused(agent):
    """RFC 6749 §2.3: one method in each request."""
    response = await ask(agent, MINE.sign(claims(agent)), client_secret="secret")
    assert response.status_code == 400
    assert response.json()["error"] == "invalid_request"


async def test_a_refused_assertion_is_not_used_up(agent):
    body = claims(agent)
    assert_invalid_client(await ask(agent, OTHER.sign(body)))
    assert (await ask(agent, MINE.sign(body))).status_code == 200


async def test_nothing_of_an_assertion_is_recorded(agent):
    assertion = MINE.sign(claims(agent))
    await ask(agent, assertion)
    await ask(agent, assertion)
    recorded = json.dumps(await agent.audit.tail(10))
    assert not any(part in recorded for part in assertion.split("."))
    refused = (await agent.events("token_refused"))[-1]
    assert (refused["client_id"], refused["reason"]) == ("agent", "invalid_client")
