"""RFC 9396 where a person decides: how details come, are shown, narrowed, kept and refreshed."""

import json

import msgspec
import pytest
from tests.conformance.browser import (
    APPS,
    CRM,
    PASSWORD,
    USERNAME,
    Browser,
    Page,
    answer,
    redeem,
    refresh,
    request,
)
from tests.conformance.rfc9396.conftest import (
    DEVICE,
    OWN,
    SIGNER,
    claims_of,
    detail,
    encoded,
    granted,
)

from sumun.oauth import Client
from sumun.oauth.clients import add_client
from sumun.oauth.traces import find_trace, list_traces

ERROR = "invalid_authorization_details"
ASKED = detail(tools=["lookup", "export"], datatypes=["contact", "financial"])
BOXES = ["mcp:crm:lookup", "mcp:crm:export", "pii:contact", "pii:financial"]


def details(*several, **more):
    """The parameters of a request that says what it wants in details alone."""
    asked = encoded(*(several or (ASKED,)))
    return {"scope": None, "authorization_details": asked, **more}


async def plain(browser, parameters):
    return await browser.authorize("app", **parameters)


async def push(browser, parameters):
    form = request("app", **parameters)
    pushed = await browser.http.post("/oauth2/par", data=form)
    assert pushed.status_code == 201, pushed.text
    query = {"client_id": "app", "request_uri": pushed.json()["request_uri"]}
    return await browser.http.get("/oauth2/authorize", params=query)


async def _signed(browser, parameters):
    metadata = msgspec.structs.replace(APPS["app"], jwks=SIGNER.jwks)
    client = Client(client_id="signer", metadata=metadata)
    await browser.system.database.write(add_client, client)
    redirect_uri = APPS["app"].redirect_uris[0]
    claims = request("signer", redirect_uri=redirect_uri, **parameters)
    claims |= {"iss": "signer", "aud": "https://sumun.example", "exp": 1_800_000_060}
    token = SIGNER.sign(claims, typ="oauth-authz-req+jwt")
    query = {"client_id": "signer", "request": token}
    return await browser.http.get("/oauth2/authorize", params=query)


async def sign(browser, parameters):
    """RFC 9101 §4: in a request object they are an array, not a text."""
    sent = json.loads(parameters["authorization_details"])
    return await _signed(browser, {**parameters, "authorization_details": sent})


async def sign_as_text(browser, parameters):
    return await _signed(browser, parameters)


WAYS = pytest.mark.parametrize("way", [plain, push, sign, sign_as_text])


async def consent_page(browser, way=plain, **parameters):
    page = await browser.open(await way(browser, details(**parameters)))
    if "/sign-in" in str(page.response.url):
        page = await browser.open(await browser.sign_in(page))
    assert "/consent" in str(page.response.url), page.text
    return page


async def tokens(browser, page, client_id="app", **fields):
    code = answer(await browser.decide(page, **fields))["code"]
    form = {"redirect_uri": APPS["app"].redirect_uris[0]} if client_id != "app" else {}
    response = await redeem(browser.system, code, client_id, **form)
    assert response.status_code == 200, response.text
    return response.json()


def ticked(*scopes):
    """The boxes of the page as a person leaves them."""
    return {f"scope:{scope}": "1" if scope in scopes else None for scope in BOXES}


@WAYS
async def test_3_every_way_to_ask(browser, way):
    page = await consent_page(browser, way)
    client_id = "app" if way in {plain, push} else "signer"
    answered = await tokens(browser, page, client_id, **ticked(*BOXES))
    everything = granted(["lookup", "export"], ["contact", "financial"])
    assert answered["authorization_details"] == everything
    assert claims_of(answered)["authorization_details"] == everything


async def test_4_the_page_shows_each_tool_and_category_in_words(browser):
    page = await consent_page(browser)
    assert page.checkboxes == [f"scope:{scope}" for scope in BOXES]
    said = " ".join(" ".join(page.words).split())
    assert "Use the tool “lookup” of crm" in said
    assert "Use the tool “export” of crm" in said
    assert "contact details (e-mail addresses, telephone numbers)" in said
    # What reveals personal data is ticked by the person alone.
    assert [box for box in page.checkboxes if box in page.fields] == page.checkboxes[:2]


async def test_4_and_in_korean(browser):
    browser.http.headers["accept-language"] = "ko"
    said = (await consent_page(browser)).text
    assert "“lookup”" in said
    assert "연락처" in said
    assert "금융정보" in said


