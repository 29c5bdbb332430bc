import pytest

from sumun.resource.identifiers import metadata_url, own_tools, root_scope


@pytest.mark.parametrize(
    ("resource", "url"),
    [
        ("https://a.example", "https://a.example/.well-known/oauth-protected-resource"),
        ("https://a.example/", "https://a.example/.well-known/oauth-protected-resource"),
        (
            "https://a.example:8443/auth/mcp/crm",
            "https://a.example:8443/.well-known/oauth-protected-resource/auth/mcp/crm",
        ),
    ],
)
def test_the_well_known_part_goes_between_host_and_path(resource, url):
    assert metadata_url(resource) == url


def test_own_tools_stand_at_mcp():
    assert own_tools("https://a.example/") == "https://a.example/mcp"


def test_the_scope_that_opens_a_resource():
    issuer = "https://a.example"
    assert root_scope(issuer, f"{issuer}/mcp/crm") == "mcp:crm"
    assert root_scope(issuer, f"{issuer}/mcp") == "mcp.access"
    assert root_scope(issuer, "mcp-client") == "mcp.access"
