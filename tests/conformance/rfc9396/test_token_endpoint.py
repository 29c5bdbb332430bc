"""RFC 9396 at the token endpoint, for a client that acts for itself: what is read and answered."""

import json

import pytest
from tests.conformance.rfc9396.conftest import (
    ACCESS,
    CRM,
    EXCHANGE,
    ISSUER,
    OWN,
    claims_of,
    detail,
    encoded,
    granted,
)

ERROR = "invalid_authorization_details"


def assert_refused(response, error=ERROR):
    assert (response.status_code, response.json()["error"]) == (400, error), response.text
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["error_description"].isascii()


@pytest.mark.parametrize(
    ("asked", "answered", "scope"),
    [
        pytest.param(detail(), granted(), "mcp:crm:lookup", id="2.2 tools"),
        pytest.param(
            detail(tools=["lookup", "a.b_c-D9"]),
            granted(["lookup", "a.b_c-D9"]),
            "mcp:crm:lookup mcp:crm:a.b_c-D9",
            id="2.2 several tools",
        ),
        pytest.param(detail(tools=["x", "x"]), granted(["x"]), "mcp:crm:x", id="2.2 a tool twice"),
        pytest.param(detail(tools=None), granted(None), "mcp:crm", id="2.2 every tool"),
        pytest.param(detail(actions=["call"]), granted(), "mcp:crm:lookup", id="2.2 actions"),
        pytest.param(detail(locations=[CRM]), granted(), "mcp:crm:lookup", id="2.2 locations"),
        pytest.param(
            detail(locations=["HTTPS://SUMUN.example/mcp/crm"]),
            granted(),
            "mcp:crm:lookup",
            id="2.2 a location written otherwise",
        ),
        pytest.param(
            detail(datatypes=["contact", "government_id"]),
            granted(datatypes=["contact", "government_id"]),
            "mcp:crm:lookup pii:contact pii:government_id",
            id="2.2 datatypes",
        ),
        pytest.param(
            detail(locations=[CRM, OWN]), granted(), "mcp:crm:lookup", id="9.1 only what is here"
        ),
    ],
)
async def test_what_is_granted(house, asked, answered, scope):
    """RFC 9396 §7: as granted, in the answer; §9.1: in the token."""
    answer = await house.token(asked)
    assert answer["authorization_details"] == answered
    assert answer["scope"] == scope
    claims = claims_of(answer)
    assert claims["authorization_details"] == answered
    assert (claims["scope"], claims["aud"]) == (scope, CRM)


async def test_7_nothing_is_said_where_nothing_was_asked(house):
    answer = await house.token(scope="mcp:crm:lookup pii:contact")
    assert "authorization_details" not in answer
    assert "authorization_details" not in claims_of(answer)


async def test_9_1_of_several_servers_a_token_names_its_own(house):
    both = detail(locations=[CRM]), detail(locations=[OWN], tools=["test_encryption"])
    answer = await house.token(*both)
    assert answer["authorization_details"] == granted()
    answer = await house.token(*both, resource=OWN)
    assert answer["authorization_details"] == granted(["test_encryption"], location=OWN)
    assert answer["scope"] == "mcp:sumun:test_encryption"


async def test_2_2_the_location_is_the_resource_where_none_is_named(house):
    answer = await house.token(detail(locations=[CRM]), resource=None)
    assert claims_of(answer)["aud"] == CRM


