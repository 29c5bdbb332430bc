import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.authorization_details import (
    TYPES,
    concern,
    convert_details,
    describe,
    encode_details,
    locations,
    read_details,
)
from sumun.oauth.errors import OAuthError

CRM = "https://a.example/mcp/crm"
AGENT = Client(client_id="agent")
CATEGORIES = ["contact", "person", "government_id", "financial", "health", "location"]

names = st.from_regex(r"\A[A-Za-z0-9_.-]{1,128}\Z")
unique = {"unique": True, "max_size": 6}
details = st.fixed_dictionaries(
    {"type": st.just("mcp_tools")},
    optional={
        "tools": st.lists(names, min_size=1, **unique),
        "datatypes": st.lists(st.sampled_from(CATEGORIES), min_size=1, **unique),
    },
)


@given(details)
def test_details_and_scopes_say_the_same(detail):
    """What is granted as scopes is told as the details that were asked for."""
    [read] = read_details(AGENT, json.dumps([detail]))
    told = describe(CRM, " ".join(read.scopes("mcp:crm")))
    assert told == [detail | {"locations": [CRM], "actions": ["call"]}]
    # What is told can be asked for again, and means the same.
    assert convert_details(AGENT, told)[0].scopes("mcp:crm") == read.scopes("mcp:crm")


@given(st.text(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["type", "tools", "mcp_tools", "x"]), inner, max_size=3),
).map(json.dumps))  # fmt: skip
def test_anything_is_read_or_refused(text):
    refusal, read = "", ()
    try:
        read = read_details(AGENT, text)
    except OAuthError as error:
        refusal = error.error
    assert refusal in {"", "invalid_authorization_details"}
    assert all(each.type in TYPES for each in read)


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_sent_is_nothing_asked(nothing):
    assert read_details(AGENT, nothing) == ()


@pytest.mark.parametrize("value", [None, 5, "x", {}, [], [{}], [{"type": "x"}], [{"type": 5}]])
def test_claims_that_are_no_details(value):
    with pytest.raises(OAuthError) as refused:
        convert_details(AGENT, value)
    assert refused.value.error == "invalid_authorization_details"


@pytest.mark.parametrize(
    ("types", "permitted"), [(None, True), (("mcp_tools",), True), ((), False), (("x",), False)]
)
def test_the_types_a_client_registered(types, permitted):
    client = Client(client_id="c", metadata=ClientMetadata(authorization_details_types=types))
    if permitted:
        assert read_details(client, '[{"type":"mcp_tools"}]')
    else:
        with pytest.raises(OAuthError, match="invalid_authorization_details"):
            read_details(client, '[{"type":"mcp_tools"}]')


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("", None),
        ("openid audit:read", None),
        ("pii:contact", None),
        ("mcp:crm", {}),
        ("mcp:crm:a mcp:crm:b openid", {"tools": ["a", "b"]}),
        ("mcp:crm:a mcp:crm", {}),
        ("mcp:crm:a pii:health", {"tools": ["a"], "datatypes": ["health"]}),
    ],
)
def test_what_a_scope_is_told_as(scope, told):
    usual = {"type": "mcp_tools", "locations": [CRM], "actions": ["call"]}
    expected = [] if told is None else [usual | told]
    assert describe(CRM, scope) == expected
    assert encode_details(CRM, scope) == (
        json.dumps(expected, separators=(",", ":")) if expected else ""
    )


@pytest.mark.parametrize(
    ("scope", "concerned"),
    [
        ("mcp:crm", True),
        ("mcp:crm:a", True),
        ("pii:contact", True),
        ("*", True),
        ("m*", True),
        ("pii:*", True),
        ("p*x", True),
        ("audit:read", False),
        ("audit:*", False),
        ("mcp", False),
        ("mcp.access", False),
        ("openid", False),
    ],
)
def test_which_scopes_are_about_tools_or_data(scope, concerned):
    assert concern([scope]) is concerned
    assert concern(["audit:read", scope]) is concerned


def test_every_location_once():
    sent = [{"type": "mcp_tools", "locations": ["a", "b"]}, {"type": "mcp_tools"}]
    sent.append({"type": "mcp_tools", "locations": ["b", "c"]})
    assert locations(read_details(AGENT, json.dumps(sent))) == ["a", "b", "c"]
