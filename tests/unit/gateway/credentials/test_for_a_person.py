"""Access tokens for whoever calls, by our word: token exchange and ID-JAG."""

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.unit.gateway.credentials.conftest import MINJUN, send
from tests.unit.gateway.credentials.partner import CLIENT_ID

from sumun.gateway.upstreams.upstream import UpstreamFailed
from sumun.guard import Principal

SORA = Principal(subject="user-sora", client_id="desktop")
KINDS = ["token_exchange", "identity_assertion"]


def read(way, token):
    [key] = way.keyring.public_jwks()["keys"]
    return jwt.decode(token, ECKey.import_key(key))


async def test_a_token_of_ours_is_exchanged_and_never_the_callers(way, partner):
    assert await send(way.credential(partner, kind="token_exchange", scope="crm.read")) == 200
    [form], [received] = partner.forms, partner.calls
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:token-exchange"
    assert form["subject_token_type"] == "urn:ietf:params:oauth:token-type:jwt"
    assert form["resource"] == partner.url
    assert form["scope"] == "crm.read"
    token = read(way, form["subject_token"])
    claims = token.claims
    assert token.header["typ"] == "JWT"
    assert claims["iss"] == "https://gate.example"
    assert claims["sub"] == MINJUN.subject
    assert claims["aud"] == partner.issuer
    assert claims["exp"] - claims["iat"] == 60
    assert claims["act"] == {"sub": CLIENT_ID, "act": {"sub": "desktop"}}
    assert MINJUN.token_id not in repr(claims)
    assert received["authorization"] == "Bearer theirs-1"


async def test_an_assertion_about_the_person_is_redeemed(way, partner):
    assert await send(way.credential(partner, kind="identity_assertion", scope="crm.read")) == 200
    [form], [received] = partner.forms, partner.calls
    assert form.keys() == {"grant_type", "assertion", "scope"}
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    token = read(way, form["assertion"])
    claims = token.claims
    assert token.header["typ"] == "oauth-id-jag+jwt"
    assert claims["sub"] == MINJUN.subject
    assert claims["aud"] == partner.issuer
    assert claims["client_id"] == CLIENT_ID
    assert claims["resource"] == partner.url
    assert claims["scope"] == "crm.read"
    assert received["authorization"] == "Bearer theirs-1"


@pytest.mark.parametrize("kind", KINDS)
async def test_each_person_has_a_token_of_their_own(way, partner, kind):
    upstream = way.credential(partner, kind=kind)
    for principal in (MINJUN, SORA, MINJUN, SORA):
        await send(upstream, principal)
    assert [received["authorization"] for received in partner.calls] == [
        "Bearer theirs-1",
        "Bearer theirs-2",
        "Bearer theirs-1",
        "Bearer theirs-2",
    ]
    assert [event.user_id for event in way.events] == ["user-minjun", "user-sora"]


@pytest.mark.parametrize("kind", KINDS)
async def test_our_word_is_for_somebody(way, partner, kind):
    with pytest.raises(UpstreamFailed, match="no token"):
        await send(way.credential(partner, kind=kind), None)
    assert partner.forms == partner.calls == []


@pytest.mark.parametrize("kind", KINDS)
async def test_tokens_may_be_bound_to_a_key(way, partner, kind):
    assert await send(way.credential(partner, kind=kind, dpop=True)) == 200
    assert partner.calls[0]["authorization"] == "DPoP theirs-1"
    assert partner.calls[0]["dpop"]