@pytest.mark.parametrize(
    ("scope", "answered"),
    [
        pytest.param("mcp:crm", "mcp:crm:lookup", id="every tool"),
        pytest.param("mcp.access", "mcp:crm:lookup", id="what includes every tool"),
        pytest.param("mcp:crm:other pii:person", "mcp:crm:lookup", id="other tools and data"),
        pytest.param("audit:read", "mcp:crm:lookup audit:read", id="neither tools nor data"),
        pytest.param("mcp:crm audit:read", "mcp:crm:lookup audit:read", id="both"),
    ],
)
async def test_3_1_scope_adds_no_tool_and_no_data(house, scope, answered):
    if "audit" in scope:
        # audit:read is no scope of the server: asked for where it is.
        answer = await house.token(detail(), scope=scope, resource=OWN)
        assert answer["scope"] == answered.replace("crm", "sumun")
    else:
        assert (await house.token(detail(), scope=scope))["scope"] == answered


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param("x", id="no JSON"),
        pytest.param("[", id="half of JSON"),
        pytest.param("null", id="null"),
        pytest.param("5", id="number"),
        pytest.param('"mcp_tools"', id="text"),
        pytest.param(json.dumps(detail()), id="an object alone"),
        pytest.param("[]", id="empty"),
        pytest.param("[[]]", id="array of arrays"),
        pytest.param("[null]", id="array of null"),
        pytest.param('["mcp_tools"]', id="array of texts"),
        pytest.param("[{}]", id="no type"),
        pytest.param(encoded(detail(type="payment_initiation")), id="unknown type"),
        pytest.param(encoded(detail(type="MCP_TOOLS")), id="type in capitals"),
        pytest.param(encoded(detail(type=5)), id="type is a number"),
        pytest.param(encoded(detail(), detail(type="other")), id="one of an unknown type"),
        pytest.param(encoded(detail(privileges=["admin"])), id="unknown member privileges"),
        pytest.param(encoded(detail(identifier="x")), id="unknown member identifier"),
        pytest.param(encoded(detail(Tools=["x"])), id="unknown member in capitals"),
        pytest.param(encoded(detail(tools="lookup")), id="tools is a text"),
        pytest.param(encoded(detail(tools={"lookup": True})), id="tools is an object"),
        pytest.param(encoded({**detail(), "tools": None}), id="tools is null"),
        pytest.param(encoded(detail(tools=[])), id="tools is empty"),
        pytest.param(encoded(detail(tools=[5])), id="a tool is a number"),
        pytest.param(encoded(detail(tools=[""])), id="a tool without a name"),
        pytest.param(encoded(detail(tools=["*"])), id="a pattern"),
        pytest.param(encoded(detail(tools=["a:b"])), id="a tool with a colon"),
        pytest.param(encoded(detail(tools=["a b"])), id="a tool with a space"),
        pytest.param(encoded(detail(tools=["a\n"])), id="a tool with a line end"),
        pytest.param(encoded(detail(tools=["resources/read"])), id="a method"),
        pytest.param(encoded(detail(tools=["é"])), id="a tool beyond ASCII"),
        pytest.param(encoded(detail(tools=["x" * 129])), id="a tool too long"),
        pytest.param(encoded(detail(tools=[f"t{n}" for n in range(33)])), id="too many tools"),
        pytest.param(
            encoded(detail(tools=[f"{n}" * 128 for n in range(20)])),
            id="tools too long together",
        ),
        pytest.param(encoded(detail(actions=["delete"])), id="unknown action"),
        pytest.param(encoded(detail(actions=[])), id="no action"),
        pytest.param(encoded(detail(actions="call")), id="actions is a text"),
        pytest.param(encoded(detail(datatypes=["pii:contact"])), id="a scope as category"),
        pytest.param(encoded(detail(datatypes=["shoe_size"])), id="unknown category"),
        pytest.param(encoded(detail(datatypes=[])), id="no category"),
        pytest.param(encoded(detail(datatypes="contact")), id="datatypes is a text"),
        pytest.param(encoded(detail(locations=[])), id="no location"),
        pytest.param(encoded(detail(locations=CRM)), id="locations is a text"),
        pytest.param(encoded(detail(locations=[""])), id="an empty location"),
        pytest.param(encoded(detail(locations=[5])), id="a location is a number"),
        pytest.param(encoded(detail(locations=[CRM] * 9)), id="too many locations"),
        pytest.param(encoded(detail(locations=["https://x/" + "y" * 2048])), id="a long location"),
        pytest.param(encoded(detail(locations=[f"{ISSUER}/mcp/hr"])), id="unknown server"),
        pytest.param(encoded(detail(locations=[OWN])), id="another server"),
        pytest.param(encoded(detail(locations=[ISSUER])), id="no MCP server"),
        pytest.param(encoded(detail(), detail(tools=["other"])), id="two for one server"),
        pytest.param(encoded(*[detail()] * 9), id="too many objects"),
        pytest.param(encoded(detail()) + " " * 8192, id="too long"),
        pytest.param("[" * 4000, id="deep"),
        pytest.param('[{"type":"mcp_tools","x":' + '{"x":' * 1500, id="deep objects"),
    ],
)
async def test_5_what_does_not_conform_is_refused(house, sent):
    assert_refused(await house.ask(sent))


