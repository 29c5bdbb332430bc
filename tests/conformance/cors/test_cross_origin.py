"""Fetch Standard, "CORS protocol": what a page of another origin may call, and what never.

Browser-based clients (draft-ietf-oauth-browser-based-apps §6.3; the MCP Inspector) need discovery,
registration, PAR, token, revocation and userinfo. Nothing else; nothing with credentials.
"""

import pytest
from tests.conformance.browser import CRM, request

PAGE = {"Origin": "http://localhost:6274"}
WELL_KNOWN = "/.well-known"
OPEN = {
    f"{WELL_KNOWN}/oauth-authorization-server": "GET",
    f"{WELL_KNOWN}/openid-configuration": "GET",
    f"{WELL_KNOWN}/jwks.json": "GET",
    f"{WELL_KNOWN}/oauth-protected-resource": "GET",
    f"{WELL_KNOWN}/oauth-protected-resource/mcp": "GET",
    f"{WELL_KNOWN}/oauth-protected-resource/mcp/crm": "GET",
    "/oauth2/token": "POST",
    "/oauth2/revoke": "POST",
    "/oauth2/par": "POST",
    "/oauth2/register": "POST",
    "/oauth2/register/some-client": "GET, PUT, DELETE",
    "/oauth2/userinfo": "GET, POST",
}
CLOSED = [
    "/oauth2/authorize",
    "/oauth2/introspect",
    "/oauth2/device_authorization",
    "/oauth2/logout",
    "/oauth2/errors",
    "/sign-in",
    "/consent",
    "/device",
    "/account",
    "/account/password",
]
NEEDED = {"authorization", "content-type", "dpop", "mcp-protocol-version"}


def preflight(system, path, method, **headers):
    asked = {"Access-Control-Request-Method": method, **PAGE, **headers}
    return system.http.options(path, headers=asked)


def words(value):
    return {word.strip().lower() for word in value.split(",")}


@pytest.mark.parametrize("path", OPEN)
async def test_a_preflight_says_what_may_be_sent(system, path):
    answer = await preflight(system, path, OPEN[path].partition(",")[0])
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == OPEN[path]
    assert words(answer.headers["access-control-allow-headers"]) == NEEDED
    assert int(answer.headers["access-control-max-age"]) > 0
    assert "content-length" not in answer.headers
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", OPEN)
async def test_an_answer_can_be_read_also_a_refusal(system, path):
    method = OPEN[path].partition(",")[0]
    answer = await system.http.request(method, path, headers=PAGE)
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    exposed = words(answer.headers["access-control-expose-headers"])
    assert {"www-authenticate", "dpop-nonce", "retry-after"} <= exposed
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS"])
async def test_methods_are_checked_as_before(system, path, method):
    answer = await system.http.request(method, path, headers=PAGE)
    assert answer.status_code in {401, 405}


@pytest.mark.parametrize("path", CLOSED)
async def test_where_people_come_with_a_browser_no_page_may_call(system, path):
    for answer in (
        await preflight(system, path, "POST"),
        await system.http.get(path, headers=PAGE),
        await system.http.post(path, headers=PAGE),
    ):
        named = [name for name in answer.headers if name.startswith("access-control-")]
        assert named == [], answer.status_code


async def test_what_caches_keep_can_be_read_whoever_asked_first(system):
    for path in OPEN:
        if path.startswith(WELL_KNOWN):
            answer = await system.http.get(path)
            assert "public" in answer.headers["cache-control"]
            assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_program_that_names_no_origin_is_told_nothing_of_pages(system):
    answer = await system.ask()
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_a_nonce_can_be_read(start):
    async with start(dpop_nonces=True) as system:
        form = {"grant_type": "client_credentials", "client_id": "mcp-client"}
        proofless = await system.http.post(
            "/oauth2/token", data={**form, "client_secret": "secret"}, headers=PAGE
        )
        assert proofless.status_code == 200
        proof = await system.http.post(
            "/oauth2/token", data=form, headers={**PAGE, "DPoP": "no proof"}
        )
        assert proof.headers["access-control-allow-origin"] == "*"


async def test_a_page_goes_all_the_way(browser, people):
    """Discovery, a pushed request, the person, the token and its end, each as a page sends it."""
    http = people.http
    resource = (
        await http.get(f"{WELL_KNOWN}/oauth-protected-resource/mcp/crm", headers=PAGE)
    ).json()
    assert resource["resource"] == CRM
    pushed = await http.post("/oauth2/par", data=request("app"), headers=PAGE)
    assert pushed.status_code == 201
    assert pushed.headers["access-control-allow-origin"] == "*"
    tokens = await browser.tokens()
    revoked = await http.post(
        "/oauth2/revoke",
        data={"client_id": "app", "token": tokens["access_token"]},
        headers=PAGE,
    )
    assert revoked.status_code == 200
    assert revoked.headers["access-control-allow-origin"] == "*"


async def test_below_the_path_of_an_issuer(start):
    async with start(issuer="https://sumun.example/auth") as system:
        for path in ("/auth/oauth2/token", "/oauth2/token"):
            assert (await preflight(system, path, "POST")).status_code == 204
        path = f"/auth{WELL_KNOWN}/openid-configuration"
        assert (await preflight(system, path, "GET")).status_code == 204
