"""RFC 8628: devices without a browser."""

import json
import re

import pytest
from tests.conformance.browser import CRM, PASSWORD, USERNAME, Browser, Page
from tests.conformance.rfc9449.conftest import Holder

from sumun.keys.jws import read_jws
from sumun.oauth import Client, ClientMetadata
from sumun.oauth.clients import add_client
from sumun.oauth.users import User, add_user

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SOMEBODY = "somebody"


@pytest.fixture
async def house(people):
    """A system with devices, and a second person."""
    metadata = ClientMetadata(
        client_name="The Television",
        grant_types=(GRANT, "refresh_token"),
        scope="mcp:* pii:*",
        token_endpoint_auth_methods=("none",),
    )
    for client_id in ("television", "radio"):
        await people.database.write(add_client, Client(client_id=client_id, metadata=metadata))
    hashed = await people.server.people.passwords.hash(PASSWORD)
    person = User(user_id="user-2", username=SOMEBODY, password_hash=hashed)
    await people.database.write(add_user, person)
    return people


@pytest.fixture
async def person(house):
    opened = Browser(house)
    async with opened.http:
        yield await signed_in(opened)


async def signed_in(browser, username=USERNAME):
    page = await browser.open(await browser.http.get("/device"))
    form = {**page.fields, "username": username, "password": PASSWORD, "method": "password"}
    page = await browser.open(await browser.http.post(page.forms[-1]["action"], data=form))
    assert str(page.response.url).endswith("/device"), page.text
    return browser


async def begin(system, client_id="television", **form):
    form = {"client_id": client_id, "resource": CRM, "scope": "mcp:crm", **form}
    form = {name: value for name, value in form.items() if value is not None}
    return await system.http.post("/oauth2/device_authorization", data=form)


async def codes(system, **form):
    response = await begin(system, **form)
    assert response.status_code == 200, response.text
    return response.json()


async def poll(system, device_code, client_id="television", wait=5, headers=None):
    system.clock.advance(wait)
    form = {"grant_type": GRANT, "device_code": device_code, "client_id": client_id}
    return await system.http.post("/oauth2/token", data=form, headers=headers or {})


def assert_error(response, error):
    assert (response.status_code, response.json()["error"]) == (400, error), response.text


async def send(browser, page, **fields):
    return Page(await browser.http.post("/device", data={**page.fields, **fields}))


async def type_in(browser, user_code):
    page = Page(await browser.http.get("/device"))
    return await send(browser, page, user_code=user_code)


async def decide(browser, user_code, action="allow", **fields):
    page = await type_in(browser, user_code)
    assert page.response.status_code == 200, page.text
    return await send(browser, page, action=action, **fields)


async def test_the_codes(house):
    """RFC 8628 §3.2."""
    answer = await codes(house)
    assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", answer["user_code"])
    assert len(answer["device_code"]) > 43
    assert answer["verification_uri"] == "https://sumun.example/device"
    assert (answer["expires_in"], answer["interval"]) == (600, 5)


async def test_the_complete_address_shows_the_code_and_decides_nothing(house, person):
    """§3.3.1; §5.4: the person must see that it is their device's."""
    answer = await codes(house)
    url = answer["verification_uri_complete"]
    assert url == f"{answer['verification_uri']}?user_code={answer['user_code']}"
    page = Page(await person.http.get(url))
    assert f'value="{answer["user_code"]}"' in page.text
    assert "Go on only if your device shows this very code." in page.text
    assert "The Television" not in page.text, "not before the person has compared"
    assert_error(await poll(house, answer["device_code"]), "authorization_pending")
    page = await send(person, page, user_code=answer["user_code"])
    await send(person, page, action="allow")
    assert (await poll(house, answer["device_code"])).status_code == 200


async def test_the_complete_address_leads_there_through_the_sign_in(house):
    answer = await codes(house)
    async with Browser(house).http as http:
        browser = Browser(house)
        browser.http = http
        page = await browser.open(await http.get(answer["verification_uri_complete"]))
        assert page.response.url.path == "/account/sign-in"
        sent = {"username": USERNAME, "password": PASSWORD, "method": "password"}
        form = {**page.fields, **sent}
        page = await browser.open(await http.post(page.forms[-1]["action"], data=form))
        assert page.response.url.path == "/device"
        assert f'value="{answer["user_code"]}"' in page.text


@pytest.mark.parametrize(
    "then",
    ["https://evil.example", "//evil.example", "/device?user_code=x", "/device?then=//evil.example",
     "/device?user_code=BCDF-GHJK&x=1", "/oauth2/logout?user_code=BCDF-GHJK",
     "//evil.example?user_code=BCDF-GHJK"],
)  # fmt: skip
async def test_after_the_sign_in_nothing_else_can_follow(house, then):
    async with Browser(house).http as http:
        page = Page(await http.get("/account/sign-in", params={"then": then}))
        assert page.fields["then"] == "/account"