async def test_5_sent_twice(house):
    form = (
        "grant_type=client_credentials&client_id=agent&client_secret=secret"
        "&authorization_details=%5B%5D&authorization_details=%5B%5D"
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await house.system.http.post("/oauth2/token", content=form, headers=headers)
    assert_refused(response, "invalid_request")


@pytest.mark.parametrize(
    ("client_id", "asked", "status"),
    [
        pytest.param("modest", detail(), 200, id="its tool"),
        pytest.param("modest", detail(datatypes=["contact"]), 200, id="its data"),
        pytest.param("modest", detail(tools=["export"]), 400, id="another tool"),
        pytest.param("modest", detail(tools=None), 400, id="every tool"),
        pytest.param("modest", detail(datatypes=["health"]), 400, id="other data"),
        pytest.param("typed", detail(), 200, id="10 registered for the type"),
        pytest.param("untyped", detail(), 400, id="10 registered for no type"),
    ],
)
async def test_a_client_has_no_more_than_it_is_registered_for(house, client_id, asked, status):
    response = await house.ask(encoded(asked), client_id)
    assert response.status_code == status, response.text
    if status == 400:
        assert_refused(response)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        pytest.param({"resource": f"{ISSUER}/mcp/hr"}, "invalid_target", id="unknown resource"),
        pytest.param({"resource": None}, ERROR, id="no server at all"),
        pytest.param({"scope": "shoes"}, "invalid_scope", id="a scope that is not the client's"),
        pytest.param({"scope": 'a"b'}, "invalid_scope", id="malformed scope"),
        pytest.param({"scope": "a  b"}, "invalid_scope", id="two spaces"),
    ],
)
async def test_what_else_is_wrong_is_called_what_it_is(house, form, error):
    assert_refused(await house.ask(encoded(detail()), **form), error)


async def test_two_servers_in_one_token(house):
    """RFC 8707 §2: our tokens have one audience."""
    response = await house.ask(encoded(detail(locations=[CRM, OWN])), resource=None)
    assert_refused(response, "invalid_target")


# -- token exchange -------------------------------------------------------------------------------


async def exchange(house, token, details=None, client_id="agent", **form):
    form = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS,
        "resource": None,
        **form,
    }
    return await house.ask(details, client_id, **form)


TWO = detail(tools=["lookup", "export"], datatypes=["contact"])


@pytest.mark.parametrize(
    ("subject", "asked", "answered"),
    [
        pytest.param({"details": TWO}, detail(), granted(), id="a tool of two"),
        pytest.param(
            {"details": TWO}, None, granted(["lookup", "export"], ["contact"]), id="all of it"
        ),
        pytest.param({"scope": "mcp:crm"}, detail(), granted(), id="from a scope"),
        pytest.param({"scope": "mcp.access"}, detail(), granted(), id="from what includes it"),
        pytest.param({"details": detail(tools=None)}, detail(), granted(), id="from every tool"),
        pytest.param({"details": detail()}, detail(tools=["export"]), None, id="another tool"),
        pytest.param({"details": detail()}, detail(tools=None), None, id="every tool"),
        pytest.param({"details": detail()}, detail(datatypes=["contact"]), None, id="data"),
        pytest.param({"scope": "mcp:crm:lookup"}, detail(tools=["x"]), None, id="beyond a scope"),
    ],
)
async def test_6_1_an_exchange_only_narrows(house, subject, asked, answered):
    given = [subject["details"]] if "details" in subject else []
    token = (await house.token(*given, scope=subject.get("scope")))["access_token"]
    response = await exchange(house, token, encoded(asked) if asked else None)
    if answered is None:
        assert_refused(response)
    else:
        assert response.status_code == 200, response.text
        assert response.json()["authorization_details"] == answered
        assert claims_of(response.json())["authorization_details"] == answered


async def test_6_1_a_scope_narrows_what_details_had_said(house):
    token = (await house.token(TWO))["access_token"]
    answer = (await exchange(house, token, scope="mcp:crm:export")).json()
    assert answer["authorization_details"] == granted(["export"])


async def test_9_1_details_of_one_server_say_nothing_at_the_next(house):
    token = (await house.token(TWO))["access_token"]
    response = await exchange(house, token, client_id="crm", resource=OWN)
    assert_refused(response, "invalid_target")


# -- introspection --------------------------------------------------------------------------------


async def introspect(house, token, client_id="crm"):
    form = {"client_id": client_id, "client_secret": "secret", "token": token}
    return (await house.system.http.post("/oauth2/introspect", data=form)).json()


async def test_9_2_introspection_tells_them(house):
    answer = await house.token(TWO)
    told = await introspect(house, answer["access_token"])
    assert told["active"] is True
    assert told["authorization_details"] == answer["authorization_details"]


async def test_9_2_and_tells_none_where_there_are_none(house):
    answer = await house.token(scope="mcp:crm")
    assert "authorization_details" not in await introspect(house, answer["access_token"])
