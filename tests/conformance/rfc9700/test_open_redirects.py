"""RFC 9700 §4.11.2: a link to this server leads straight on to nobody's site of choice."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.conformance.browser import answer

from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client

WEB = "https://stranger.example/cb?from=here"
LOOPBACK = "http://127.0.0.1/cb"


@pytest.fixture
async def register(browser):
    async def add(origin):
        metadata = ClientMetadata(
            scope="mcp.access",
            redirect_uris=(WEB, LOOPBACK, "com.example.app:/cb"),
            grant_types=("authorization_code",),
            token_endpoint_auth_methods=("none",),
        )
        client = Client(client_id="stranger", metadata=metadata, origin=origin)
        await browser.system.database.write(add_client, client)

    return add


@pytest.mark.parametrize(
    "wrong", [{"scope": "nonsense"}, {"prompt": "none"}, {"code_challenge": ""}]
)
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("origin", ["self", "document"])
async def test_as17_nobody_is_taken_to_a_site_that_nobody_vouches_for(
    browser, register, wrong, language, origin
):
    await register(origin)
    browser.http.headers["Accept-Language"] = language
    response = await browser.authorize("stranger", redirect_uri=WEB, **wrong)
    assert response.status_code == 400
    assert "location" not in response.headers
    assert "stranger.example" in response.text
    onward = html.unescape(re.search(r'<a href="(https://stranger[^"]+)"', response.text)[1])
    parameters = parse_qs(urlsplit(onward).query)
    assert parameters["from"] == ["here"]
    assert parameters["state"]
    assert parameters["iss"] == [browser.system.config.issuer]
    assert "error" in parameters


@pytest.mark.parametrize("redirect_uri", ["http://127.0.0.1:5555/cb", "com.example.app:/cb"])
async def test_a_program_of_the_person_s_own_is_told_at_once(browser, register, redirect_uri):
    await register("self")
    response = await browser.authorize("stranger", redirect_uri=redirect_uri, scope="nonsense")
    assert answer(response)["error"] == "invalid_scope"


@pytest.mark.parametrize("origin", ["operator", "initial_access_token"])
async def test_who_was_vouched_for_is_told_at_once(browser, register, origin):
    await register(origin)
    response = await browser.authorize("stranger", redirect_uri=WEB, scope="nonsense")
    assert answer(response)["error"] == "invalid_scope"


async def test_a_person_s_own_no_leads_on(browser, people, register):
    await register("self")
    page = await browser.open(await browser.authorize("stranger", redirect_uri=WEB))
    page = await browser.open(await browser.sign_in(page))
    assert answer(await browser.decide(page, "deny"))["error"] == "access_denied"
