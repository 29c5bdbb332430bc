"""RFC 6749 §4.4 and §5.1: the grant and its answer."""

import pytest


async def test_form_credentials_earn_a_bearer_token(system):
    response = await system.ask(scope="mcp.access")
    assert response.status_code == 200
    answer = response.json()
    assert set(answer) == {"access_token", "token_type", "expires_in", "scope"}
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 900
    assert answer["scope"] == "mcp.access"


async def test_basic_credentials_earn_a_bearer_token(system):
    response = await system.http.post(
        "/oauth2/token",
        data={"grant_type": "client_credentials", "scope": "mcp.access"},
        auth=("mcp-client", "secret"),
    )
    assert response.status_code == 200
    assert (await system.call(response.json()["access_token"])).status_code == 200


async def test_an_answer_with_a_token_is_not_cached(system):
    response = await system.ask()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["pragma"] == "no-cache"


async def test_no_refresh_token_is_included(system):
    """§4.4.3: a refresh token SHOULD NOT be included."""
    assert "refresh_token" not in (await system.ask()).json()


async def test_without_scope_the_registered_ones_are_granted(system):
    assert (await system.ask()).json()["scope"] == "mcp.access audit:read"


async def test_parameters_without_a_value_count_as_omitted(system):
    assert (await system.ask(scope="", resource="")).status_code == 200


async def test_unknown_parameters_are_ignored(system):
    assert (await system.ask(colour="blue")).status_code == 200


async def test_charset_parameter_of_the_content_type_is_accepted(system):
    response = await system.http.post(
        "/oauth2/token",
        content="grant_type=client_credentials&client_id=mcp-client&client_secret=secret",
        headers={"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"},
    )
    assert response.status_code == 200


async def test_n92_the_token_is_recorded_before_it_leaves(system):
    token = await system.token(scope="mcp.access")
    (event,) = await system.events("token_issued")
    assert event["client_id"] == "mcp-client"
    assert event["scope"] == "mcp.access"
    assert event["token_id"]
    assert token not in str(event)
    assert "secret" not in str(event)


@pytest.mark.parametrize("closed", ["audit", "database"])
async def test_n90_nothing_is_issued_that_cannot_be_recorded(system, closed):
    await system.audit.close()
    if closed == "database":
        await system.database.close()
    for parameters in ({}, {"client_secret": "wrong"}):
        response = await system.ask(**parameters)
        assert response.status_code == 503
        assert response.json()["error"] == "temporarily_unavailable"
        assert response.headers["retry-after"] == "1"
        assert "access_token" not in response.text


@pytest.mark.parametrize("pragma", ["max_page_count", "query_only"], ids=["full", "read-only"])
async def test_n90_a_disk_that_takes_nothing_more(system, pragma):
    assert (await system.ask()).status_code == 200
    usual = system.database._connection.pragma(pragma)
    system.database._connection.pragma(pragma, 1)
    answers = [await system.ask() for _ in range(40)]
    assert answers[-1].status_code == 503
    assert answers[-1].json()["error"] == "temporarily_unavailable"
    assert "access_token" not in answers[-1].text
    system.database._connection.pragma(pragma, usual)
    answers.append(await system.ask())
    assert answers[-1].status_code == 200
    issued = [answer for answer in answers if answer.status_code == 200]
    assert len(await system.events("token_issued")) == len(issued) + 1
    assert {answer.status_code for answer in answers} == {200, 503}