@pytest.mark.parametrize(
    ("left", "answered"),
    [
        pytest.param(BOXES[:1], granted(["lookup"]), id="a tool"),
        pytest.param(BOXES[:2], granted(["lookup", "export"]), id="no data"),
        pytest.param(
            [BOXES[1], BOXES[3]], granted(["export"], ["financial"]), id="a tool and its data"
        ),
        pytest.param(BOXES[2:], None, id="data without a tool"),
    ],
)
async def test_7_a_person_takes_away_what_they_do_not_want(browser, left, answered):
    said = await tokens(browser, await consent_page(browser), **ticked(*left))
    assert said.get("authorization_details") == answered
    assert claims_of(said).get("authorization_details") == answered
    assert said["scope"] == " ".join(left)


async def test_unticking_everything_is_a_no(browser):
    page = await consent_page(browser)
    assert answer(await browser.decide(page, **ticked()))["error"] == "access_denied"


async def test_agreed_before_means_not_asked_again(browser):
    await tokens(browser, await consent_page(browser), **ticked(*BOXES))
    again = answer(await browser.authorize("app", **details(detail(), prompt="none")))
    assert "code" in again
    more = details(detail(tools=["delete"]), prompt="none")
    assert answer(await browser.authorize("app", **more))["error"] == "consent_required"


async def test_3_1_scopes_beside_them(browser):
    parameters = details(scope="openid mcp:crm offline_access")
    page = await browser.open(await browser.authorize("app", **parameters))
    page = await browser.open(await browser.sign_in(page))
    said = await tokens(browser, page, **ticked(*BOXES))
    assert said["scope"].split() == [*BOXES, "openid", "offline_access"]
    assert said["id_token"]


async def test_2_2_the_location_is_the_resource(browser):
    page = await consent_page(
        browser,
        resource=None,
        authorization_details=encoded(detail(locations=[CRM], tools=["lookup", "export"])),
    )
    said = await tokens(browser, page)
    assert claims_of(said)["aud"] == CRM


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("x", id="no JSON"),
        pytest.param(encoded(detail(type="other")), id="unknown type"),
        pytest.param(encoded(detail(more=1)), id="unknown member"),
        pytest.param(encoded(detail(tools=5)), id="wrong type of a member"),
        pytest.param(encoded(detail(locations=[OWN])), id="another server"),
        pytest.param(encoded(detail(datatypes=["all"])), id="unknown category"),
        pytest.param(encoded(detail(), detail()), id="two for one server"),
    ],
)
async def test_5_the_client_is_told(browser, wrong):
    said = answer(await browser.authorize("app", **details(authorization_details=wrong)))
    assert (said["error"], said["state"]) == (ERROR, "a state")
    form = request("app", **details(authorization_details=wrong))
    pushed = await browser.http.post("/oauth2/par", data=form)
    assert (pushed.status_code, pushed.json()["error"]) == (400, ERROR)


async def test_5_and_the_trace_says_why(browser):
    await browser.authorize("app", **details(detail(privileges=["admin"])))
    await browser.system.server.traces.flush()
    [newest] = await browser.system.database.read(list_traces, limit=1)
    trace = await browser.system.database.read(find_trace, newest.ref)
    step = trace.steps[-1]
    assert (step.outcome, step.code) == ("refused", ERROR)
    assert "privileges" in step.words


async def test_sent_twice(browser):
    twice = [encoded(detail()), encoded(detail())]
    said = answer(await browser.authorize("app", **details(authorization_details=twice)))
    assert said["error"] == "invalid_request"


# -- codes and refresh tokens ----------------------------------------------------------------------

NARROWER = [
    pytest.param([detail()], {}, granted(["lookup"]), id="a tool"),
    pytest.param([detail(tools=["export"], datatypes=["financial"])], {},
                 granted(["export"], ["financial"]), id="a tool and its data"),
    pytest.param([ASKED], {}, granted(["lookup", "export"], ["contact", "financial"]), id="all"),
    pytest.param([detail(tools=["delete"])], {}, None, id="another tool"),
    pytest.param([detail(tools=None)], {}, None, id="every tool"),
    pytest.param([detail(datatypes=["health"])], {}, None, id="other data"),
    pytest.param([detail(locations=[OWN])], {}, None, id="another server"),
    pytest.param([detail(type="x")], {}, None, id="unknown type"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "form", "answered"), NARROWER)
async def test_6_1_refreshing_narrows(browser, asked, form, answered):
    first = await tokens(browser, await consent_page(browser), **ticked(*BOXES))
    sent = {"authorization_details": encoded(*asked), **form}
    response = await refresh(browser.system, first["refresh_token"], **sent)
    if answered is None:
        assert (response.status_code, response.json()["error"]) == (400, ERROR), response.text
        # The refresh token is not spent by it.
        response = await refresh(browser.system, first["refresh_token"])
        assert response.status_code == 200
    else:
        assert response.status_code == 200, response.text
        assert response.json()["authorization_details"] == answered
        assert claims_of(response.json())["authorization_details"] == answered
        # The authorization stays as it was.
        response = await refresh(browser.system, response.json()["refresh_token"])
    assert response.json()["authorization_details"] == first["authorization_details"]


