"""RFC 9126: pushed authorization requests."""

import json

import msgspec
import pytest
from tests.conformance.browser import APPS, answer, redeem, request
from tests.conformance.rfc9449.conftest import Holder

from sumun.oauth import Client
from sumun.oauth.authorization.pushed import take_pushed_request
from sumun.oauth.clients import add_client

PREFIX = "urn:ietf:params:oauth:request_uri:"


async def push(system, client_id="app", headers=None, **parameters):
    form = request(client_id, **parameters)
    if client_id == "server-app":
        form.setdefault("client_secret", "secret")
    return await system.http.post("/oauth2/par", data=form, headers=headers or {})


async def pushed(system, client_id="app", **parameters):
    response = await push(system, client_id, **parameters)
    assert response.status_code == 201, response.text
    return response.json()["request_uri"]


async def authorize(browser, request_uri, client_id="app", **more):
    query = {"client_id": client_id, "request_uri": request_uri, **more}
    return await browser.http.get("/oauth2/authorize", params=query)


def assert_page(response):
    assert response.status_code == 400
    assert "location" not in response.headers


async def test_the_answer(people):
    """RFC 9126 §2.2."""
    response = await push(people)
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["request_uri"].startswith(PREFIX)
    assert response.json()["expires_in"] == 90


async def test_a_pushed_request_goes_all_the_way(browser):
    request_uri = await pushed(browser.system, state="of the pushed one")
    page = await browser.open(await authorize(browser, request_uri))
    page = await browser.open(await browser.sign_in(page))
    said = answer(await browser.decide(page))
    assert said["state"] == "of the pushed one"
    assert (await redeem(browser.system, said["code"])).status_code == 200


async def test_what_is_sent_beside_it_does_not_count(browser):
    """RFC 9101 §6.3."""
    request_uri = await pushed(browser.system)
    response = await authorize(
        browser, request_uri, scope="mcp.access", redirect_uri="https://evil.example", state="x"
    )
    page = await browser.open(await browser.sign_in(await browser.open(response)))
    said = answer(await browser.decide(page))
    assert said["state"] == "a state"
    tokens = (await redeem(browser.system, said["code"])).json()
    assert tokens["scope"] == "mcp:crm"


async def test_a_confidential_client(browser):
    request_uri = await pushed(browser.system, "server-app")
    response = await authorize(browser, request_uri, "server-app")
    assert response.headers["location"].startswith("/sign-in?ticket=")


async def test_n54_reused(browser):
    request_uri = await pushed(browser.system)
    assert (await authorize(browser, request_uri)).status_code == 303
    assert_page(await authorize(browser, request_uri))
    refused = (await browser.system.events("authorization_refused"))[-1]
    assert refused["client_id"] == "app"


async def test_n54_expired(browser):
    request_uri = await pushed(browser.system)
    browser.system.clock.advance(90)
    assert_page(await authorize(browser, request_uri))


async def test_n54_used_by_another_client(browser):
    request_uri = await pushed(browser.system)
    assert_page(await authorize(browser, request_uri, "other-app"))
    assert (await authorize(browser, request_uri)).status_code == 303


@pytest.mark.parametrize("request_uri", [PREFIX, PREFIX + "x", PREFIX + "x" * 5000])
async def test_unknown(browser, request_uri):
    assert_page(await authorize(browser, request_uri))


async def test_the_client_is_told_where_it_may_be(browser):
    redirect_uri = APPS["app"].redirect_uris[0]
    more = {"redirect_uri": redirect_uri, "state": "x"}
    said = answer(await authorize(browser, PREFIX + "x", **more))
    assert (said["error"], said["state"]) == ("invalid_request_uri", "x")
    assert_page(await authorize(browser, PREFIX + "x", redirect_uri="https://evil.example/cb"))


