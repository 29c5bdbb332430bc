from time import perf_counter

import pytest

from sumun.oauth.scopes import MalformedScope, ScopeHierarchy, parse_scope

HIERARCHY = ScopeHierarchy(
    {"mcp.access": ["mcp:*", "reports"], "reports": ["audit:read"], "loop": ["loop"]}
)


def test_scopes_keep_their_order_and_lose_duplicates():
    assert parse_scope("b a b") == ("b", "a")
    assert parse_scope("") == ()


@pytest.mark.parametrize("text", [" ", "a  b", "a ", '"', "\\", "a\tb", "é", "\x7f", "x" * 2049])
def test_malformed_scopes_are_refused(text):
    with pytest.raises(MalformedScope):
        parse_scope(text)


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("mcp.access", "mcp.access"),
        ("mcp.access", "mcp:crm"),
        ("mcp.access", "mcp:crm:lookup"),
        ("mcp.access", "audit:read"),
        ("mcp:*", "mcp:crm"),
        ("mcp:*", "mcp:*"),
        ("mcp:crm", "mcp:crm:lookup"),
        ("mcp:crm:*", "mcp:crm:lookup"),
        ("loop", "loop"),
    ],
)
def test_what_a_scope_includes(granted, needed):
    assert HIERARCHY.covers({granted}, needed)


@pytest.mark.parametrize(
    ("granted", "needed"),
    [
        ("mcp.access", "mcp.access.evil"),
        ("mcp.access", "mcp"),
        ("mcp.access", "mcpx:crm"),
        ("mcp:crm", "mcp:crmx"),
        ("mcp:crm", "mcp"),
        ("mcp:crm:lookup", "mcp:crm"),
        ("mcp:crm:*", "mcp:crm"),
        ("mcp:*", "audit:read"),
        ("audit:read", "mcp.access"),
        ("pii", "pii:contact"),
        ("mcp:crm", "mcp:*"),
        ("", "mcp:crm"),
    ],
)
def test_what_a_scope_does_not_include(granted, needed):
    assert not HIERARCHY.covers({granted}, needed)


def test_every_missing_scope_is_named():
    assert HIERARCHY.missing(("mcp:crm",), ("mcp:crm", "a", "mcp:hr", "a:b")) == [
        "a",
        "mcp:hr",
        "a:b",
    ]


def test_names_are_those_configured_without_patterns():
    assert HIERARCHY.names == ["audit:read", "loop", "mcp.access", "reports"]


def test_hostile_scopes_take_no_time():
    begin = perf_counter()
    for text in ("a" * 2048, "a:" * 1024, " " * 2048, "\\" * 2048, "a " * 60 + "a"):
        try:
            HIERARCHY.missing(("mcp.access",), parse_scope(text))
        except MalformedScope:
            continue
    assert perf_counter() - begin < 0.1