@pytest.mark.parametrize(("asked", "form", "answered"), NARROWER)
async def test_6_redeeming_a_code_narrows(browser, asked, form, answered):
    page = await consent_page(browser)
    code = answer(await browser.decide(page, **ticked(*BOXES)))["code"]
    sent = {"authorization_details": encoded(*asked), **form}
    response = await redeem(browser.system, code, **sent)
    if answered is None:
        assert (response.status_code, response.json()["error"]) == (400, ERROR), response.text
        assert (await redeem(browser.system, code)).status_code == 200, "the code is not spent"
    else:
        assert response.json()["authorization_details"] == answered


@pytest.mark.parametrize(
    ("scope", "answered"),
    [
        ("mcp:crm:export", granted(["export"])),
        ("mcp:crm:lookup pii:contact", granted(["lookup"], ["contact"])),
        ("pii:contact", None),
    ],
)
async def test_6_1_a_scope_narrows_details_too(browser, scope, answered):
    first = await tokens(browser, await consent_page(browser), **ticked(*BOXES))
    said = (await refresh(browser.system, first["refresh_token"], scope=scope)).json()
    assert said["scope"] == scope
    assert said.get("authorization_details") == answered


async def test_6_1_details_narrow_what_a_scope_had_granted(browser):
    first = await browser.tokens(scope="mcp:crm openid")
    assert "authorization_details" not in first
    sent = {"authorization_details": encoded(detail())}
    said = (await refresh(browser.system, first["refresh_token"], **sent)).json()
    assert said["authorization_details"] == granted()
    assert said["scope"] == "mcp:crm:lookup openid"


async def test_9_2_introspection_of_a_refresh_token(browser):
    parameters = {**details(detail(tools=["lookup", "export"])), "client_id": "server-app"}
    page = await browser.open(await browser.authorize("server-app", **parameters))
    page = await browser.open(await browser.sign_in(page))
    code = answer(await browser.decide(page, **{"scope:mcp:crm:export": None}))["code"]
    first = (await redeem(browser.system, code, "server-app")).json()
    form = {"client_id": "server-app", "client_secret": "secret", "token": first["refresh_token"]}
    told = (await browser.http.post("/oauth2/introspect", data=form)).json()
    assert told["authorization_details"] == first["authorization_details"] == granted(["lookup"])


async def test_the_account_shows_what_was_granted(browser):
    await tokens(browser, await consent_page(browser), **ticked(BOXES[0], BOXES[2]))
    headers = {"accept": "application/json"}
    document = (await browser.http.get("/account", headers=headers)).json()
    [access] = document["access"]
    assert [each["scope"] for each in access["scopes"]] == [BOXES[0], BOXES[2]]
    assert "lookup" in access["scopes"][0]["text"]


# -- devices ---------------------------------------------------------------------------------------


async def test_a_device(house):
    form = {"client_id": "device", "client_secret": "secret", "resource": CRM}
    asked = {**form, "authorization_details": encoded(ASKED)}
    codes = (await house.system.http.post("/oauth2/device_authorization", data=asked)).json()
    browser = Browser(house.system)
    async with browser.http:
        page = await browser.open(await browser.http.get("/device"))
        fields = {**page.fields, "username": USERNAME, "password": PASSWORD, "method": "password"}
        await browser.http.post(page.forms[-1]["action"], data=fields)
        page = Page(await browser.http.get("/device"))
        fields = {**page.fields, "user_code": codes["user_code"]}
        page = Page(await browser.http.post("/device", data=fields))
        assert page.checkboxes == [f"scope:{scope}" for scope in BOXES]
        left = {n: v for n, v in page.fields.items() if n != "scope:mcp:crm:export"}
        await browser.http.post(
            "/device", data={**left, "scope:pii:contact": "1", "action": "allow"}
        )
    house.system.clock.advance(5)
    sent = {**form, "grant_type": DEVICE, "device_code": codes["device_code"]}
    said = (await house.system.http.post("/oauth2/token", data=sent)).json()
    assert said["authorization_details"] == granted(["lookup"], ["contact"])


@pytest.mark.parametrize("wrong", ["x", encoded(detail(type="x")), encoded(detail(a=1))])
async def test_5_a_device_is_told(house, wrong):
    form = {"client_id": "device", "client_secret": "secret", "authorization_details": wrong}
    response = await house.system.http.post("/oauth2/device_authorization", data=form)
    assert (response.status_code, response.json()["error"]) == (400, ERROR)
