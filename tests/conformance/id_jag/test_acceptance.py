"""Enterprise-managed authorization: a person's identity provider agrees, and we issue (ID-JAG)."""

import json

import pytest
from tests.conformance.id_jag.conftest import BEARER, CRM, IDP, ISSUER, NUMBERS
from tests.conformance.keys import Signer, unsigned
from tests.conformance.rfc9449.conftest import Holder

from sumun.keys.jws import read_jws

NOW = 1_800_000_000
TYP = "oauth-id-jag+jwt"


def claims(**changes):
    return {
        "iss": IDP,
        "sub": "alice",
        "aud": ISSUER,
        "client_id": "agent",
        "resource": CRM,
        "scope": "mcp:crm",
        "jti": f"jti-{next(NUMBERS)}",
        "iat": NOW,
        "exp": NOW + 300,
        **changes,
    }


async def ask(system, assertion, client_id="agent", **form):
    form = {
        "grant_type": BEARER,
        "assertion": assertion,
        "client_id": client_id,
        "client_secret": None if client_id == "native" else "secret",
        **form,
    }
    form = {name: value for name, value in form.items() if value is not None}
    return await system.http.post("/oauth2/token", data=form)


def assert_refused(response, error="invalid_grant"):
    assert (response.status_code, response.json()["error"]) == (400, error), response.text


async def test_a_token_for_the_person_at_the_resource(system, idp):
    response = await ask(system, idp.sign(claims(), typ=TYP))
    assert response.status_code == 200, response.text
    assert "refresh_token" not in response.json()
    token = read_jws(response.json()["access_token"]).claims()
    assert (token["aud"], token["client_id"], token["scope"]) == (CRM, "agent", "mcp:crm")
    assert token["sub"].startswith("user-")
    assert (await system.call(response.json()["access_token"], "/mcp/crm")).status_code == 200


async def test_a_person_is_the_same_each_time_and_nobody_else(system, idp):
    subjects = []
    for sub in ("alice", "alice", "bob"):
        response = await ask(system, idp.sign(claims(sub=sub), typ=TYP))
        subjects.append(read_jws(response.json()["access_token"]).claims()["sub"])
    assert subjects[0] == subjects[1] != subjects[2]


async def test_a_public_client_named_by_the_assertion(system, idp):
    assertion = idp.sign(claims(client_id="native"), typ=TYP)
    assert (await ask(system, assertion, "native")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "form", "scope"),
    [
        pytest.param({"resource": None}, {"resource": CRM}, "mcp:crm", id="resource asked for"),
        pytest.param({}, {"resource": CRM}, "mcp:crm", id="resource in both"),
        pytest.param({"resource": [CRM]}, {}, "mcp:crm", id="resource as an array of one"),
        pytest.param({"aud": [ISSUER]}, {}, "mcp:crm", id="aud as an array of one"),
        pytest.param({}, {"scope": "mcp:crm:x"}, "mcp:crm:x", id="less"),
        pytest.param({"scope": "mcp:crm audit:read"}, {}, "mcp:crm", id="not the client's"),
        pytest.param({"scope": None}, {"scope": "mcp:crm"}, "mcp:crm", id="no scope agreed"),
        pytest.param({"exp": NOW + 1}, {}, "mcp:crm", id="short"),
    ],
)
async def test_other_right_ways(system, idp, changes, form, scope):
    response = await ask(system, idp.sign(claims(**changes), typ=TYP), **form)
    assert response.status_code == 200, response.text
    assert response.json()["scope"] == scope


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": "https://other.example"}, id="N45 aud"),
        pytest.param({"aud": ISSUER + "/oauth2/token"}, id="N45 aud is the token endpoint"),
        pytest.param({"aud": [ISSUER, "https://other.example"]}, id="N45 two audiences"),
        pytest.param({"aud": None}, id="N45 no aud"),
        pytest.param({"client_id": "other"}, id="N45 another client"),
        pytest.param({"client_id": None}, id="N45 no client"),
        pytest.param({"resource": "https://other.example/mcp"}, id="N45 resource not ours"),
        pytest.param({"resource": [CRM, ISSUER]}, id="N45 two resources"),
        pytest.param({"resource": 5}, id="N45 resource is a number"),
        pytest.param({"exp": NOW + 400}, id="N45 more than five minutes"),
        pytest.param({"exp": NOW - 10}, id="N45 expired"),
        pytest.param({"exp": None}, id="N45 no exp"),
        pytest.param({"iat": NOW + 120}, id="N45 of the future"),
        pytest.param({"jti": None}, id="N45 no jti"),
        pytest.param({"sub": None}, id="N45 no sub"),
        pytest.param({"sub": ""}, id="N45 empty sub"),
        pytest.param({"iss": "https://evil.example"}, id="N45 issuer not on the list"),
        pytest.param({"iss": IDP + "/"}, id="N45 issuer with a slash"),
        pytest.param({"iss": ISSUER}, id="N45 our own issuer"),
        pytest.param({"iss": "https://cloud.example"}, id="N45 a platform of workloads"),
        pytest.param({"cnf": {"jkt": "x"}}, id="N45 cnf without its proof"),
        pytest.param({"cnf": "x"}, id="N45 cnf is text"),
        pytest.param({"authorization_details": [{"type": "x"}]}, id="N45 authorization_details"),
        pytest.param({"scope": ["mcp:crm"]}, id="scope is an array"),
    ],
)
async def test_claims_that_prove_nothing(system, idp, changes):
    assert_refused(await ask(system, idp.sign(claims(**changes), typ=TYP)))


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", "oauth-id-jag", None, "id-jag+jwt"])
async def test_n45_another_type(system, idp, typ):
    response = await ask(system, idp.sign(claims(), typ=typ))
    assert response.status_code == 400
    assert response.json()["error"] in {"invalid_grant", "invalid_request"}


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda c: unsigned(c, typ=TYP), id="N45 none"),
        pytest.param(lambda c: unsigned(c, "HS256", typ=TYP, kid="one"), id="N45 HS256"),
        pytest.param(lambda c: Signer().sign(c, typ=TYP), id="N46 another key of the same kid"),
        pytest.param(lambda c: "x", id="no JWT"),
        pytest.param(lambda c: "é.é.é", id="not ASCII"),
    ],
)
async def test_signatures_that_prove_nothing(system, forge):
    assert_refused(await ask(system, forge(claims())))


