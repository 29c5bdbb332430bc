"""RFC 9101: authorization requests that are signed."""

import msgspec
import pytest
from tests.conformance.browser import APPS, answer, challenge, request
from tests.conformance.keys import Signer, unsigned

from sumun.oauth import Client
from sumun.oauth.clients import add_client

ISSUER = "https://sumun.example"
REDIRECT = APPS["app"].redirect_uris[0]
NOW = 1_800_000_000
MINE = Signer()


@pytest.fixture
async def signing(browser):
    for client_id, more in (("signer", {}), ("strict", {"require_signed_request_object": True})):
        metadata = msgspec.structs.replace(APPS["app"], jwks=MINE.jwks, **more)
        client = Client(client_id=client_id, metadata=metadata)
        await browser.system.database.write(add_client, client)
    return browser


def claims(**changes):
    return {
        **request("signer", redirect_uri=REDIRECT, state="signed"),
        "iss": "signer",
        "aud": ISSUER,
        "exp": NOW + 60,
        **changes,
    }


async def authorize(browser, token, client_id="signer", **more):
    query = {"client_id": client_id, "request": token, **more}
    return await browser.http.get("/oauth2/authorize", params=query)


@pytest.mark.parametrize("typ", ["JWT", "oauth-authz-req+jwt", None])
async def test_a_signed_request(signing, typ):
    page = await signing.open(await authorize(signing, MINE.sign(claims(), typ=typ)))
    page = await signing.open(await signing.sign_in(page))
    assert answer(await signing.decide(page))["state"] == "signed"


async def test_numbers_and_arrays(signing):
    token = MINE.sign(claims(max_age=3600, resource=["https://sumun.example/mcp/crm"]))
    assert (await authorize(signing, token)).status_code == 303


async def test_what_is_sent_beside_it_does_not_count(signing):
    """RFC 9101 §6.3."""
    token = MINE.sign(claims(code_challenge=None))
    response = await authorize(
        signing, token, code_challenge=challenge(), redirect_uri="https://evil.example"
    )
    said = answer(response)
    assert response.headers["location"].startswith(REDIRECT)
    assert (said["error"], said["state"]) == ("invalid_request", "signed")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: unsigned(claims()), id="N20 none"),
        pytest.param(lambda: unsigned(claims(), "HS256", kid="one"), id="N20 HS256"),
        pytest.param(lambda: Signer().sign(claims()), id="N20 another key"),
        pytest.param(lambda: MINE.sign(claims(aud="https://other.example")), id="N20 aud"),
        pytest.param(lambda: MINE.sign(claims(aud=None)), id="N20 no aud"),
        pytest.param(lambda: MINE.sign(claims(exp=NOW - 10)), id="N20 expired"),
        pytest.param(lambda: MINE.sign(claims(exp=None)), id="N20 no exp"),
        pytest.param(lambda: MINE.sign(claims(client_id="app")), id="N20 another client"),
        pytest.param(lambda: MINE.sign(claims(client_id=None)), id="N20 no client"),
        pytest.param(lambda: MINE.sign(claims(iss="app")), id="N20 another issuer"),
        pytest.param(lambda: MINE.sign(claims(request="x")), id="nested request"),
        pytest.param(lambda: MINE.sign(claims(request_uri="x")), id="nested request_uri"),
        pytest.param(lambda: MINE.sign(claims(resource=[5])), id="resource is a number"),
        pytest.param(lambda: MINE.sign(claims(), typ="client-authentication+jwt"), id="typ"),
        pytest.param(lambda: MINE.sign(claims(), typ="at+jwt"), id="at+jwt"),
        pytest.param(lambda: "x", id="no JWT"),
    ],
)
async def test_request_objects_that_prove_nothing(signing, make):
    response = await authorize(signing, make())
    assert response.status_code == 400
    assert "location" not in response.headers
    said = answer(await authorize(signing, make(), redirect_uri=REDIRECT, state="x"))
    assert (said["error"], said["state"]) == ("invalid_request_object", "x")


async def test_a_client_without_keys_signs_nothing(signing):
    token = MINE.sign(claims(client_id="app", iss="app"))
    said = answer(await authorize(signing, token, "app", redirect_uri=REDIRECT))
    assert said["error"] == "invalid_request_object"


async def test_n20_nothing_is_fetched(signing):
    said = answer(await signing.authorize(request_uri="https://app.example/request"))
    assert said["error"] == "request_uri_not_supported"


async def test_both_kinds_at_once(signing):
    said = answer(
        await authorize(
            signing, MINE.sign(claims()), redirect_uri=REDIRECT, request_uri="https://x.example"
        )
    )
    assert said["error"] == "invalid_request"


async def test_a_client_that_must_sign(signing):
    """RFC 9101 §10.5."""
    said = answer(await signing.authorize("strict", redirect_uri=REDIRECT))
    assert said["error"] == "invalid_request"
    token = MINE.sign(claims(client_id="strict", iss="strict"))
    assert (await authorize(signing, token, "strict")).status_code == 303
    response = await signing.system.http.post(
        "/oauth2/par", data=request("strict", redirect_uri=REDIRECT)
    )
    assert response.json()["error"] == "invalid_request"


async def test_a_signed_request_is_pushed(signing):
    """RFC 9126 §3."""
    form = {"client_id": "signer", "request": MINE.sign(claims())}
    response = await signing.system.http.post("/oauth2/par", data=form)
    assert response.status_code == 201, response.text
    query = {"client_id": "signer", "request_uri": response.json()["request_uri"]}
    response = await signing.http.get("/oauth2/authorize", params=query)
    assert response.headers["location"].startswith("/sign-in?ticket=")


async def test_metadata(signing):
    document = (await signing.system.http.get("/.well-known/openid-configuration")).json()
    assert document["request_parameter_supported"] is True
    assert document["request_uri_parameter_supported"] is False
    assert "ES256" in document["request_object_signing_alg_values_supported"]
    assert "none" not in document["request_object_signing_alg_values_supported"]
