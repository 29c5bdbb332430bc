"""RFC 7517 §4, §5: the published key set."""

import jwt
import pytest

ALGORITHMS = ["ES256", "RS256", "EdDSA"]
PUBLIC = {
    "EC": {"kty", "crv", "x", "y", "kid", "use", "alg"},
    "RSA": {"kty", "n", "e", "kid", "use", "alg"},
    "OKP": {"kty", "crv", "x", "kid", "use", "alg"},
}


async def jwks(system):
    response = await system.http.get("/.well-known/jwks.json")
    assert response.status_code == 200
    return response.json()


@pytest.mark.parametrize("alg", ALGORITHMS)
async def test_n59_public_members_of_asymmetric_keys_only(start, alg):
    async with start(signing_alg=alg) as system:
        system.keyring.rotate(keep=900)
        keys = (await jwks(system))["keys"]
        assert len(keys) == 2
        for key in keys:
            assert set(key) == PUBLIC[key["kty"]]


@pytest.mark.parametrize("alg", ALGORITHMS)
async def test_an_independent_library_verifies_a_token_with_it(start, alg):
    async with start(signing_alg=alg) as system:
        token = await system.token()
        header = jwt.get_unverified_header(token)
        key = jwt.PyJWKSet.from_dict(await jwks(system))[header["kid"]]
        claims = jwt.decode(
            token,
            key,
            algorithms=[alg],
            audience=system.config.issuer,
            issuer=system.config.issuer,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "jti"], "verify_iat": False},
        )
        assert claims["client_id"] == "mcp-client"


async def test_n88_rotation_breaks_no_token(system):
    old = await system.token()
    system.keyring.rotate(keep=900)
    new = await system.token()
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    for token in (old, new):
        assert (await system.call(token)).status_code == 200
    published = {key["kid"] for key in (await jwks(system))["keys"]}
    assert {jwt.get_unverified_header(token)["kid"] for token in (old, new)} == published


async def test_n88_a_key_is_published_before_it_signs(system):
    kid = system.keyring.rotate(publish_ahead=600, keep=900)
    assert kid in {key["kid"] for key in (await jwks(system))["keys"]}
    assert jwt.get_unverified_header(await system.token())["kid"] != kid
    system.clock.advance(600)
    assert jwt.get_unverified_header(await system.token())["kid"] == kid


async def test_n88_a_withdrawn_key_refuses_its_tokens(system):
    token = await system.token()
    assert (await system.call(token)).status_code == 200
    system.keyring.withdraw(jwt.get_unverified_header(token)["kid"])
    assert (await system.call(token)).status_code == 401


async def test_the_document_may_be_read_from_a_browser_and_cached(system):
    response = await system.http.get("/.well-known/jwks.json")
    assert response.headers["access-control-allow-origin"] == "*"
    assert "max-age" in response.headers["cache-control"]