async def test_n54_nested_request_uri(people):
    for nested in (PREFIX + "x", "https://app.example/request"):
        response = await push(people, request_uri=nested)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_n54_get(people):
    response = await people.http.get("/oauth2/par")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        pytest.param({"redirect_uri": "https://evil.example/cb"}, "invalid_request", id="redirect"),
        pytest.param({"code_challenge": None}, "invalid_request", id="no PKCE"),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain"),
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="implicit"),
        pytest.param({"scope": "admin"}, "invalid_scope", id="scope"),
        pytest.param({"resource": "https://other.example"}, "invalid_target", id="resource"),
        pytest.param({"prompt": "x"}, "invalid_request", id="prompt"),
        pytest.param({"dpop_jkt": "x"}, "invalid_request", id="dpop_jkt"),
        pytest.param({"request": "x"}, "invalid_request_object", id="request object"),
    ],
)
async def test_a_request_that_is_not_in_order_is_refused_at_once(people, parameters, error):
    """RFC 9126 §2.3."""
    response = await push(people, **parameters)
    assert (response.status_code, response.json()["error"]) == (400, error), response.text


@pytest.mark.parametrize(
    "client",
    [
        {"client_id": "server-app"},
        {"client_id": "server-app", "client_secret": "wrong"},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
async def test_who_does_not_prove_who_it_is(people, client):
    form = {**request("server-app"), **client}
    form = {name: value for name, value in form.items() if value is not None}
    response = await people.http.post("/oauth2/par", data=form)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def careful(system):
    metadata = msgspec.structs.replace(APPS["app"], require_pushed_authorization_requests=True)
    await system.database.write(add_client, Client(client_id="careful", metadata=metadata))


async def test_n55_a_client_that_must_push(browser):
    await careful(browser.system)
    redirect_uri = APPS["app"].redirect_uris[0]
    said = answer(await browser.authorize("careful", redirect_uri=redirect_uri))
    assert said["error"] == "invalid_request"
    request_uri = await pushed(browser.system, "careful", redirect_uri=redirect_uri)
    assert (await authorize(browser, request_uri, "careful")).status_code == 303


async def test_no_secret_is_kept(people):
    request_uri = await pushed(people, "server-app", client_secret="secret")
    taken = await people.database.write(
        take_pushed_request, request_uri, "server-app", now=int(people.clock())
    )
    assert "client_secret" not in taken.values
    assert request_uri not in json.dumps(await people.audit.tail(10))


async def test_a_flood_is_held_up(people):
    statuses = {(await push(people)).status_code for _ in range(125)}
    assert statuses == {201, 429}


async def test_n49_a_code_bound_by_dpop_jkt(browser):
    """RFC 9449 §10."""
    system = browser.system
    holder, other = Holder(system), Holder(system)
    code = await browser.code(dpop_jkt=holder.signer.thumbprint)
    for headers in ({}, {"DPoP": other.proof()}):
        response = await redeem_with(system, code, headers)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    response = await redeem_with(system, code, {"DPoP": holder.proof()})
    assert response.status_code == 200, response.text
    assert response.json()["token_type"] == "DPoP"


async def redeem_with(system, code, headers):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "app",
        "code_verifier": "v" * 43,
    }
    return await system.http.post("/oauth2/token", data=form, headers=headers)


async def test_a_proof_at_par_binds_the_code(browser):
    """RFC 9449 §10.1."""
    system = browser.system
    holder = Holder(system)
    proof = {"DPoP": holder.proof(path="/oauth2/par")}
    response = await push(system, headers=proof)
    assert response.status_code == 201, response.text
    page = await browser.open(await authorize(browser, response.json()["request_uri"]))
    page = await browser.open(await browser.sign_in(page))
    code = answer(await browser.decide(page))["code"]
    assert (await redeem_with(system, code, {})).json()["error"] == "invalid_grant"
    assert (await redeem_with(system, code, {"DPoP": holder.proof()})).status_code == 200


async def test_a_proof_at_par_for_another_key_or_place(people):
    holder = Holder(people)
    response = await push(
        people,
        headers={"DPoP": holder.proof(path="/oauth2/par")},
        dpop_jkt=Holder(people).signer.thumbprint,
    )
    assert response.json()["error"] == "invalid_request"
    response = await push(people, headers={"DPoP": holder.proof()})
    assert response.json()["error"] == "invalid_dpop_proof"


async def test_metadata(people):
    document = (await people.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["pushed_authorization_request_endpoint"] == "https://sumun.example/oauth2/par"
    assert document["require_pushed_authorization_requests"] is False