async def test_n46_another_trusted_issuer_s_key_of_the_same_kid(system, cloud):
    assert_refused(await ask(system, cloud.sign(claims(), typ=TYP)))


async def test_n45_an_assertion_works_once(system, idp):
    assertion = idp.sign(claims(), typ=TYP)
    assert (await ask(system, assertion)).status_code == 200
    assert_refused(await ask(system, assertion))


async def test_a_refused_assertion_is_not_used_up(system, idp):
    assertion = idp.sign(claims(), typ=TYP)
    assert_refused(await ask(system, assertion, "other"))
    assert_refused(await ask(system, assertion, resource=ISSUER), "invalid_target")
    assert_refused(await ask(system, assertion, scope="audit:read"), "invalid_scope")
    assert (await ask(system, assertion)).status_code == 200


@pytest.mark.parametrize("scope", ["mcp.access", "mcp:hr", "mcp:crm mcp.access"])
async def test_no_more_scope_than_was_agreed(system, idp, scope):
    assertion = idp.sign(claims(), typ=TYP)
    assert_refused(await ask(system, assertion, scope=scope), "invalid_scope")


async def test_the_client_must_say_who_it_is(system, idp):
    assertion = idp.sign(claims(), typ=TYP)
    for form in ({}, {"client_id": "agent"}, {"client_id": "agent", "client_secret": "no"}):
        response = await system.http.post(
            "/oauth2/token", data={"grant_type": BEARER, "assertion": assertion, **form}
        )
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_a_bound_assertion_with_its_proof(system, idp):
    holder = Holder(system)
    assertion = idp.sign(claims(cnf={"jkt": holder.signer.thumbprint}), typ=TYP)
    form = {"grant_type": BEARER, "assertion": assertion}
    response = await holder.ask(client_id="agent", **form)
    assert response.status_code == 200, response.text
    token = read_jws(response.json()["access_token"]).claims()
    assert token["cnf"] == {"jkt": holder.signer.thumbprint}


async def test_no_assertion(system):
    assert_refused(await ask(system, None), "invalid_request")


async def test_nothing_of_it_is_recorded(system, idp):
    assertion = idp.sign(claims(), typ=TYP)
    await ask(system, assertion)
    await ask(system, assertion)
    recorded = json.dumps(await system.audit.tail(10))
    assert not any(part in recorded for part in [*assertion.split("."), "alice"])


async def test_metadata(system):
    document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["authorization_grant_profiles_supported"] == [
        "urn:ietf:params:oauth:grant-profile:id-jag"
    ]
    assert BEARER in document["grant_types_supported"]


async def test_nothing_is_offered_where_nobody_is_trusted(start):
    async with start() as system:
        document = (await system.http.get("/.well-known/oauth-authorization-server")).json()
        assert BEARER not in document["grant_types_supported"]
        assert "authorization_grant_profiles_supported" not in document
        response = await system.http.post("/oauth2/token", data={"grant_type": BEARER})
        assert response.json()["error"] == "unsupported_grant_type"


CONTACT = {"type": "mcp_tools", "tools": ["lookup", "export"]}


@pytest.mark.parametrize(
    ("changes", "asked", "tools"),
    [
        pytest.param({"scope": None}, None, ["lookup", "export"], id="agreed"),
        pytest.param({}, None, ["lookup", "export"], id="agreed beside a scope"),
        pytest.param({"scope": None}, ["export"], ["export"], id="less is asked for"),
        pytest.param({"scope": None}, ["delete"], None, id="more is asked for"),
        pytest.param({"authorization_details": None}, ["x"], ["x"], id="within a scope"),
        pytest.param(
            {"authorization_details": None, "scope": "mcp:crm:y"}, ["x"], None, id="beyond a scope"
        ),
    ],
)
async def test_authorization_details(system, idp, changes, asked, tools):
    """RFC 9396 §6: what the identity provider agreed to, and no more."""
    agreed = claims(**{"authorization_details": [CONTACT], **changes})
    form = {} if asked is None else {
        "authorization_details": json.dumps([{"type": "mcp_tools", "tools": asked}])
    }  # fmt: skip
    response = await ask(system, idp.sign(agreed, typ=TYP), **form)
    if tools is None:
        assert_refused(response, "invalid_authorization_details")
    else:
        assert response.status_code == 200, response.text
        [granted] = response.json()["authorization_details"]
        assert granted["tools"] == tools
        assert response.json()["scope"] == " ".join(f"mcp:crm:{tool}" for tool in tools)
