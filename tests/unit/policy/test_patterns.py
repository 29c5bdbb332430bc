import time

import pytest

from sumun.policy.patterns import covers_scope, matches, reaches_server


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("find", "find"),
        ("*", ""),
        ("*", "anything"),
        ("find_*", "find_"),
        ("find_*", "find_all"),
        ("*_all", "find_all"),
        ("a*b*c", "abc"),
        ("a*b*c", "a-b-b-c"),
        ("**", "x"),
        ("a*a", "aa"),
    ],
)
def test_names_that_fit(pattern, name):
    assert matches(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("find", "finder"),
        ("find", "Find"),
        ("", "x"),
        ("find_*", "find"),
        ("a*a", "a"),
        ("a*b*c", "acb"),
        ("*b*b", "ab"),
        ("[ab]", "a"),
        ("?", "a"),
    ],
)
def test_names_that_do_not_fit(pattern, name):
    assert not matches(pattern, name)


def test_hostile_patterns_take_linear_time():
    started = time.process_time()
    assert not matches("*a" * 100 + "b", "a" * 100_000)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("granted", ["mcp:crm:find", "mcp:crm", "mcp:*", "mcp:crm:*", "mcp:c*"])
def test_scopes_that_include_a_tool(granted):
    assert covers_scope(granted, "mcp:crm:find")


@pytest.mark.parametrize(
    "granted", ["mcp", "mcp:cr", "mcp:crm:fin", "mcp:crm:find:more", "mcp.access", "", "mcp:"]
)
def test_scopes_that_do_not_include_a_tool(granted):
    assert not covers_scope(granted, "mcp:crm:find")


def test_only_scopes_of_servers_include_what_is_below_them():
    assert not covers_scope("pii", "pii:contact")


@pytest.mark.parametrize("granted", ["mcp:crm", "mcp:crm:find", "mcp:*", "mcp:c*:find"])
def test_scopes_that_reach_a_server(granted):
    assert reaches_server(granted, "crm")


@pytest.mark.parametrize("granted", ["mcp:other", "mcp:other:crm", "mcp.access", "mcp", "crm"])
def test_scopes_that_do_not_reach_a_server(granted):
    assert not reaches_server(granted, "crm")
