import pytest

from sumun.oauth.resources import KnownResources, Resource


@pytest.fixture
def known():
    return KnownResources("https://a.example/auth", "https://a.example/auth", {"crm"}.__contains__)


def test_default_resource(known):
    assert known.default == Resource("https://a.example/auth")


def test_a_server_has_a_scope_of_its_own(known):
    assert known.find("https://a.example/auth/mcp/crm") == Resource(
        "https://a.example/auth/mcp/crm", "mcp:crm", "mcp:crm"
    )


def test_own_tools_take_any_scope(known):
    own = "https://a.example/auth/mcp"
    assert known.find(own) == Resource(own, None, "mcp:sumun")


@pytest.mark.parametrize(
    "identifier",
    ["", "/", "//", "https://a.example", "https://a.example/auth/mcp/hr", "https://a.example/mcp"],
)
def test_unknown(known, identifier):
    assert known.find(identifier) is None


def test_names_of_servers_are_asked_for_only_when_they_may_be_names():
    asked = []
    known = KnownResources("https://a", "https://a", lambda name: bool(asked.append(name)))
    for name in ("ok", "../x", "a/b", "", "x" * 65, "%2e", "a b"):
        known.find(f"https://a/mcp/{name}")
    assert set(asked) == {"ok"}


def test_servers_added_later_are_found():
    servers: set[str] = set()
    known = KnownResources("https://a", "https://a", lambda name: name in servers)
    assert known.find("https://a/mcp/new") is None
    servers.add("new")
    assert known.find("https://a/mcp/new") is not None