@pytest.mark.parametrize("code", ["<script>", '"><b>', "x" * 500, "BCDF-GHJ\u202e", "é"])
async def test_what_stands_in_the_address_is_text(house, person, code):
    page = Page(await person.http.get("/device", params={"user_code": code}))
    assert page.response.status_code == 200
    assert "<script>alert" not in page.text
    assert "<b>" not in page.text
    assert "x" * 20 not in page.text


async def test_a_person_lets_a_device_in(house, person):
    answer = await codes(house)
    assert_error(await poll(house, answer["device_code"]), "authorization_pending")
    page = await type_in(person, answer["user_code"])
    assert "The Television" in page.text
    assert page.response.headers["content-security-policy"]
    page = await send(person, page, action="allow")
    assert page.response.status_code == 200
    response = await poll(house, answer["device_code"])
    assert response.status_code == 200, response.text
    token = read_jws(response.json()["access_token"]).claims()
    assert (token["sub"], token["client_id"], token["aud"]) == ("user-1", "television", CRM)
    assert token["scope"] == "mcp:crm"
    assert (await house.call(response.json()["access_token"], "/mcp/crm")).status_code == 200
    refreshed = await house.http.post(
        "/oauth2/token",
        data={
            "grant_type": "refresh_token",
            "refresh_token": response.json()["refresh_token"],
            "client_id": "television",
        },
    )
    assert refreshed.status_code == 200, refreshed.text


@pytest.mark.parametrize("typed", [str.lower, lambda c: c.replace("-", ""), lambda c: f" {c} "])
async def test_however_the_code_is_typed(house, person, typed):
    answer = await codes(house)
    assert "The Television" in (await type_in(person, typed(answer["user_code"]))).text


async def test_n51_a_person_says_no(house, person):
    answer = await codes(house)
    await decide(person, answer["user_code"], "deny")
    assert_error(await poll(house, answer["device_code"]), "access_denied")
    (event,) = await house.events("authorization_refused")
    assert (event["client_id"], event["reason"]) == ("television", "access_denied")


async def test_a_person_allows_less(house, person):
    answer = await codes(house, scope="mcp:crm pii:contact")
    page = await type_in(person, answer["user_code"])
    assert set(page.checkboxes) == {"scope:mcp:crm", "scope:pii:contact"}
    assert "scope:pii:contact" not in page.fields
    await send(person, page, action="allow")
    response = await poll(house, answer["device_code"])
    assert response.json()["scope"] == "mcp:crm"


async def test_unticking_everything_is_a_no(house, person):
    answer = await codes(house, scope="mcp:crm pii:contact")
    page = await type_in(person, answer["user_code"])
    fields = {name: value for name, value in page.fields.items() if not name.startswith("scope:")}
    await person.http.post("/device", data={**fields, "action": "allow"})
    assert_error(await poll(house, answer["device_code"]), "access_denied")


async def test_n51_too_fast(house):
    answer = await codes(house)
    device_code = answer["device_code"]
    assert_error(await poll(house, device_code, wait=0), "authorization_pending")
    assert_error(await poll(house, device_code, wait=4), "slow_down")
    assert_error(await poll(house, device_code, wait=9), "slow_down")
    assert_error(await poll(house, device_code, wait=15), "authorization_pending")
    assert await house.events("token_refused") == []


async def test_n51_late(house, person):
    answer = await codes(house)
    house.clock.advance(600)
    assert_error(await poll(house, answer["device_code"]), "expired_token")
    page = await type_in(person, answer["user_code"])
    assert page.response.status_code == 400


async def test_n51_late_although_approved(house, person):
    answer = await codes(house)
    await decide(person, answer["user_code"])
    house.clock.advance(600)
    assert_error(await poll(house, answer["device_code"]), "expired_token")


async def test_n52_polled_by_another_client(house, person):
    answer = await codes(house)
    await decide(person, answer["user_code"])
    assert_error(await poll(house, answer["device_code"], "radio"), "invalid_grant")
    assert (await poll(house, answer["device_code"])).status_code == 200


async def test_n52_only_who_opened_it_decides(house, person):
    answer = await codes(house)
    mine = await type_in(person, answer["user_code"])
    other = Browser(house)
    async with other.http:
        await signed_in(other, SOMEBODY)
        assert (await type_in(other, answer["user_code"])).response.status_code == 403
        page = Page(await other.http.get("/device"))
        for action in ("allow", "deny"):
            refused = await send(
                other, page, user_code=answer["user_code"], action=action, **{"scope:mcp:crm": "1"}
            )
            assert refused.response.status_code == 403
    assert_error(await poll(house, answer["device_code"]), "authorization_pending")
    await send(person, mine, action="allow")
    token = (await poll(house, answer["device_code"])).json()["access_token"]
    assert read_jws(token).claims()["sub"] == "user-1"


