"""RFC 9396 §10: what servers and clients say of the types they know."""

import pytest
from tests.conformance.rfc9396.conftest import detail, encoded

AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server"
RESOURCE = "/.well-known/oauth-protected-resource"
NATIVE = {
    "redirect_uris": ["http://127.0.0.1/cb"],
    "token_endpoint_auth_method": "none",
}


@pytest.mark.parametrize(
    ("path", "types"),
    [
        (AUTHORIZATION_SERVER, ["mcp_tools"]),
        ("/.well-known/openid-configuration", ["mcp_tools"]),
        (f"{RESOURCE}/mcp/crm", ["mcp_tools"]),
        (f"{RESOURCE}/mcp", ["mcp_tools"]),
        # No tools there.
        (RESOURCE, None),
    ],
)
async def test_the_types_supported(system, path, types):
    document = (await system.http.get(path)).json()
    assert document.get("authorization_details_types_supported") == types


@pytest.mark.parametrize(
    ("said", "kept", "error"),
    [
        pytest.param(None, None, None, id="nothing said"),
        pytest.param(["mcp_tools"], ["mcp_tools"], None, id="the type there is"),
        pytest.param(["mcp_tools", "payment"], ["mcp_tools"], None, id="and another"),
        pytest.param(["payment"], None, "invalid_authorization_details", id="another alone"),
        pytest.param([], None, "invalid_authorization_details", id="none"),
    ],
)
async def test_what_a_client_registers(browser, said, kept, error):
    members = NATIVE if said is None else {**NATIVE, "authorization_details_types": said}
    registered = await browser.http.post("/oauth2/register", json=members)
    assert registered.status_code == 201, registered.text
    document = registered.json()
    assert document.get("authorization_details_types") == kept
    response = await browser.authorize(
        document["client_id"],
        redirect_uri="http://127.0.0.1/cb",
        scope=None,
        authorization_details=encoded(detail()),
    )
    assert response.status_code == 303
    assert (f"error={error}" in response.headers["location"]) is (error is not None)


@pytest.mark.parametrize("wrong", ["mcp_tools", [5], {"mcp_tools": True}, ["x"] * 21])
async def test_what_is_no_list_of_types(browser, wrong):
    members = {**NATIVE, "authorization_details_types": wrong}
    response = await browser.http.post("/oauth2/register", json=members)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_client_metadata")
