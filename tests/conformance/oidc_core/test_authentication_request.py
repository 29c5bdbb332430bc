"""OpenID Connect Core §3.1.2.1, §3.1.2.3, §3.1.2.6: prompt, max_age, acr_values."""

import json

import jwt
import msgspec
import pytest
from tests.conformance.browser import answer, redeem, request

from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.sessions import list_sessions, renew_session

SCOPE = "mcp:crm openid"


def asked_to_sign_in(response):
    return response.headers["location"].startswith("/sign-in?")


def asked_to_consent(response):
    return response.headers["location"].startswith("/consent?")


async def test_n19_nobody_signed_in_and_nobody_may_be_asked(browser):
    said = answer(await browser.authorize(scope=SCOPE, prompt="none"))
    assert said["error"] == "login_required"
    assert (said["state"], said["iss"]) == ("a state", "https://sumun.example")


async def test_n19_signed_in_and_not_agreed(browser):
    await browser.tokens("other-app", scope=SCOPE)
    assert answer(await browser.authorize(scope=SCOPE, prompt="none"))["error"] == (
        "consent_required"
    )


async def test_n19_signed_in_and_agreed(people, browser):
    await browser.tokens(scope=SCOPE)
    code = answer(await browser.authorize(scope=SCOPE, prompt="none"))["code"]
    assert "id_token" in (await redeem(people, code)).json()


async def test_n19_more_than_agreed_to(browser):
    await browser.tokens(scope=SCOPE)
    said = answer(await browser.authorize(scope=f"{SCOPE} profile", prompt="none"))
    assert said["error"] == "consent_required"


async def test_n19_too_long_ago_and_nobody_may_be_asked(people, browser):
    await browser.tokens(scope=SCOPE)
    people.clock.advance(61)
    said = answer(await browser.authorize(scope=SCOPE, prompt="none", max_age="60"))
    assert said["error"] == "login_required"


@pytest.mark.parametrize("prompt", ["none login", "none consent", "create", "NONE", "none none x"])
async def test_prompts_that_contradict_themselves(browser, prompt):
    assert answer(await browser.authorize(scope=SCOPE, prompt=prompt))["error"] == "invalid_request"


@pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
async def test_signing_in_again_is_asked_for(people, browser, prompt):
    await browser.tokens(scope=SCOPE)
    assert asked_to_sign_in(await browser.authorize(scope=SCOPE, prompt=prompt))


