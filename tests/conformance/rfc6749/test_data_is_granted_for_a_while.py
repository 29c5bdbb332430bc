"""RFC 6749 §3.3, §6: what lets personal data be seen as it is, is granted for a while only."""

from tests.conformance.browser import answer, redeem, refresh

SCOPE = "mcp:crm pii:contact:customer_support"
TICKED = {"scope:pii:contact:customer_support": "1"}


async def granted(browser, people):
    page = await browser.consent_page(scope=SCOPE)
    code = answer(await browser.decide(page, **TICKED))["code"]
    return (await redeem(people, code)).json()


async def renew(people, tokens, **parameters):
    response = await refresh(people, tokens["refresh_token"], **parameters)
    assert response.status_code == 200, response.text
    return response.json()


async def test_the_page_names_the_data_the_purpose_and_the_time(browser):
    page = await browser.consent_page(scope=SCOPE)
    assert "See as they are: contact details" in page.text
    assert "to answer a customer&#39;s request" in page.text
    assert "Good for 15 minutes; then you are asked again." in page.text


async def test_an_access_token_ends_when_the_time_is_over(browser, people):
    first = await granted(browser, people)
    people.clock.advance(800)
    second = await renew(people, first)
    assert second["scope"] == SCOPE
    assert second["expires_in"] == people.config.reveal.ttl - 800


async def test_refreshing_afterwards_gives_the_rest(browser, people):
    first = await granted(browser, people)
    people.clock.advance(900)
    second = await renew(people, first)
    assert second["scope"] == "mcp:crm"
    assert second["expires_in"] == people.config.oauth.access_token_ttl
    only = await refresh(people, second["refresh_token"], scope="pii:contact:customer_support")
    assert (only.status_code, only.json()["error"]) == (400, "invalid_scope")
    assert (await renew(people, second))["scope"] == "mcp:crm"


async def test_a_person_is_asked_again_afterwards(browser, people):
    await granted(browser, people)
    assert answer(await browser.authorize(scope=SCOPE))["code"], "agreed to a moment ago"
    people.clock.advance(900)
    assert answer(await browser.authorize(scope="mcp:crm"))["code"], "that yes still holds"
    page = await browser.consent_page(scope=SCOPE)
    assert not TICKED.keys() & page.fields.keys()


async def test_agreeing_to_something_else_makes_it_no_longer(browser, people):
    await granted(browser, people)
    people.clock.advance(800)
    await browser.decide(await browser.consent_page(scope="mcp:crm mcp:crm:export"))
    people.clock.advance(200)
    page = await browser.consent_page(scope=SCOPE)
    assert not TICKED.keys() & page.fields.keys()
