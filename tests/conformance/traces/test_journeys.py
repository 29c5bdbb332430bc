"""A person can see why it failed: the reference shown leads to every step, and to no secret."""

import re

import pytest
from tests.conformance.browser import PASSWORD, VERIFIER, answer, redeem, refresh

from sumun.oauth.traces import find_trace, list_traces
from sumun.oauth.traces.advice import advice

REFERENCE = re.compile(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}")


def reference(text):
    found = REFERENCE.search(text)
    assert found is not None, text
    return found.group()


async def look(system, text=None):
    """The trace of an answer; without one, the newest."""
    await system.server.traces.flush()
    if text is None:
        [newest] = await system.database.read(list_traces, limit=1)
        text = newest.ref
    trace = await system.database.read(find_trace, reference(text))
    assert trace is not None
    return trace


def journey(trace):
    return [(step.stage, step.outcome) for step in trace.steps]


SIGNED_IN = [
    ("registration", "passed"),
    ("authorize", "passed"),
    ("sign_in", "waiting"),
    ("sign_in", "passed"),
]
GRANTED = [*SIGNED_IN, ("consent", "passed"), ("code", "waiting")]


async def test_the_whole_way(people, browser):
    await browser.http.get("/.well-known/oauth-authorization-server")
    answered = await browser.tokens()
    trace = await look(people)
    assert journey(trace) == [("discovery", "passed"), *GRANTED, ("token", "passed")]
    assert trace.client_id == "app"
    assert trace.grant_id.startswith("grant-")
    assert "has not used it" in advice(trace)
    assert (await people.call(answered["access_token"])).status_code == 401
    trace = await look(people, trace.ref)
    assert journey(trace)[-1] == ("call", "refused")


async def test_an_address_that_is_not_registered(people, browser):
    response = await browser.authorize(redirect_uri="https://evil.example/cb?stolen=secret")
    assert response.status_code == 400
    trace = await look(people, response.text)
    [step] = trace.steps
    assert (step.stage, step.outcome, step.code) == ("authorize", "refused", "redirect_uri")
    assert "https://evil.example/cb is not one of those registered" in step.words
    assert "https://app.example/cb" in step.words
    assert "stolen" not in step.words
    assert trace.client_id == "app"


@pytest.mark.parametrize(
    ("client_id", "why"), [("nobody", "no client of this"), ("off", "disabled this client")]
)
async def test_a_client_the_page_says_nothing_about(people, browser, client_id, why):
    response = await browser.authorize(client_id, redirect_uri="https://off.example/cb")
    trace = await look(people, response.text)
    assert why in trace.steps[0].words
    assert why not in response.text


async def test_what_the_client_is_told(people, browser):
    said = answer(await browser.authorize(code_challenge=None))
    assert said["error_description"].endswith(")")
    trace = await look(people, said["error_description"])
    assert journey(trace) == [("authorize", "refused")]
    assert trace.steps[0].words in said["error_description"]
    assert trace.steps[0].code == said["error"] == "invalid_request"


async def test_declined(people, browser):
    said = answer(await browser.decide(await browser.consent_page(), "deny"))
    trace = await look(people, said["error_description"])
    assert journey(trace) == [*SIGNED_IN, ("consent", "refused")]
    assert "Ask for less" in advice(trace)


async def test_a_wrong_password_then_the_right_one(people, browser):
    page = await browser.open(await browser.authorize())
    await browser.sign_in(page, password="wrong horse")
    trace = await look(people)
    assert journey(trace)[-1] == ("sign_in", "refused")
    assert (trace.steps[-1].code, trace.steps[-1].words) == ("wrong", "password")
    await browser.sign_in(page)
    assert journey(await look(people, trace.ref))[-1] == ("sign_in", "passed")


async def test_waiting_for_the_person(people, browser):
    await browser.authorize()
    trace = await look(people)
    assert journey(trace)[-1] == ("sign_in", "waiting")
    assert "asked to sign in" in advice(trace)


