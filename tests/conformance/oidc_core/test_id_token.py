"""OpenID Connect Core §2, §3.1.3.3, §3.1.3.6, §12.2; RFC 9068 §2.1."""

import base64
import hashlib

import jwt
import msgspec
import pytest
from tests.conformance.browser import redeem, refresh

from sumun.keys import SigningKeyring


def payload(token):
    return jwt.decode(token, options={"verify_signature": False})


async def verified(system, token, audience="app"):
    """Verify as a client does, with what discovery says."""
    document = (await system.http.get("/.well-known/openid-configuration")).json()
    keys = jwt.PyJWKSet.from_dict((await system.http.get(document["jwks_uri"])).json())
    return jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]],
        algorithms=document["id_token_signing_alg_values_supported"],
        issuer=document["issuer"],
        audience=audience,
        options={"require": ["iss", "sub", "aud", "exp", "iat"], "verify_exp": False,
                 "verify_iat": False},
    )  # fmt: skip


async def test_every_claim(people, signed_in):
    tokens = await signed_in("openid", nonce="a nonce")
    claims = await verified(people, tokens.id)
    now = int(people.clock())
    digest = hashlib.sha256(tokens.access.encode()).digest()
    assert claims == {
        "iss": "https://sumun.example",
        "sub": "user-1",
        "aud": "app",
        "iat": now,
        "exp": now + 900,
        "auth_time": now,
        "nonce": "a nonce",
        "acr": "1fa",
        "amr": ["pwd"],
        "at_hash": base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode(),
        "sid": claims["sid"],
    }
    assert claims["sid"].startswith("session-")


async def test_no_nonce_asked_none_said(signed_in):
    assert "nonce" not in payload((await signed_in("openid")).id)


async def test_without_openid_there_is_none(signed_in):
    assert (await signed_in("offline_access")).id is None


async def test_openid_alone_gives_a_token_for_the_person_only(people, browser):
    answer = await browser.tokens(scope="openid")
    assert answer["scope"] == "openid"
    assert payload(answer["access_token"])["scope"] == "openid"


async def test_signing_in_says_when_it_was_not_when_the_token_was_made(people, browser):
    await browser.tokens(scope="mcp:crm openid")
    people.clock.advance(600)
    answer = await browser.tokens(scope="mcp:crm openid", prompt="consent")
    claims = payload(answer["id_token"])
    assert claims["iat"] - claims["auth_time"] == 600


async def test_refreshing_repeats_who_and_when(people, signed_in):
    """§12.2: the same iss, sub, aud and auth_time; no nonce."""
    tokens = await signed_in("openid", nonce="a nonce")
    people.clock.advance(100)
    again = (await refresh(people, tokens.refresh)).json()
    before, after = payload(tokens.id), payload(again["id_token"])
    assert {name: before[name] for name in ("iss", "sub", "aud", "auth_time", "sid")} == {
        name: after[name] for name in ("iss", "sub", "aud", "auth_time", "sid")
    }
    assert after["iat"] == before["iat"] + 100
    assert "nonce" not in after
    assert after["at_hash"] != before["at_hash"]


async def test_refreshing_for_less_than_openid(people, signed_in):
    tokens = await signed_in("openid")
    again = (await refresh(people, tokens.refresh, scope="mcp:crm")).json()
    assert "id_token" not in again


async def test_n66_it_is_no_access_token(people, signed_in):
    tokens = await signed_in("openid")
    assert jwt.get_unverified_header(tokens.id)["typ"] == "JWT"
    for path in ("/hello", "/mcp/crm"):
        response = await people.call(tokens.id, path)
        assert response.status_code == 401
        assert 'error="invalid_token"' in response.headers["www-authenticate"]
    tokens.access = tokens.id
    assert (await tokens.userinfo()).status_code == 401


async def test_the_access_token_is_no_id_token(people, signed_in):
    tokens = await signed_in("openid")
    assert people.server.openid.id_tokens.read(tokens.access) is None
    assert people.server.openid.id_tokens.read(tokens.id)["sub"] == "user-1"


@pytest.mark.parametrize(("alg", "half"), [("ES256", 16), ("RS256", 16), ("EdDSA", 32)], ids=str)
async def test_at_hash_follows_the_algorithm(start, alg, half):
    """§3.1.3.6, with what RFC 8037 §3.1 says of Ed25519."""
    from tests.conformance.browser import Browser, settle

    async with start(signing_alg=alg) as system:
        await settle(system)
        browser = Browser(system)
        async with browser.http:
            answer = await browser.tokens(scope="mcp:crm openid")
        claims = await verified(system, answer["id_token"])
        hashed = hashlib.sha512 if alg == "EdDSA" else hashlib.sha256
        expected = hashed(answer["access_token"].encode()).digest()[:half]
        assert claims["at_hash"] == base64.urlsafe_b64encode(expected).rstrip(b"=").decode()


async def test_a_client_gets_what_it_registered_if_there_is_a_key(people, browser):
    """OpenID Connect Registration §2, ``id_token_signed_response_alg``."""
    keyring = SigningKeyring.open(people.files, "ES256", people.clock, also=["RS256"])
    people.server.openid.id_tokens._keyring = keyring
    tokens = people.server.openid.id_tokens
    client = await people.server.clients.find("app")
    for registered, expected in (("RS256", "RS256"), ("EdDSA", "ES256"), ("none", "ES256")):
        metadata = msgspec.structs.replace(client.metadata, id_token_signed_response_alg=registered)
        assert tokens.alg(msgspec.structs.replace(client, metadata=metadata)) == expected


async def test_a_failing_signer_spends_no_code(people, browser, monkeypatch):
    """What cannot be answered whole is not answered at all, and can be tried again."""
    from sumun.oauth.errors import OAuthError

    code = await browser.code(scope="mcp:crm openid")

    async def fail(*_, **__):
        raise OAuthError("temporarily_unavailable", "no key")

    with monkeypatch.context() as broken:
        broken.setattr(people.server.openid.id_tokens, "issue", fail)
        assert (await redeem(people, code)).status_code == 503
    assert (await redeem(people, code)).status_code == 200
