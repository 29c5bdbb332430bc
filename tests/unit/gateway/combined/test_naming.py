"""Names of things among those of many servers."""

import re

import pytest

from sumun.gateway.combined.naming import LIMIT, Owners, combined_name, combined_uri, is_shortened

LONG = "a" * 64


@pytest.mark.parametrize("name", ["lookup", "look__up", "_x", "점검", "a" * 59])
def test_a_name_leads_back(name):
    shown = combined_name("crm", name)
    assert shown == f"crm__{name}"
    assert Owners(["crm", "cr", "crm-2"]).of_name(shown) == ("crm", name)


@pytest.mark.parametrize("uri", ["file:///x", "a+b://c", "note://of/{name}", "urn:x:y"])
def test_a_uri_leads_back_and_is_one(uri):
    shown = combined_uri("crm", uri)
    assert re.match(r"[a-z][a-z0-9+.-]*:", shown)
    assert Owners(["crm", "a"]).of_uri(shown) == ("crm", uri)


@pytest.mark.parametrize("shown", ["lookup", "crm__", "__x", "other__x", "crm_x", ""])
def test_what_is_no_servers(shown):
    assert Owners(["crm"]).of_name(shown) is None


@pytest.mark.parametrize("server", ["crm", LONG])
def test_a_long_name_is_short_always_the_same_and_its_own(server):
    one, other = (combined_name(server, "b" * 100 + end) for end in "xy")
    assert one != other
    assert one == combined_name(server, "b" * 100 + "x")
    for shown in (one, other):
        assert len(shown) == LIMIT
        assert is_shortened(shown)
        found = Owners([server, "other"]).of_name(shown)
        assert found is not None
        assert found[0] == server


def test_long_names_of_servers_that_begin_alike_are_told_apart():
    servers = [LONG[:-1] + end for end in "xyz"]
    owners = Owners(servers)
    for server in servers:
        assert owners.of_name(combined_name(server, "t")) == (server, "t")
        assert owners.of_uri(combined_uri(server, "t:u")) == (server, "t:u")
