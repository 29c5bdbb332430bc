"""RFC 6749 §3.1, §4.1.1, §4.1.2: what is asked, and where the answer goes."""

import pytest
from tests.conformance.browser import Browser, answer, request
from tests.conformance.references import without_reference

HTML = "text/html; charset=utf-8"


def assert_page(response, status=400):
    """N01: a page, and no redirect."""
    assert response.status_code == status
    assert response.headers["content-type"] == HTML
    assert "location" not in response.headers
    assert "code=" not in response.text


async def test_n01_an_unregistered_redirect_uri(browser):
    assert_page(await browser.authorize(redirect_uri="https://evil.example/cb"))


@pytest.mark.parametrize(
    "redirect_uri",
    [
        pytest.param("https://app.example/cb?x=1", id="n02 extra query"),
        pytest.param("https://app.example/CB", id="n03 case"),
        pytest.param("https://app.example/cb/", id="n03 slash"),
        pytest.param("https://app.example/%63b", id="n03 escape"),
        pytest.param("https://app.example/x/../cb", id="n03 dots"),
        pytest.param("https://app.example@evil.example/cb", id="n03 userinfo"),
        pytest.param("https://app.example/cb#", id="n03 fragment"),
        pytest.param("https://app.example\\@evil.example/cb", id="n03 backslash"),
        pytest.param("https://аpp.example/cb", id="n03 look-alike"),
        pytest.param("https://app.example:443/cb", id="n03 port"),
        pytest.param("HTTPS://app.example/cb", id="n03 scheme"),
        pytest.param("https://app.example/cb\r\nX: y", id="n03 header"),
        pytest.param("//app.example/cb", id="n03 relative"),
    ],
)
async def test_a_redirect_uri_that_is_not_quite_registered(browser, redirect_uri):
    assert_page(await browser.authorize(redirect_uri=redirect_uri))


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1:65535/cb",
        "http://127.0.0.1/cb",
        "http://localhost:3000/cb",
        "http://[::1]:8080/cb",
        "cursor://anysphere.cursor-mcp/cb",
    ],
)
async def test_n04_any_port_of_a_loopback_address(browser, redirect_uri):
    response = await browser.authorize("native", redirect_uri=redirect_uri)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/sign-in?ticket=")


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://127.0.0.1:8080/other",
        "http://127.0.0.1:0/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://localhost.evil.com/cb",
        "http://127.1/cb",
        "http://127.0.0.2/cb",
        "http://2130706433/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://[0:0:0:0:0:0:0:1]:80/cb",
        "http://0.0.0.0/cb",
        "http://user@127.0.0.1/cb",
        "https://127.0.0.1/cb",
        "http://LOCALHOST/cb",
        "cursor://anysphere.cursor-mcp/cb/",
        "cursor:cb",
    ],
)
async def test_n04_what_is_no_registered_loopback_address(browser, redirect_uri):
    assert_page(await browser.authorize("native", redirect_uri=redirect_uri))


async def test_n05_two_redirect_uris(browser):
    both = ["https://app.example/cb", "https://app.example/cb"]
    assert_page(await browser.authorize(redirect_uri=both))


async def test_n07_no_redirect_uri_where_several_are_registered(browser):
    assert_page(await browser.authorize("native", redirect_uri=None))


async def test_no_redirect_uri_where_one_is_registered(browser):
    response = await browser.authorize(redirect_uri=None)
    assert response.headers["location"].startswith("/sign-in")


async def test_a_client_without_any_redirect_uri(browser):
    assert_page(await browser.authorize("mcp-client", redirect_uri="https://mcp.example/cb"))


async def test_n08_an_unknown_client_is_told_what_a_disabled_one_is(browser):
    unknown = await browser.authorize("nobody", redirect_uri="https://off.example/cb")
    disabled = await browser.authorize("off")
    assert_page(unknown)
    assert_page(disabled)
    assert without_reference(unknown.text) == without_reference(disabled.text)


@pytest.mark.parametrize("client_id", [None, "", "x" * 5000, "a\x00b", "é"])
async def test_no_client_id_to_speak_of(browser, client_id):
    assert_page(await browser.authorize("app", client_id=client_id))


async def test_two_client_ids(browser):
    assert_page(await browser.authorize("app", client_id=["app", "app"]))