@pytest.mark.parametrize(
    ("parameters", "wait", "why"),
    [
        ({"code_verifier": "w" * 43}, 0, "code_verifier does not answer"),
        ({"redirect_uri": "https://app.example/other"}, 0, "redirect_uri is not the one"),
        ({"resource": "https://sumun.example/mcp"}, 0, "this resource was not granted"),
        ({}, 61, "the code expired 1 s before it came"),
    ],
    ids=["verifier", "redirect_uri", "resource", "late"],
)
async def test_a_code_that_is_refused(people, browser, parameters, wait, why):
    code = await browser.code()
    people.clock.advance(wait)
    response = await redeem(people, code, **parameters)
    assert response.status_code == 400
    trace = await look(people, response.json()["error_description"])
    assert journey(trace) == [*GRANTED, ("token", "refused")]
    assert why in trace.steps[-1].words


async def test_a_code_that_comes_twice(people, browser):
    code = await browser.code()
    await redeem(people, code)
    people.clock.advance(5)
    response = await redeem(people, code)
    trace = await look(people, response.json()["error_description"])
    assert journey(trace)[len(GRANTED) :] == [
        ("token", "passed"),
        ("token", "refused"),
        ("token", "refused"),
    ]
    assert "used 5 s before" in trace.steps[-1].words
    assert "used 5 s before" not in response.text


async def test_a_code_another_client_brings(people, browser):
    response = await redeem(people, await browser.code(), "other-app", redirect_uri=None)
    trace = await look(people, response.json()["error_description"])
    assert "issued to another client" in trace.steps[-1].words
    assert "issued to another" not in response.text


async def test_a_refresh_token_that_comes_too_late(people, browser):
    answered = await browser.tokens()
    await refresh(people, answered["refresh_token"])
    people.clock.advance(60)
    response = await refresh(people, answered["refresh_token"])
    trace = await look(people, response.json()["error_description"])
    assert "was used before" in trace.steps[-1].words


async def test_a_client_that_proves_nothing(people):
    form = {"grant_type": "client_credentials", "client_id": "mcp-client", "client_secret": "no"}
    response = await people.http.post("/oauth2/token", data=form)
    trace = await look(people, response.json()["error_description"])
    assert (trace.client_id, journey(trace)) == ("mcp-client", [("token", "refused")])


async def test_a_registration_that_is_refused(people):
    response = await people.http.post("/oauth2/register", json={"redirect_uris": ["javascript:x"]})
    assert response.status_code == 400
    trace = await look(people, response.json()["error_description"])
    assert journey(trace) == [("registration", "refused")]


async def test_a_token_of_a_client_leaves_no_trace(people):
    await people.token()
    await people.server.traces.flush()
    assert await people.database.read(list_traces, limit=9) == []


async def test_no_secret_is_kept(people, browser):
    code = await browser.code(nonce="a very secret nonce", state="a very secret state")
    answered = (await redeem(people, code)).json()
    await redeem(people, code)
    await refresh(people, answered["refresh_token"])
    page = await browser.open(await browser.authorize(prompt="login"))
    await browser.sign_in(page, password="hunter2hunter2")
    form = {"grant_type": "client_credentials", "client_id": "app", "client_secret": "s3cr3t"}
    await people.http.post("/oauth2/token", data=form)
    await people.server.traces.flush()
    traces = await people.database.read(list_traces, limit=99)
    kept = repr([await people.database.read(find_trace, trace.ref) for trace in traces])
    secrets = [
        code,
        VERIFIER,
        PASSWORD,
        "hunter2hunter2",
        "s3cr3t",
        "a very secret nonce",
        "a very secret state",
        "minjun",
        page.fields["ticket"],
        page.fields["csrf"],
        *(cookie.value for cookie in browser.http.cookies.jar),
        *(answered[name] for name in ("access_token", "refresh_token")),
    ]
    assert [secret for secret in secrets if secret in kept] == []


async def test_auto_approval_is_traced_too(start):
    from tests.conformance.browser import Browser, settle

    async with start(auto_approve="minjun") as system:
        await settle(system)
        browser = Browser(system)
        async with browser.http:
            await redeem(system, answer(await browser.authorize())["code"])
        assert journey(await look(system)) == [
            ("registration", "passed"),
            ("authorize", "passed"),
            ("consent", "passed"),
            ("code", "waiting"),
            ("token", "passed"),
        ]
