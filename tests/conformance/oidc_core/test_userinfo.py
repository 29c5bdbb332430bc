"""OpenID Connect Core §5.3, §5.4; RFC 6750 §3; RFC 9449 §7."""

import hashlib

import pytest
from tests.conformance.browser import PASSWORD, answer, redeem
from tests.conformance.keys import Signer, encode

from sumun.oauth.users import User, add_user, disable_user


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_sub_is_that_of_the_id_token(signed_in, method):
    tokens = await signed_in("openid")
    response = await tokens.userinfo(method)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {"sub": "user-1"}


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        ("openid profile", {"preferred_username": "minjun", "locale": "en"}),
        ("openid email", {}),
        ("openid profile email", {"preferred_username": "minjun", "locale": "en"}),
    ],
)
async def test_claims_by_scope(signed_in, scope, claims):
    tokens = await signed_in(scope)
    assert (await tokens.userinfo()).json() == {"sub": "user-1", **claims}


async def test_a_user_name_that_is_an_address(people, browser):
    hashed = await people.server.people.passwords.hash(PASSWORD)
    person = User(user_id="user-2", username="yuna@example.com", password_hash=hashed, locale="ko")
    await people.database.write(add_user, person)
    page = await browser.open(await browser.authorize(scope="mcp:crm openid email"))
    page = await browser.open(await browser.sign_in(page, "yuna@example.com"))
    code = answer(await browser.decide(page))["code"]
    token = (await redeem(people, code)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await people.http.get("/oauth2/userinfo", headers=headers)).json() == {
        "sub": "user-2",
        "email": "yuna@example.com",
        "email_verified": False,
    }


async def test_what_is_unticked_is_not_told(people, browser):
    page = await browser.consent_page(scope="mcp:crm openid profile")
    code = answer(await browser.decide(page, **{"scope:profile": None}))["code"]
    answered = (await redeem(people, code)).json()
    assert answered["scope"] == "mcp:crm openid"
    headers = {"Authorization": f"Bearer {answered['access_token']}"}
    assert (await people.http.get("/oauth2/userinfo", headers=headers)).json() == {"sub": "user-1"}


async def test_without_a_token(people):
    """RFC 6750 §3.1: no error code for a request without authentication."""
    response = await people.http.get("/oauth2/userinfo")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("place", ["query", "form"])
async def test_n68_a_token_elsewhere_than_in_the_header(people, signed_in, place):
    tokens = await signed_in("openid")
    where = {"params": {"access_token": tokens.access}}
    if place == "form":
        where = {"data": {"access_token": tokens.access}}
    assert (await people.http.post("/oauth2/userinfo", **where)).status_code == 401


async def test_n68_two_headers(people, signed_in):
    tokens = await signed_in("openid")
    headers = [("Authorization", f"Bearer {tokens.access}")] * 2
    response = await people.http.get("/oauth2/userinfo", headers=headers)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "é".encode().decode("latin-1"), "x" * 9000, "e30.e30."], ids=range(5)
)
async def test_n60_what_is_no_token(people, token):
    headers = {"Authorization": f"Bearer {token}".encode("latin-1")}
    response = await people.http.get("/oauth2/userinfo", headers=headers)
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]


async def test_without_openid(signed_in):
    tokens = await signed_in("profile")
    response = await tokens.userinfo()
    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response.headers["www-authenticate"]
    assert 'scope="openid"' in response.headers["www-authenticate"]


async def test_a_client_is_nobody(people):
    token = await people.token()
    headers = {"Authorization": f"Bearer {token}"}
    assert (await people.http.get("/oauth2/userinfo", headers=headers)).status_code == 403


async def test_expired(people, signed_in):
    tokens = await signed_in("openid")
    people.clock.advance(901)
    assert (await tokens.userinfo()).status_code == 401


async def test_revoked_with_its_grant(people, signed_in):
    tokens = await signed_in("openid")
    response = await people.http.post(
        "/oauth2/revoke", data={"token": tokens.refresh, "client_id": "app"}
    )
    assert response.status_code == 200
    assert (await tokens.userinfo()).status_code == 401


async def test_of_somebody_who_is_let_in_no_longer(people, signed_in):
    tokens = await signed_in("openid")
    await people.database.write(disable_user, "user-1", now=1)
    assert (await tokens.userinfo()).status_code == 401


async def bound_token(people, **cnf):
    client = await people.server.clients.find("app")
    issued = await people.server.tokens.issue(
        client=client,
        subject="user-1",
        audience="https://sumun.example",
        scope="openid",
        grant_type="authorization_code",
        source="",
        cnf=cnf,
    )
    return issued.access_token


def proof(signer, token, clock, jti="one"):
    claims = {
        "jti": jti,
        "htm": "GET",
        "htu": "https://sumun.example/oauth2/userinfo",
        "iat": int(clock()),
        "ath": encode(hashlib.sha256(token.encode()).digest()),
    }
    return signer.sign(claims, typ="dpop+jwt", jwk=signer.key.as_dict(private=False), kid=None)


async def test_n48_a_bound_token_needs_its_key(people):
    signer, thief = Signer(), Signer()
    token = await bound_token(people, jkt=signer.thumbprint)

    async def ask(scheme, *, by=None, jti="one"):
        headers = {"Authorization": f"{scheme} {token}"}
        if by is not None:
            headers["DPoP"] = proof(by, token, people.clock, jti)
        return await people.http.get("/oauth2/userinfo", headers=headers)

    assert (await ask("Bearer")).status_code == 401
    assert (await ask("Bearer", by=signer, jti="two")).status_code == 401
    assert (await ask("DPoP")).status_code == 401
    refused = await ask("DPoP", by=thief)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("DPoP ")
    assert (await ask("DPoP", by=signer)).json() == {"sub": "user-1"}
    assert (await ask("DPoP", by=signer)).status_code == 401, "one proof, one request"


async def test_n48_a_loose_token_is_not_bound(people, signed_in):
    tokens = await signed_in("openid")
    response = await tokens.userinfo(Authorization=f"DPoP {tokens.access}")
    assert response.status_code == 401


async def test_a_token_of_a_certificate_without_it(people):
    token = await bound_token(people, **{"x5t#S256": "x" * 43})
    headers = {"Authorization": f"Bearer {token}"}
    assert (await people.http.get("/oauth2/userinfo", headers=headers)).status_code == 401
