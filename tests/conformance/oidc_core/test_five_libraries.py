"""Our tokens, verified by five JOSE libraries that know nothing of us.

Each is given what a client has: the token, the published key set, and what must be in it.
"""

import json
import time
import warnings

import jwt as pyjwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet as JoserfcKeys
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jwt as jwcrypto_jwt
from tests.conformance.browser import Browser, settle

with warnings.catch_warnings(record=True):
    # Both warn of themselves when they are imported, whatever the filters say.
    from authlib.jose import JsonWebKey as AuthlibKeys
    from authlib.jose import JsonWebToken as AuthlibToken
    from jose import jwt as python_jose

ISSUER = "https://sumun.example"


def by_pyjwt(token, keys, alg, audience):
    found = pyjwt.PyJWKSet.from_dict(keys)[pyjwt.get_unverified_header(token)["kid"]]
    options = {"verify_exp": False, "verify_iat": False}
    return pyjwt.decode(
        token, found, algorithms=[alg], issuer=ISSUER, audience=audience, options=options
    )


def by_joserfc(token, keys, alg, audience):
    decoded = joserfc_jwt.decode(token, JoserfcKeys.import_key_set(keys), algorithms=[alg])
    registry = joserfc_jwt.JWTClaimsRegistry(
        now=decoded.claims["iat"],
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": audience},
    )
    registry.validate(decoded.claims)
    return decoded.claims


def by_authlib(token, keys, alg, audience):
    claims = AuthlibToken([alg]).decode(
        token,
        AuthlibKeys.import_key_set(keys),
        claims_options={
            "iss": {"essential": True, "value": ISSUER},
            "aud": {"essential": True, "value": audience},
        },
    )
    claims.validate(now=claims["iat"])
    return dict(claims)


def by_jwcrypto(token, keys, alg, audience):
    verified = jwcrypto_jwt.JWT(
        jwt=token,
        key=jwcrypto_jwk.JWKSet.from_json(json.dumps(keys)),
        algs=[alg],
        check_claims={"iss": ISSUER, "aud": audience},
    )
    return json.loads(verified.claims)


def by_python_jose(token, keys, alg, audience):
    options = {"verify_exp": False, "verify_iat": False, "verify_at_hash": False}
    return python_jose.decode(
        token, keys, algorithms=[alg], issuer=ISSUER, audience=audience, options=options
    )


# jwcrypto says of a set that no key in it fits: "Missing Key".
UNVERIFIED = r"(?i)signature|verif|missing key|bad|invalid"

LIBRARIES = [by_pyjwt, by_joserfc, by_authlib, by_jwcrypto, by_python_jose]
# python-jose implements no EdDSA: https://github.com/mpdavis/python-jose lists what it has.
PAIRS = [
    pytest.param(library, alg, id=f"{library.__name__[3:]} {alg}")
    for library in LIBRARIES
    for alg in ("ES256", "RS256", "EdDSA")
    if (library, alg) != (by_python_jose, "EdDSA")
]


def spoiled(token):
    """The token with one character of its claims changed."""
    header, claims, signature = token.split(".")
    changed = "A" if claims[20] != "A" else "B"
    return f"{header}.{claims[:20]}{changed}{claims[21:]}.{signature}"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated via RFC 9864")
@pytest.mark.parametrize(("library", "alg"), PAIRS)
async def test_both_tokens(start, library, alg):
    async with start(signing_alg=alg) as system:
        await settle(system)
        # Some of the libraries can only be told of the present by living in it.
        system.clock.now = time.time()
        browser = Browser(system)
        async with browser.http:
            answer = await browser.tokens(scope="mcp:crm openid")
        keys = (await system.http.get("/.well-known/jwks.json")).json()
    access = library(answer["access_token"], keys, alg, f"{ISSUER}/mcp/crm")
    assert access["sub"] == "user-1"
    assert access["scope"] == "mcp:crm openid"
    signed_in = library(answer["id_token"], keys, alg, "app")
    assert signed_in["sub"] == "user-1"
    for token, audience in (
        (answer["access_token"], f"{ISSUER}/mcp/crm"),
        (answer["id_token"], "app"),
    ):
        with pytest.raises(Exception, match=UNVERIFIED):
            library(spoiled(token), keys, alg, audience)
        with pytest.raises(Exception, match=r"(?i)aud"):
            library(token, keys, alg, "somebody-else")
