"""Signing in at an upstream OpenID Connect provider, and everything that may be wrong with it."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from tests.conformance.browser import Browser, Page, answer, settle
from tests.unit.console.elsewhere import CLIENT_ID, CLIENT_SECRET, forged, running
from tests.unit.console.test_account import Person

from sumun.config import ProviderConfig
from sumun.oauth.providers.identities import link_identity
from sumun.oauth.traces import Trace, find_trace, list_traces
from sumun.oauth.traces.advice import ADVICE, advice
from sumun.oauth.users import disable_user, find_user

NOW = 1_800_000_000


@pytest.fixture
def op():
    with running(lambda: NOW) as provider:
        yield provider


def settings(op, **more):
    return ProviderConfig(
        issuer=op.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        label="Elsewhere",
        **more,
    )


@pytest.fixture
def provided(start, op):
    """Start a system with the provider; return it."""

    def begin(**more):
        return start(providers={"elsewhere": settings(op, **more)})

    return begin


@pytest.fixture
async def system(provided):
    async with provided() as started:
        await settle(started)
        yield started


@pytest.fixture
def person(browser):
    return Person(browser)


@pytest.fixture
def elsewhere(other_browser):
    return Person(other_browser)


async def link(system, subject="subject-1", op=None):
    await system.database.write(link_identity, op.issuer, subject, "user-1", now=1)


@pytest.fixture
async def linked(system, op):
    await link(system, op=op)


async def leave(person, path=""):
    """Press the provider's button on the account's sign-in page; return where it leads."""
    page = await person.page(path)
    number = person.form(page, method="provider")
    response = await person.send(page, number, provider="elsewhere")
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def come_back(person, url):
    return await person.http.get(url.removeprefix("https://sumun.example"))


class TestSigningIn:
    async def test_who_is_linked_is_signed_in_and_sees_the_page_asked_for(self, person, op, linked):
        response = await come_back(person, op.authorize(await leave(person, "/passkeys")))
        assert response.headers["location"] == "/account/passkeys"
        shown = await person.json()
        assert shown["username"] == "minjun"
        assert shown["sessions"][0]["amr"] == ["fed"]
        assert shown["sessions"][0]["acr"] == "1fa"

    async def test_a_request_of_an_application_goes_on_to_its_code(
        self, browser, person, op, linked
    ):
        page = await browser.open(await browser.authorize("server-app"))
        number = person.form(page, method="provider")
        away = await person.send(page, number, provider="elsewhere")
        back = await come_back(person, op.authorize(away.headers["location"]))
        page = await browser.open(back)
        assert page.response.url.path == "/consent"
        assert "code" in answer(await browser.decide(page))

    async def test_the_second_factor_is_asked_for_all_the_same(
        self, person, elsewhere, op, linked, system
    ):
        await person.sign_in()
        app, _ = await person.enrol(system.clock)
        op.now = system.clock
        response = await come_back(elsewhere, op.authorize(await leave(elsewhere)))
        page = await elsewhere.browser.open(response)
        assert "One more step" in page.text
        page = await elsewhere.browser.open(await elsewhere.send(page, code=app.code()))
        assert page.response.url.path == "/account"

    async def test_who_came_from_a_device_goes_on_to_it_with_its_code(
        self, person, elsewhere, op, linked, system
    ):
        asked = {"then": "/device?user_code=BCDF-GHJK"}
        path = f"/sign-in?{urlencode(asked)}"
        response = await come_back(person, op.authorize(await leave(person, path)))
        assert response.headers["location"] == asked["then"]
        app, _ = await person.enrol(system.clock)
        op.now = system.clock
        response = await come_back(elsewhere, op.authorize(await leave(elsewhere, path)))
        page = await elsewhere.browser.open(response)
        assert "One more step" in page.text
        page = await elsewhere.browser.open(await elsewhere.send(page, code=app.code()))
        assert page.response.url.path == "/device"
        assert "BCDF-GHJK" in page.text

    async def test_who_is_signed_in_is_asked_there_anew(self, person, op, linked, system):
        await person.sign_in()
        page = await person.page("/sign-in?why=again")
        number = person.form(page, method="provider")
        away = await person.send(page, number, provider="elsewhere")
        query = parse_qs(urlsplit(away.headers["location"]).query)
        assert query["prompt"] == ["login"]
        op.claims = {"auth_time": NOW - 301}
        back = await come_back(person, op.authorize(away.headers["location"]))
        assert back.status_code == 400

    async def test_the_session_is_a_new_one(self, person, op, linked):
        person.http.cookies.set("__Host-sumun-session", "planted", domain="sumun.example")
        await come_back(person, op.authorize(await leave(person)))
        assert "planted" not in person.http.cookies.values()


class TestWhoItIs:
    async def test_nobody_is_linked_by_an_address(self, provided, op):
        op.claims = {"email": "minjun", "email_verified": True, "preferred_username": "minjun"}
        async with provided() as system:
            await settle(system)
            browser = Browser(system)
            response = await come_back(Person(browser), op.authorize(await leave(Person(browser))))
            await browser.http.aclose()
        assert response.status_code == 403
        assert "Nobody here is linked" in response.text

    @pytest.mark.parametrize(
        ("claims", "username"),
        [
            ({"email": "mina@corp.example", "email_verified": True}, "mina@corp.example"),
            ({"email": "mina@corp.example", "email_verified": "true"}, "mina@corp.example"),
            ({"email": "minjun@corp.example", "preferred_username": "mina"}, "mina"),
            ({"email": "x@corp.example", "email_verified": False}, "subject-1"),
            ({}, "subject-1"),
        ],
    )
    async def test_who_may_sign_up_gets_a_name_that_says_where_from(
        self, provided, op, claims, username
    ):
        op.claims = claims
        async with provided(sign_up=True) as system:
            await settle(system)
            for _ in range(2):
                person = Person(Browser(system))
                await come_back(person, op.authorize(await leave(person)))
                assert (await person.json())["username"] == f"elsewhere:{username}"
                await person.http.aclose()

    async def test_two_who_call_themselves_alike_are_two(self, provided, op):
        op.claims = {"preferred_username": "mina"}
        names = []
        async with provided(sign_up=True) as system:
            for subject in ("one", "two"):
                op.subject = subject
                person = Person(Browser(system))
                await come_back(person, op.authorize(await leave(person)))
                names.append((await person.json())["username"])
                await person.http.aclose()
        assert names[0] == "elsewhere:mina"
        assert names[1].startswith("elsewhere:mina#")

    @pytest.mark.parametrize(
        ("claims", "status"),
        [
            ({"email": "mina@corp.example", "email_verified": True}, 303),
            ({"email": "mina@CORP.example", "email_verified": True}, 303),
            ({"email": "mina@corp.example", "email_verified": False}, 403),
            ({"email": "mina@corp.example"}, 403),
            ({"email": "mina@evil.corp.example", "email_verified": True}, 403),
            ({"email": "mina@corp.example@evil.example", "email_verified": True}, 403),
            ({"email": "corp.example", "email_verified": True}, 403),
            ({}, 403),
        ],
    )
    async def test_domains_are_those_of_verified_addresses(self, provided, op, claims, status):
        op.claims = claims
        async with provided(sign_up=True, email_domains=["corp.example"]) as system:
            person = Person(Browser(system))
            response = await come_back(person, op.authorize(await leave(person)))
            await person.http.aclose()
        assert response.status_code == status

    async def test_who_is_let_in_no_longer_is_not_this_way(self, person, op, linked, system):
        await system.database.write(disable_user, "user-1", now=1)
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 403
        assert "turned off" in response.text


class TestTheRequest:
    """N76, and RFC 9207 §2.4."""

    async def test_n76_only_in_the_browser_that_asked(self, person, elsewhere, op, linked):
        await elsewhere.page()
        back = op.authorize(await leave(person))
        response = await come_back(elsewhere, back)
        assert response.status_code == 400
        assert (await elsewhere.page()).response.url.path == "/account/sign-in"
        assert op.redeemed == []
        assert (await come_back(person, back)).status_code == 303, "it was not used up"

    async def test_n76_nor_that_of_an_application_in_another_browser(
        self, browser, person, elsewhere, op, linked
    ):
        page = await browser.open(await browser.authorize("server-app"))
        number = person.form(page, method="provider")
        away = await person.send(page, number, provider="elsewhere")
        back = op.authorize(away.headers["location"])
        await elsewhere.page()
        response = await come_back(elsewhere, back)
        assert response.status_code == 400
        assert "code" not in response.headers.get("location", "")
        assert op.redeemed == []

    async def test_n76_once(self, person, op, linked):
        back = op.authorize(await leave(person))
        assert (await come_back(person, back)).status_code == 303
        assert (await come_back(person, back)).status_code == 400
        assert len(op.redeemed) == 1

    @pytest.mark.parametrize("state", [None, "", "x", "x" * 500, "민"])
    async def test_n76_no_other_state(self, person, op, linked, state):
        await leave(person)
        query = {"code": "code-0", "iss": op.issuer} | ({} if state is None else {"state": state})
        response = await person.http.get("/sign-in/callback/elsewhere", params=query)
        assert response.status_code == 400

    @pytest.mark.parametrize(
        "iss", ["https://evil.example", "http://localhost", None], ids=["other", "shorter", "none"]
    )
    async def test_n76_the_answer_says_whose_it_is(self, person, op, linked, iss):
        op.answer = {"iss": iss}
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 400
        assert op.redeemed == []

    async def test_who_does_not_promise_to_say_so_need_not(self, person, op, linked):
        op.metadata = {"authorization_response_iss_parameter_supported": None}
        op.answer = {"iss": None}
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 303

    async def test_it_expires(self, person, op, linked, system):
        back = op.authorize(await leave(person))
        system.clock.advance(900)
        assert (await come_back(person, back)).status_code == 400

    async def test_a_parameter_sent_twice_is_refused(self, person, op, linked):
        back = op.authorize(await leave(person))
        response = await come_back(person, f"{back}&code=other")
        assert response.status_code == 400

    async def test_who_says_no_there_is_told_so(self, person, op, linked):
        op.answer = {"error": "access_denied", "code": None}
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 403
        assert "You did not go on at Elsewhere." in response.text

    @pytest.mark.parametrize("odd", [{"error": "server_error"}, {"code": None}, {"code": ""}])
    async def test_any_other_answer_leads_to_nothing(self, person, op, linked, odd):
        op.answer = odd
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 400

    @pytest.mark.parametrize(
        "then",
        ["//evil.example", "/device?user_code=<b>", "/nowhere?user_code=BCDF-GHJK", "https://x"],
    )
    async def test_nobody_chooses_where_to_go_on(self, person, op, linked, then):
        page = await person.page()
        number = person.form(page, method="provider")
        away = await person.send(page, number, provider="elsewhere", then=then)
        response = await come_back(person, op.authorize(away.headers["location"]))
        assert response.headers["location"] == "/account"

    async def test_a_provider_nobody_configured_is_none(self, person):
        page = await person.page()
        number = person.form(page, method="provider")
        response = await person.send(page, number, provider="evil")
        assert response.status_code == 503
        response = await person.http.get("/sign-in/callback/evil?state=x&code=y")
        assert response.status_code == 404

    async def test_refusals_are_recorded_with_their_reason(self, person, op, linked, system):
        op.claims = {"nonce": "other"}
        await come_back(person, op.authorize(await leave(person)))
        [event] = await system.events("sign_in_refused")
        assert (event["method"], event["reason"]) == ("elsewhere", "token")


async def trace_of(system, page):
    """Return the trace whose reference a page shows."""
    ref = re.search(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", page.text).group()
    await system.server.traces.flush()
    return await system.database.read(find_trace, ref)


class TestTheReference:
    """Whoever is refused can be helped: the page says where the reason is found."""

    @pytest.mark.parametrize("language", ["en", "ko"])
    @pytest.mark.parametrize(
        "refusal",
        [
            ({"claims": {"nonce": "other"}}, "provider_token", "nonce"),
            ({"answer": {"iss": "https://evil.example"}}, "provider_issuer", "somebody else"),
            ({"answer": {"error": "access_denied"}}, "provider_cancelled", "access_denied"),
            ({"answer": {"error": "<b>Call 1-800</b>"}}, "provider_refused", "it said no"),
            ({"status": 400}, "provider_refused", "400"),
            ({"subject": "nobody"}, "provider_unlinked", "elsewhere"),
        ],
        ids=["token", "issuer", "cancelled", "odd", "status", "unlinked"],
    )
    @pytest.mark.usefixtures("linked")
    async def test_every_refusal_has_one(self, person, op, system, language, refusal):
        bend, code, words = refusal
        for name, value in bend.items():
            setattr(op, name, value)
        back = op.authorize(await leave(person))
        page = await person.http.get(
            back.removeprefix("https://sumun.example"), headers={"Accept-Language": language}
        )
        assert f'lang="{language}"' in page.text
        [step] = (await trace_of(system, page)).steps
        assert (step.stage, step.outcome, step.code) == ("sign_in", "refused", code)
        assert words in step.words
        assert "1-800" not in step.words
        assert (
            advice(Trace(ref="", client_id="", grant_id=None, created_at=0, steps=(step,)))
            != (ADVICE[-1])
        )

    async def test_that_of_an_application_is_part_of_its_attempt(
        self, browser, person, op, linked, system
    ):
        op.claims = {"aud": "somebody-else"}
        page = await browser.open(await browser.authorize("server-app"))
        away = await person.send(page, person.form(page, method="provider"), provider="elsewhere")
        trace = await trace_of(
            system, await come_back(person, op.authorize(away.headers["location"]))
        )
        assert trace.client_id == "server-app"
        assert [step.stage for step in trace.steps][-2:] == ["sign_in", "sign_in"]
        assert trace.steps[-1].code == "provider_token"

    async def test_one_signed_in_at_a_provider_is_there_too(
        self, browser, person, op, linked, system
    ):
        page = await browser.open(await browser.authorize("server-app"))
        away = await person.send(page, person.form(page, method="provider"), provider="elsewhere")
        await come_back(person, op.authorize(away.headers["location"]))
        await system.server.traces.flush()
        [listed] = await system.database.read(list_traces, limit=9)
        trace = await system.database.read(find_trace, listed.ref)
        assert ("sign_in", "passed", "fed") in [(s.stage, s.outcome, s.words) for s in trace.steps]

    @pytest.mark.parametrize("path", ["", "/providers"])
    async def test_a_provider_that_cannot_be_reached_is_found_too(self, person, op, system, path):
        op.metadata = {"issuer": "https://evil.example"}
        if path:
            await person.sign_in()
        page = await person.page(path)
        number = person.form(page, **({"action": "link"} if path else {"method": "provider"}))
        response = await person.send(page, number, provider="elsewhere")
        assert response.status_code == 503
        trace = await trace_of(system, response)
        assert "is the metadata of another issuer" in trace.steps[-1].words


class TestWhenItWasProven:
    async def test_the_session_is_as_old_as_the_proof(self, person, op, linked):
        op.claims = {"auth_time": NOW - 3600}
        await come_back(person, op.authorize(await leave(person)))
        page = await person.page("/providers")
        assert page.response.url.path == "/account/sign-in", "an hour ago is not a moment ago"

    async def test_a_provider_cannot_prove_it_in_the_future(self, person, op, linked):
        op.claims = {"auth_time": NOW + 3600}
        await come_back(person, op.authorize(await leave(person)))
        assert (await person.json())["sessions"][0]["signed_in_at"] == NOW

    @pytest.mark.parametrize(
        ("parameters", "prompt"),
        [({"prompt": "login"}, ["login"]), ({"max_age": "60"}, ["login"]), ({}, None)],
    )
    @pytest.mark.usefixtures("linked")
    async def test_a_client_that_wants_it_anew_has_it_asked_for_there(
        self, browser, person, parameters, prompt
    ):
        page = await browser.open(await browser.authorize("server-app", **parameters))
        away = await person.send(page, person.form(page, method="provider"), provider="elsewhere")
        assert parse_qs(urlsplit(away.headers["location"]).query).get("prompt") == prompt


class TestTheSecondFactor:
    @pytest.mark.parametrize(
        ("trusted", "amr", "acr"),
        [
            (True, ["pwd", "mfa"], "mfa"),
            (True, ["pwd", "otp"], "1fa"),
            (True, None, "1fa"),
            (False, ["pwd", "mfa"], "1fa"),
        ],
    )
    async def test_one_used_there_counts_if_the_operator_says_so(
        self, provided, op, trusted, amr, acr
    ):
        op.claims = {"amr": amr}
        async with provided(sign_up=True, trust_mfa=trusted) as system:
            person = Person(Browser(system))
            await come_back(person, op.authorize(await leave(person)))
            assert (await person.json())["sessions"][0]["acr"] == acr
            await person.http.aclose()


STRANGER = ECKey.generate_key("P-256", {"kid": "1"})


class TestTheIdToken:
    """OIDC Core §3.1.3.7."""

    @pytest.mark.parametrize(
        "claims",
        [
            pytest.param({"nonce": "other"}, id="nonce of another request"),
            pytest.param({"nonce": None}, id="no nonce"),
            pytest.param({"nonce": 1}, id="nonce of another type"),
            pytest.param({"iss": "https://evil.example"}, id="of another issuer"),
            pytest.param({"iss": None}, id="no issuer"),
            pytest.param({"aud": "somebody-else"}, id="for somebody else"),
            pytest.param({"aud": [CLIENT_ID, "somebody-else"]}, id="for others too"),
            pytest.param({"aud": None}, id="for nobody"),
            pytest.param({"azp": "somebody-else"}, id="made at the wish of somebody else"),
            pytest.param({"sub": None}, id="of nobody"),
            pytest.param({"sub": ""}, id="of the empty name"),
            pytest.param({"exp": NOW - 10}, id="expired"),
            pytest.param({"exp": None}, id="good for ever"),
            pytest.param({"exp": NOW + 10 * 86_400}, id="good for days"),
            pytest.param({"iat": None}, id="made at no time"),
            pytest.param({"iat": NOW + 3600}, id="made in the future"),
            pytest.param({"nbf": NOW + 3600}, id="not good yet"),
            pytest.param({"email": 1}, id="odd e-mail"),
        ],
    )
    async def test_odd_claims_are_refused(self, person, op, linked, claims):
        op.claims = claims
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 400
        assert (await person.page()).response.url.path == "/account/sign-in"

    @pytest.mark.parametrize(
        "header",
        [
            {"typ": "at+jwt"},
            {"typ": "logout+jwt"},
            {"kid": "2"},
            {"crit": ["exp"], "exp": 1},
            {"jku": "https://evil.example/keys"},
        ],
    )
    async def test_odd_headers_are_refused(self, person, op, linked, header):
        url = await leave(person)
        nonce = parse_qs(urlsplit(url).query)["nonce"][0]
        op.header = header
        op.token = encode_loosely(op, nonce)
        response = await come_back(person, op.authorize(url))
        assert response.status_code == 400

    async def test_only_the_providers_own_keys_count(self, person, op, linked):
        op.key = STRANGER
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 400

    async def test_unsigned_and_symmetric_ones_are_refused(self, person, op, linked):
        for sign in (
            forged,
            lambda claims: jwt.encode(
                {"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET * 2), algorithms=["HS256"]
            ),
        ):
            url = await leave(person)
            nonce = parse_qs(urlsplit(url).query)["nonce"][0]
            op.token = sign(
                {
                    "iss": op.issuer,
                    "sub": "subject-1",
                    "aud": CLIENT_ID,
                    "iat": NOW,
                    "exp": NOW + 60,
                    "nonce": nonce,
                }
            )
            assert (await come_back(person, op.authorize(url))).status_code == 400

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "." * 9000])
    async def test_what_is_no_token_is_refused(self, person, op, linked, token):
        op.token = token or "\0"
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 400

    async def test_a_provider_that_refuses_the_code_is_believed(self, person, op, linked):
        op.status = 400
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 400

    async def test_a_rotated_key_is_fetched(self, person, op, linked):
        op.key = ECKey.generate_key("P-256", {"kid": "2"})
        op.published.append(op.key.as_dict(private=False))
        op.header = {"kid": "2"}
        response = await come_back(person, op.authorize(await leave(person)))
        assert response.status_code == 303


class TestTheMetadata:
    @pytest.mark.parametrize(
        "odd",
        [
            {"issuer": "https://evil.example"},
            {"issuer": None},
            {"token_endpoint": "http://evil.example/token"},
            {"jwks_uri": "http://10.0.0.1/keys"},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"authorization_endpoint": None},
            {"token_endpoint": 7},
        ],
    )
    async def test_odd_metadata_is_not_used(self, person, op, linked, odd):
        op.metadata = odd
        page = await person.page()
        number = person.form(page, method="provider")
        response = await person.send(page, number, provider="elsewhere")
        assert response.status_code == 503
        assert "cannot be reached" in response.text


class TestLinking:
    async def link(self, person, op):
        page = await person.page("/providers")
        away = await person.send(page, person.form(page, action="link"))
        return op.authorize(away.headers["location"])

    async def test_a_person_links_and_then_signs_in_with_it(self, person, elsewhere, op):
        await person.sign_in()
        page = await person.browser.open(await come_back(person, await self.link(person, op)))
        assert "The account is linked." in page.text
        await come_back(elsewhere, op.authorize(await leave(elsewhere)))
        assert (await elsewhere.json())["username"] == "minjun"

    async def test_n76_nobody_is_made_to_link_somebody_elses_account(self, person, elsewhere, op):
        """An attacker's answer, brought to another person's browser, links nothing."""
        await person.sign_in()
        await elsewhere.sign_in()
        response = await come_back(elsewhere, await self.link(person, op))
        assert response.status_code == 400
        assert (await elsewhere.json("/providers"))["linked"] == []

    async def test_an_account_elsewhere_is_one_persons(self, provided, op):
        async with provided(sign_up=True) as system:
            await settle(system)
            first, second = Person(Browser(system)), Person(Browser(system))
            await come_back(first, op.authorize(await leave(first)))
            await second.sign_in()
            response = await come_back(second, await self.link(second, op))
            assert response.status_code == 403
            assert "linked with somebody else" in response.text
            await first.http.aclose()
            await second.http.aclose()

    async def test_unlinked_nobody_signs_in_with_it(self, person, elsewhere, op, linked):
        await person.sign_in()
        page = await person.act(await person.page("/providers"), "unlink")
        assert "no longer linked" in page.text
        response = await come_back(elsewhere, op.authorize(await leave(elsewhere)))
        assert response.status_code == 403

    async def test_the_last_way_in_is_not_unlinked(self, provided, op):
        async with provided(sign_up=True) as system:
            person = Person(Browser(system))
            await come_back(person, op.authorize(await leave(person)))
            page = await person.page("/providers")
            response = await person.send(page, person.form(page, action="unlink"))
            assert response.status_code == 400
            assert "You could not sign in any more." in response.text
            # With a password there is another way.
            page = await person.page("/password")
            new = {"new_password": "quite long enough", "new_password_again": "quite long enough"}
            assert (await person.send(page, **new)).status_code == 303
            page = await person.act(await person.page("/providers"), "unlink")
            assert "no longer linked" in page.text
            await person.http.aclose()

    async def test_somebody_elses_link_stays(self, provided, op):
        async with provided(sign_up=True) as system:
            await settle(system)
            first, second = Person(Browser(system)), Person(Browser(system))
            await come_back(first, op.authorize(await leave(first)))
            await second.sign_in()
            token = (await second.json("/providers"))["csrf"]
            form = {
                "csrf": token,
                "action": "unlink",
                "issuer": op.issuer,
                "subject": "subject-1",
            }
            await second.http.post("/account/providers", data=form)
            assert len((await first.json("/providers"))["linked"]) == 1
            await first.http.aclose()
            await second.http.aclose()


async def test_a_name_elsewhere_takes_no_name_here(provided, op):
    op.claims = {"preferred_username": "minjun"}
    async with provided(sign_up=True) as system:
        await settle(system)
        person = Person(Browser(system))
        await come_back(person, op.authorize(await leave(person)))
        assert (await system.database.read(find_user, "minjun")).user_id == "user-1"
        assert (await person.json())["username"] == "elsewhere:minjun"
        await person.http.aclose()


async def test_every_page_says_who_it_is_about(person, op, linked):
    await person.sign_in()
    page = Page((await person.page("/providers")).response)
    assert "Elsewhere" in page.text
    assert "subject-1" in page.text


def encode_loosely(op, nonce):
    """Sign whatever the header is; libraries refuse to write some of them."""
    import base64
    import json

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    header = {"alg": "ES256", "kid": "1", "typ": "JWT", **op.header}
    claims = {
        "iss": op.issuer,
        "sub": op.subject,
        "aud": CLIENT_ID,
        "iat": NOW,
        "exp": NOW + 60,
        "nonce": nonce,
    }
    message = b".".join(encode(json.dumps(part).encode()) for part in (header, claims))
    signature = op.key.private_key.sign(message, ec.ECDSA(SHA256()))
    raw = b"".join(n.to_bytes(32, "big") for n in decode_dss_signature(signature))
    return (message + b"." + encode(raw)).decode()
