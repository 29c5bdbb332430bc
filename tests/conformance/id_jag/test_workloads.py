"""Workload identity federation: a program's platform says what it is (RFC 7523 §2.1)."""

import pytest
from tests.conformance.id_jag.conftest import BEARER, CLOUD, CRM, IDP, ISSUER
from tests.conformance.keys import Signer

from sumun.keys.jws import read_jws

NOW = 1_800_000_000


def claims(**changes):
    return {
        "iss": CLOUD,
        "sub": "repo:acme/tools:ref:refs/heads/main",
        "env": "production",
        "aud": ISSUER,
        "exp": NOW + 600,
        "iat": NOW,
        "jti": "jti",
        **changes,
    }


async def ask(system, assertion, /, **form):
    form = {"grant_type": BEARER, "assertion": assertion, "resource": CRM, **form}
    form = {name: value for name, value in form.items() if value is not None}
    return await system.http.post("/oauth2/token", data=form)


def assert_refused(response, error="invalid_grant"):
    assert (response.status_code, response.json()["error"]) == (400, error), response.text


async def test_a_workload_needs_no_client(system, cloud):
    response = await ask(system, cloud.sign(claims()))
    assert response.status_code == 200, response.text
    token = read_jws(response.json()["access_token"]).claims()
    assert (token["client_id"], token["aud"], token["scope"]) == ("workload-ci", CRM, "mcp:crm")
    assert token["sub"] == "workload-ci:repo:acme/tools:ref:refs/heads/main"
    assert (await system.call(response.json()["access_token"], "/mcp/crm")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": f"{ISSUER}/oauth2/token"},
        {"aud": [ISSUER]},
        {"jti": None},
        {"iat": None},
        {"exp": NOW + 86_400},
    ],
)
async def test_what_platforms_write(system, cloud, changes):
    assert (await ask(system, cloud.sign(claims(**changes)))).status_code == 200


async def test_an_identity_in_a_file_is_presented_until_it_expires(system, cloud):
    assertion = cloud.sign(claims())
    assert [(await ask(system, assertion)).status_code for _ in range(2)] == [200, 200]
    system.clock.advance(700)
    assert_refused(await ask(system, assertion))


async def test_the_first_entry_that_fits_decides(system, cloud):
    assertion = cloud.sign(claims(sub="cron", env=None))
    response = await ask(system, assertion, resource=None)
    assert response.status_code == 200, response.text
    assert read_jws(response.json()["access_token"]).claims()["client_id"] == "workload-nightly"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"sub": "repo:evil/tools"}, id="another repository"),
        pytest.param({"sub": "xrepo:acme/tools"}, id="pattern not at the beginning"),
        pytest.param({"env": "test"}, id="another claim"),
        pytest.param({"env": None}, id="claim missing"),
        pytest.param({"env": ["production"]}, id="claim of another type"),
        pytest.param({"sub": "repo:acme/" + "x" * 300}, id="long"),
        pytest.param({"iss": "https://evil.example"}, id="issuer not on the list"),
        pytest.param({"iss": IDP}, id="an identity provider"),
        pytest.param({"aud": "https://other.example"}, id="aud"),
        pytest.param({"aud": [ISSUER, "https://other.example"]}, id="two audiences"),
        pytest.param({"exp": None}, id="no exp"),
        pytest.param({"exp": NOW - 10}, id="expired"),
        pytest.param({"exp": NOW + 100_000}, id="good for too long"),
    ],
)
async def test_claims_that_prove_nothing(system, cloud, changes):
    assert_refused(await ask(system, cloud.sign(claims(**changes))))


async def test_n46_the_key_of_another_issuer_with_the_same_kid(system, idp):
    assert_refused(await ask(system, idp.sign(claims())))
    assert_refused(await ask(system, Signer().sign(claims())))


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"resource": ISSUER}, "invalid_target"),
        ({"scope": "mcp.access"}, "invalid_scope"),
        ({"client_id": "agent", "client_secret": "secret"}, "invalid_request"),
        ({"client_id": "native"}, "invalid_request"),
        ({"assertion": None}, "invalid_request"),
    ],
)
async def test_requests_for_more_than_there_is(system, cloud, form, error):
    assert_refused(await ask(system, cloud.sign(claims()), **form), error)


async def test_no_client_can_be_called_like_a_workload(system):
    from sumun.oauth import Client
    from sumun.oauth.clients import add_client

    with pytest.raises(ValueError, match="workloads"):
        await system.database.write(add_client, Client(client_id="workload-ci"))


async def test_other_grants_still_need_a_client(system):
    response = await system.http.post("/oauth2/token", data={"grant_type": "client_credentials"})
    assert response.status_code == 401