async def test_a_code_works_once(house, person):
    answer = await codes(house)
    await decide(person, answer["user_code"])
    assert (await poll(house, answer["device_code"])).status_code == 200
    assert_error(await poll(house, answer["device_code"]), "invalid_grant")
    assert (await type_in(person, answer["user_code"])).response.status_code == 400


async def test_a_decision_stands(house, person):
    answer = await codes(house)
    page = await type_in(person, answer["user_code"])
    await send(person, page, action="deny")
    again = await send(person, page, action="allow")
    assert again.response.status_code == 400
    assert_error(await poll(house, answer["device_code"]), "access_denied")


async def test_n53_wrong_codes_are_held_up(house, person):
    answer = await codes(house)
    for _ in range(20):
        assert (await type_in(person, "BBBB-BBBB")).response.status_code == 400
    page = await type_in(person, answer["user_code"])
    assert page.response.status_code == 429
    assert int(page.response.headers["retry-after"]) > 0


@pytest.mark.parametrize("typed", ["", "x", "é" * 500, "BCDF-GHJ", "'; DROP TABLE device_codes;--"])
async def test_what_is_no_code(house, person, typed):
    assert (await type_in(person, typed)).response.status_code == 400


async def test_nobody_is_signed_in(house):
    browser = Browser(house)
    async with browser.http:
        response = await browser.http.get("/device")
        assert response.headers["location"].startswith("/account/sign-in?")


async def test_a_form_of_another_site_does_nothing(house, person):
    """RFC 6749 §10.12."""
    answer = await codes(house)
    for csrf in ({}, {"csrf": "x"}):
        form = {"action": "allow", "user_code": answer["user_code"], "scope:mcp:crm": "1", **csrf}
        assert (await person.http.post("/device", data=form)).status_code == 403
    assert_error(await poll(house, answer["device_code"]), "authorization_pending")


@pytest.mark.parametrize("device_code", ["x", "sumun-device-x", "x" * 60_000, "é"])
async def test_unknown_device_codes(house, device_code):
    assert_error(await poll(house, device_code), "invalid_grant")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        pytest.param({"client_id": None}, 401, "invalid_client", id="no client"),
        pytest.param({"client_id": "unknown"}, 401, "invalid_client", id="unknown client"),
        pytest.param({"client_id": "app"}, 400, "unauthorized_client", id="not registered for it"),
        pytest.param({"scope": "admin"}, 400, "invalid_scope", id="scope"),
        pytest.param({"scope": '"'}, 400, "invalid_scope", id="malformed scope"),
        pytest.param({"resource": "https://x.example"}, 400, "invalid_target", id="resource"),
    ],
)
async def test_requests_that_cannot_be_served(house, form, status, error):
    response = await begin(house, **form)
    assert (response.status_code, response.json()["error"]) == (status, error), response.text


async def test_only_post(house):
    assert (await house.http.get("/oauth2/device_authorization")).status_code == 405


async def test_a_flood_is_held_up(house):
    statuses = {(await begin(house)).status_code for _ in range(65)}
    assert statuses == {200, 429}


async def test_a_bound_token(house, person):
    answer = await codes(house)
    await decide(person, answer["user_code"])
    house.clock.advance(5)
    holder = Holder(house)
    response = await poll(house, answer["device_code"], wait=0, headers={"DPoP": holder.proof()})
    assert response.json()["token_type"] == "DPoP"


async def test_without_offline_access_it_ends_with_the_person_s_session(house, person):
    answer = await codes(house)
    await decide(person, answer["user_code"])
    tokens = (await poll(house, answer["device_code"])).json()
    page = await person.open(await person.http.get("/account"))
    await person.http.post("/account", data={**page.forms[0]["fields"], "action": "sign_out"})
    assert (await house.call(tokens["access_token"], "/mcp/crm")).status_code == 401


async def test_a_program_may_do_the_same(house, person):
    answer = await codes(house)
    headers = {"Accept": "application/json"}
    asked = (await person.http.get("/device", headers=headers)).json()
    form = {"csrf": asked["csrf"], "action": "open", "user_code": answer["user_code"]}
    shown = (await person.http.post("/device", data=form, headers=headers)).json()
    assert shown["client"]["name"] == "The Television"
    assert [scope["scope"] for scope in shown["scopes"]] == ["mcp:crm"]


async def test_korean(house, person):
    response = await person.http.get("/device", headers={"Accept-Language": "ko"})
    assert "기기 연결" in response.text


async def test_no_code_is_recorded(house, person):
    answer = await codes(house)
    await decide(person, answer["user_code"])
    await poll(house, answer["device_code"])
    recorded = json.dumps(await house.audit.tail(50))
    assert answer["user_code"] not in recorded
    assert answer["device_code"] not in recorded


async def test_metadata(house):
    document = (await house.http.get("/.well-known/oauth-authorization-server")).json()
    assert GRANT in document["grant_types_supported"]
    url = document["device_authorization_endpoint"]
    assert url == "https://sumun.example/oauth2/device_authorization"
