"""RFC 9207 §2: every answer says which server it comes from."""

import pytest
from tests.conformance.browser import Browser, answer, settle

ISSUER = "https://sumun.example"


async def test_with_a_code(browser):
    page = await browser.consent_page()
    assert answer(await browser.decide(page))["iss"] == ISSUER


async def test_with_a_no(browser):
    page = await browser.consent_page()
    told = answer(await browser.decide(page, "deny"))
    assert (told["error"], told["iss"], told["state"]) == ("access_denied", ISSUER, "a state")


@pytest.mark.parametrize("parameters", [{"prompt": "none"}, {"response_type": None}])
async def test_with_an_error(browser, parameters):
    assert answer(await browser.authorize(**parameters))["iss"] == ISSUER


async def test_metadata_says_so(browser):
    document = (await browser.http.get("/.well-known/oauth-authorization-server")).json()
    assert document["authorization_response_iss_parameter_supported"] is True


@pytest.mark.parametrize("issuer", ["https://sumun.example/", "https://SUMUN.example"])
async def test_it_is_the_issuer_byte_for_byte(start, issuer):
    async with start(issuer=issuer) as system:
        await settle(system)
        async with (browser := Browser(system)).http:
            told = answer(await browser.authorize(prompt="none", resource=None, scope="mcp:crm"))
    assert told["iss"] == issuer


async def test_below_the_path_of_an_issuer(start):
    async with start(issuer="https://sumun.example/auth") as system:
        await settle(system)
        async with (browser := Browser(system)).http:
            page = await browser.open(await browser.authorize(resource=None))
            assert page.forms[-1]["action"] == "/auth/sign-in"
            response = await browser.sign_in(page)
            assert response.headers["location"].startswith("/auth/sign-in?ticket=")
            page = await browser.open(response)
            told = answer(await browser.decide(page))
    assert told["iss"] == "https://sumun.example/auth"