async def test_signing_in_again_makes_auth_time_new(people, browser):
    await browser.tokens(scope=SCOPE)
    people.clock.advance(120)
    response = await browser.authorize(scope=SCOPE, prompt="login")
    page = await browser.open(response)
    signed_in = await browser.http.get((await browser.sign_in(page)).headers["location"])
    token = (await redeem(people, answer(signed_in)["code"])).json()["id_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["auth_time"] == int(people.clock())


async def test_consent_is_asked_for_again(browser):
    await browser.tokens(scope=SCOPE)
    assert asked_to_consent(await browser.authorize(scope=SCOPE, prompt="consent"))


@pytest.mark.parametrize(("age", "again"), [(59, False), (60, False), (61, True)])
async def test_max_age(people, browser, age, again):
    await browser.tokens(scope=SCOPE)
    people.clock.advance(age)
    response = await browser.authorize(scope=SCOPE, max_age="60")
    assert asked_to_sign_in(response) is again


async def test_max_age_zero_is_prompt_login(people, browser):
    """§3.1.2.1 leaves 0 to the letter: any time elapsed is too long."""
    await browser.tokens(scope=SCOPE)
    people.clock.advance(1)
    assert asked_to_sign_in(await browser.authorize(scope=SCOPE, max_age="0"))


@pytest.mark.parametrize("max_age", ["-1", "1.5", "x", "1" * 10, "٣"])
async def test_max_age_that_is_no_number_of_seconds(browser, max_age):
    said = answer(await browser.authorize(scope=SCOPE, max_age=max_age))
    assert said["error"] == "invalid_request"


async def test_a_class_that_is_met(browser):
    await browser.tokens(scope=SCOPE)
    assert "code" in answer(await browser.authorize(scope=SCOPE, acr_values="phr 1fa"))


async def test_a_class_nobody_knows_is_voluntary(browser):
    """§5.5.1.1: acr_values asks for a voluntary claim."""
    await browser.tokens(scope=SCOPE)
    assert "code" in answer(await browser.authorize(scope=SCOPE, acr_values="urn:x:gold"))


async def test_a_stronger_class_asks_for_more(browser):
    await browser.tokens(scope=SCOPE)
    assert asked_to_sign_in(await browser.authorize(scope=SCOPE, acr_values="mfa"))
    said = answer(await browser.authorize(scope=SCOPE, acr_values="mfa", prompt="none"))
    assert said["error"] == "login_required"


def needing(*values, essential=True):
    asked = {"essential": essential, "values": list(values)}
    return json.dumps({"id_token": {"acr": asked, "email": None}, "userinfo": {}})


async def acr_of(people, browser, **parameters):
    code = answer(await browser.authorize(scope=SCOPE, **parameters))["code"]
    tokens = (await redeem(people, code)).json()
    said = {
        jwt.decode(tokens[kind], options={"verify_signature": False}).get("acr")
        for kind in ("id_token", "access_token")
    }
    assert len(said) == 1
    return said.pop()


@pytest.mark.parametrize(
    ("parameters", "acr"),
    [
        ({}, "1fa"),
        ({"acr_values": "1fa"}, "1fa"),
        ({"acr_values": "urn:x:gold"}, "1fa"),
        ({"claims": needing("1fa")}, "1fa"),
        ({"claims": needing("mfa", "1fa")}, "1fa"),
        ({"claims": needing("urn:x:gold", "1fa")}, "1fa"),
        ({"claims": needing()}, "1fa"),
        ({"claims": '{"id_token":{"acr":null}}'}, "1fa"),
        ({"claims": '{"id_token":null}'}, "1fa"),
        ({"claims": '{"id_token":{"acr":{"essential":true,"value":"1fa"}}}'}, "1fa"),
        ({"claims": needing("urn:x:gold", essential=False)}, "1fa"),
    ],
    ids=str,
)
async def test_a_class_that_is_met_is_told(people, browser, parameters, acr):
    """§5.5.1.1; RFC 9470 §6.2 wants it in the access token too."""
    await browser.tokens(scope=SCOPE)
    assert await acr_of(people, browser, **parameters) == acr


async def test_a_stronger_sign_in_is_told_as_the_class_that_was_needed(people, browser):
    await browser.tokens(scope=SCOPE)
    cookie = next(c.value for c in browser.http.cookies.jar if "session" in c.name)
    await people.database.write(strengthen, "mfa", cookie)
    assert await acr_of(people, browser) == "mfa"
    assert await acr_of(people, browser, claims=needing("1fa")) == "1fa"
    assert await acr_of(people, browser, claims=needing("1fa", "mfa", "phr")) == "mfa"


def strengthen(tx, acr, cookie):
    (session,) = list_sessions(tx, "user-1", now=0)
    stronger = msgspec.structs.replace(session, acr=acr, amr=("pwd", "otp"))
    assert renew_session(tx, stronger, opaque.digest(cookie))


async def test_a_class_that_is_needed_is_asked_for_once_and_then_refused(people, browser):
    """§5.5.1.1: "the Authorization Server MUST treat that outcome as a failed authentication"."""
    await browser.tokens(scope=SCOPE)
    came = await browser.authorize(scope=SCOPE, claims=needing("mfa"))
    assert asked_to_sign_in(came)
    page = await browser.open(came)
    ticket = page.fields["ticket"]
    back = await browser.sign_in(page)
    for path in (f"/consent?ticket={ticket}", back.headers["location"]):
        back = await browser.http.get(path)
    said = answer(back)
    assert said["error"] == "unmet_authentication_requirements"
    assert (said["state"], said["iss"]) == ("a state", "https://sumun.example")
    assert "mfa" in said["error_description"]
    (event,) = await people.events("authorization_refused")
    assert event["reason"] == "unmet_authentication_requirements"


async def test_what_is_needed_cannot_be_decided_around(browser):
    """A decision sent by hand, where the sign-in was too weak."""
    await browser.tokens(scope=SCOPE)
    page = await browser.open(await browser.authorize(scope=SCOPE, claims=needing("mfa")))
    form = {**page.fields, "decision": "allow", "scope:mcp:crm": "1", "scope:openid": "1"}
    await browser.sign_in(page)
    response = await browser.http.post("/consent", data=form)
    assert "code=" not in response.headers.get("location", "")


async def test_what_is_needed_and_nobody_may_be_asked(browser):
    await browser.tokens(scope=SCOPE)
    said = answer(await browser.authorize(scope=SCOPE, claims=needing("mfa"), prompt="none"))
    assert said["error"] == "login_required"


async def test_a_class_nobody_knows_can_be_needed_by_nobody(browser):
    said = answer(await browser.authorize(scope=SCOPE, claims=needing("urn:x:gold")))
    assert said["error"] == "unmet_authentication_requirements"


@pytest.mark.parametrize(
    "claims",
    ["{", "[]", "1", '"x"', '{"id_token":1}', '{"id_token":{"acr":"mfa"}}', "[" * 4000,
     '{"id_token":{"acr":{"essential":1}}}', '{"id_token":{"acr":{"values":"mfa"}}}',
     '{"id_token":{"acr":{"values":[1]}}}', '{"userinfo":[]}', '{"x":"' + "y" * 4096 + '"}'],
    ids=lambda claims: claims[:40],
)  # fmt: skip
async def test_claims_that_cannot_be_read(browser, claims):
    assert answer(await browser.authorize(scope=SCOPE, claims=claims))["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("parameter", "error"),
    [("request", "invalid_request_object"), ("request_uri", "request_uri_not_supported")],
)
async def test_n20_what_is_not_supported_says_so(browser, parameter, error):
    said = answer(await browser.authorize(scope=SCOPE, **{parameter: "https://x.example/r"}))
    assert said["error"] == error


@pytest.mark.parametrize(
    "response_type", ["token", "id_token", "code id_token", "id_token token", "none"]
)
async def test_n10_nothing_but_a_code(browser, response_type):
    response = await browser.authorize(scope=SCOPE, response_type=response_type, nonce="n")
    assert answer(response)["error"] == "unsupported_response_type"
    assert "id_token=" not in response.headers["location"]


async def test_claims_are_not_asked_for_one_by_one(people, browser):
    """§5.5: the parameter is optional, and discovery says it is not supported."""
    document = (await people.http.get("/.well-known/openid-configuration")).json()
    assert document["claims_parameter_supported"] is False
    await browser.tokens(scope=SCOPE, claims='{"userinfo":{"email":{"essential":true}}}')


async def test_posted_requests(browser):
    """§3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST methods"."""
    response = await browser.http.post("/oauth2/authorize", data=request(scope=SCOPE))
    assert asked_to_sign_in(response)
