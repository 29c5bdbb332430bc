"""RFC 8707 §2: which resource a person lets a client use."""

import base64
import json

import pytest
from tests.conformance.browser import CRM, answer, redeem, refresh


def claims(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


@pytest.mark.parametrize(
    "resource",
    [
        pytest.param(f"{CRM}#fragment", id="n17 fragment"),
        pytest.param("/mcp/crm", id="n17 relative"),
        pytest.param("mcp.example.com", id="n17 no scheme"),
        pytest.param("https://elsewhere.example/mcp", id="n18 unknown"),
        pytest.param("https://sumun.example/mcp/billing", id="n18 no such server"),
        pytest.param(f"{CRM}/", id="n18 slash"),
        pytest.param([CRM, CRM], id="two"),
    ],
)
async def test_a_resource_that_is_none_of_ours(browser, resource):
    told = answer(await browser.authorize(resource=resource))
    assert told["error"] == "invalid_target"


async def test_n18_a_resource_the_client_is_not_registered_for(browser):
    resource = "https://sumun.example/mcp"
    told = answer(await browser.authorize("crm-app", resource=resource))
    assert told["error"] == "invalid_target"


async def test_the_token_is_for_the_resource_and_nothing_else(browser, people):
    tokens = await browser.tokens()
    assert claims(tokens["access_token"])["aud"] == CRM
    assert (await people.call(tokens["access_token"], "/mcp/crm")).status_code == 200
    assert (await people.call(tokens["access_token"], "/hello")).status_code == 401


async def test_without_a_resource_the_token_is_for_the_default_one(browser, people):
    tokens = await browser.tokens(resource=None, scope="mcp.access")
    assert claims(tokens["access_token"])["aud"] == "https://sumun.example"


@pytest.mark.parametrize("alias", [CRM, "HTTPS://Sumun.Example/mcp/crm"])
async def test_the_resource_may_be_repeated_at_the_token_endpoint(browser, people, alias):
    code = await browser.code()
    response = await redeem(people, code, resource=alias)
    assert response.status_code == 200
    again = await refresh(people, response.json()["refresh_token"], resource=alias)
    assert claims(again.json()["access_token"])["aud"] == CRM


@pytest.mark.parametrize(
    "resource", ["https://sumun.example/mcp", "https://x.example", f"{CRM}#", "crm"]
)
async def test_n25_another_resource_than_granted_spends_no_code(browser, people, resource):
    code = await browser.code()
    response = await redeem(people, code, resource=resource)
    assert response.json()["error"] == "invalid_target"
    tokens = (await redeem(people, code)).json()
    refused = await refresh(people, tokens["refresh_token"], resource=resource)
    assert refused.json()["error"] == "invalid_target"
    assert (await refresh(people, tokens["refresh_token"])).status_code == 200