REFUSED = {
    "n09 no response_type": ({"response_type": None}, "invalid_request"),
    "n10 token": ({"response_type": "token"}, "unsupported_response_type"),
    "n10 hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "n10 none": ({"response_type": "none"}, "unsupported_response_type"),
    "n15 two challenges": ({"code_challenge": ["a" * 43] * 2}, "invalid_request"),
    "two states": ({"state": ["a", "b"]}, "invalid_request"),
    "n16 quote": ({"scope": 'mcp:crm "x"'}, "invalid_scope"),
    "n16 backslash": ({"scope": "mcp\\crm"}, "invalid_scope"),
    "n16 control": ({"scope": "mcp:crm\x07"}, "invalid_scope"),
    "n16 two spaces": ({"scope": "mcp:crm  mcp:crm:a"}, "invalid_scope"),
    "n16 unknown": ({"scope": "mcp:crm admin"}, "invalid_scope"),
    "n16 another server's": ({"scope": "mcp:billing"}, "invalid_scope"),
    "n20 request": ({"request": "e30.e30."}, "invalid_request_object"),
    "n20 request_uri": ({"request_uri": "https://x.example/r"}, "request_uri_not_supported"),
    "response_mode": ({"response_mode": "fragment"}, "invalid_request"),
    "prompt none and login": ({"prompt": "none login"}, "invalid_request"),
    "prompt unknown": ({"prompt": "whatever"}, "invalid_request"),
    "max_age": ({"max_age": "-1"}, "invalid_request"),
    "nonce": ({"nonce": "n" * 2000}, "invalid_request"),
    "login_hint": ({"login_hint": "a\x00b"}, "invalid_request"),
    "many locales": ({"ui_locales": " ".join(f"a-{i}" for i in range(20))}, "invalid_request"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_the_client_is_told(browser, case):
    parameters, error = REFUSED[case]
    response = await browser.authorize(**parameters)
    assert response.headers["location"].startswith("https://app.example/cb?error=")
    told = answer(response)
    assert told["error"] == error
    assert told["iss"] == "https://sumun.example"
    assert told["error_uri"].endswith(f"#{error}")
    assert told["error_description"].isascii()
    assert "code" not in told
    assert told["state"] == ("a" if case == "two states" else "a state")


async def test_a_client_that_is_not_registered_for_codes(browser):
    told = answer(await browser.authorize("wrong-grant"))
    assert told["error"] == "unauthorized_client"


async def test_a_query_the_client_registered_stays(browser, people):
    response = await browser.authorize("server-app", response_type="token")
    assert response.headers["location"].startswith("https://server.example/cb?fixed=1&error=")


async def test_a_state_comes_back_as_it_was(browser):
    state = "상태 %26&=+#\"'<>"
    assert answer(await browser.authorize(state=state, prompt="none"))["state"] == state


async def test_no_state_is_no_state(browser):
    assert "state" not in answer(await browser.authorize(state=None, prompt="none"))


async def test_a_request_may_be_posted(browser):
    response = await browser.http.post("/oauth2/authorize", data=request())
    assert response.status_code == 303
    page = await browser.open(response)
    assert "The App" in page.text


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"]
)
async def test_only_a_form_may_be_posted(browser, content_type):
    headers = {"Content-Type": content_type}
    assert_page(await browser.http.post("/oauth2/authorize", content=b"{}", headers=headers))


@pytest.mark.parametrize("query", ["x" * 20_000, "a=1&" * 200, "client_id=%ff", "client_id=%"])
async def test_a_damaged_or_far_too_long_request(browser, query):
    assert_page(await browser.http.get(f"/oauth2/authorize?{query}"))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    posted = await browser.http.post("/oauth2/authorize", content=query, headers=headers)
    assert_page(posted)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods(browser, method):
    assert (await browser.http.request(method, "/oauth2/authorize")).status_code == 405


async def test_a_flood_is_told_to_wait(browser):
    for _ in range(200):
        response = await browser.authorize("nobody", redirect_uri="https://x.example")
        if response.status_code == 429:
            break
    assert_page(response, 429)
    assert int(response.headers["retry-after"]) >= 1


async def test_n92_every_refusal_is_recorded_once(browser, people):
    await browser.authorize(redirect_uri="https://evil.example/cb?secret=hunter2")
    await browser.authorize(scope="admin")
    events = await people.events("authorization_refused")
    assert [event["reason"] for event in events] == ["redirect_uri", "invalid_scope"]
    assert {event["client_id"] for event in events} == {"app"}
    assert "hunter2" not in str(events)


async def test_n76_n78_only_a_browser_s_own_ticket_works(browser, people):
    """What one browser began is nothing in another."""
    response = await browser.authorize()
    async with (stranger := Browser(people)).http:
        assert_page(await stranger.http.get(response.headers["location"]))


async def test_n90_without_storage_there_is_no_code(browser, people, monkeypatch):
    from sumun.storage import StorageUnavailable

    async def refuse(*args, **kwargs):
        raise StorageUnavailable("gone")

    page = await browser.consent_page()
    monkeypatch.setattr(people.database, "write", refuse)
    assert_page(await browser.decide(page), 503)
    assert_page(await browser.authorize(prompt="login"), 503)
