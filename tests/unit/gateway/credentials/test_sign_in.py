"""Access tokens of people who sign in where the server is guarded."""

import asyncio
import base64
import json

import pytest
from msgspec.structs import replace
from tests.unit.gateway.credentials.house import (
    ELICITING,
    ISSUER,
    MODERN,
    Visitor,
    links,
    serving,
)

from sumun.gateway.sign_in_needed import QUESTION
from sumun.oauth.upstream.grants import approve_client, find_grant, put_grant
from sumun.storage import Transaction


@pytest.fixture
async def served(partner, tmp_path):
    async with serving(partner, tmp_path, client_id="gateway", issuer=partner.issuer) as started:
        yield started


@pytest.fixture
async def minjun(served):
    async with served.http() as http:
        yield Visitor(http, "minjun")


@pytest.fixture
async def sora(served):
    async with served.http() as http:
        yield Visitor(http, "sora")


async def connect(served, visitor, partner, client_id="desktop"):
    """Go all the way, as a client asks; return the last page."""
    [link] = links(await served.call(visitor.name, client_id))
    away = await visitor.send(await visitor.open(link), decision="allow")
    return await visitor.open(partner.authorize(away.headers["location"]))


async def age(served):
    """Let a person's access token end."""
    store = served.house.sign_ins.store
    grant = await store.find("user-minjun", "crm")
    await store.renew(grant, replace(grant.token, obtained_at=1, expires_at=2))


def authorizations(partner):
    return [received.get("authorization") for received in partner.calls]


class TestBeingAsked:
    async def test_a_modern_client_is_asked_to_open_a_page(self, served, partner):
        message = await served.call()
        result = message["result"]
        assert result["resultType"] == "input_required"
        elicitation = result["inputRequests"][QUESTION]
        assert elicitation["method"] == "elicitation/create"
        assert elicitation["params"]["mode"] == "url"
        assert partner.url.split("/")[2] in elicitation["params"]["message"]
        assert links(elicitation["params"]["url"]) == [elicitation["params"]["url"]]
        assert partner.calls == []

    async def test_a_client_of_2025_11_25_gets_its_error(self, served):
        error = (await served.call(revision=ELICITING))["error"]
        assert error["code"] == -32042
        [elicitation] = error["data"]["elicitations"]
        assert elicitation.keys() == {"mode", "url", "message", "elicitationId"}
        assert links(elicitation["url"])

    @pytest.mark.parametrize(("revision", "url"), [("2025-06-18", True), (MODERN, False)])
    async def test_all_others_are_told_in_words(self, served, revision, url):
        result = (await served.call(revision=revision, url=url))["result"]
        assert result["isError"] is True
        assert links(result["content"][0]["text"])

    async def test_what_calls_no_tool_is_an_error_in_words(self, served):
        error = (await served.call(method="completion/complete"))["error"]
        assert error["data"] == {"reason": "sign_in_needed"}
        assert links(error["message"])

    @pytest.mark.parametrize("revision", ["2025-06-18", MODERN])
    async def test_a_client_can_connect_and_finds_the_tool_that_asks(self, served, revision):
        hello = "server/discover" if revision == MODERN else "initialize"
        greeting = (await served.call(revision=revision, method=hello))["result"]
        assert links(greeting["instructions"])
        listed = (await served.call(revision=revision, method="tools/list"))["result"]
        [tool] = listed["tools"]
        assert tool["name"] == "sign_in"
        prompts = (await served.call(revision=revision, method="prompts/list"))["result"]
        assert prompts["prompts"] == []
        assert ("resultType" in greeting) == ("cacheScope" in listed) == (revision == MODERN)

    async def test_the_retry_may_decline(self, served):
        result = (await served.call())["result"]
        answer = await served.call(
            requestState=result["requestState"],
            inputResponses={QUESTION: {"action": "decline"}},
        )
        assert answer["result"]["isError"] is True
        assert links(answer) == []

    async def test_a_program_without_a_person_is_told_so(self, served, partner):
        error = (await served.call(name=""))["error"]
        assert "for people who sign in there" in error["message"]
        assert partner.calls == []

    async def test_a_link_shows_nobody_whose_it_is(self, served):
        [link] = links(await served.call())
        parameter = link.partition("=")[2]
        opened = base64.urlsafe_b64decode(parameter + "==")
        for said in (b"minjun", b"desktop", b"crm"):
            assert said not in opened


class TestSigningIn:
    async def test_the_server_sees_the_persons_own_token(self, served, minjun, partner):
        page = await connect(served, minjun, partner)
        assert page.status_code == 200
        assert "Connected" in page.text
        message = await served.call()
        assert message["result"]["content"] == []
        assert authorizations(partner) == ["Bearer theirs-1"]
        assert served.last_token not in repr(partner.calls)
        assert partner.asked["scope"] == "crm.read"
        assert partner.asked["resource"] == partner.url
        assert partner.asked["redirect_uri"] == f"{ISSUER}/upstream/callback/crm"

    async def test_the_page_says_who_asks_for_what(self, served, minjun, partner):
        [link] = links(await served.call())
        page = await minjun.open(link)
        for said in ("The Desktop", "crm", partner.url.split("/")[2], "crm.read", "minjun"):
            assert said in page.text
        assert page.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]

    async def test_the_retry_of_a_call_goes_on_where_it_stopped(self, served, minjun, partner):
        question = {"mine": {"action": "accept"}}
        first = await served.call(inputResponses=question)
        await connect(served, minjun, partner)
        await served.call(
            requestState=first["result"]["requestState"],
            inputResponses={QUESTION: {"action": "accept"}},
        )
        seen = json.loads(partner.bodies[-1])["params"]
        assert seen["inputResponses"] == question
        assert "requestState" not in seen

    async def test_another_client_has_to_be_allowed_by_itself(self, served, minjun, partner):
        await connect(served, minjun, partner)
        [link] = links(await served.call(client_id="other"))
        page = await minjun.open(link)
        assert "You have signed in there already" in page.text
        done = await minjun.send(page, decision="allow")
        assert "Connected" in done.text
        await served.call(client_id="other")
        assert authorizations(partner) == ["Bearer theirs-1"]

    async def test_another_person_has_another_token(self, served, minjun, sora, partner):
        await connect(served, minjun, partner)
        await connect(served, sora, partner)
        await served.call("sora")
        await served.call("minjun")
        assert authorizations(partner) == ["Bearer theirs-2", "Bearer theirs-1"]

    async def test_every_step_is_recorded_without_values(self, served, minjun, partner):
        await connect(served, minjun, partner)
        await served.call()
        events = await served.events()
        actions = [event["action_taken"] for event in events]
        assert actions[:2] == ["granted", "obtained"]
        assert set(actions[2:]) == {"used"}
        assert {event["user_id"] for event in events} == {"user-minjun"}
        assert "theirs" not in repr(events)
        assert "refresh-1" not in repr(events)

    async def test_tokens_are_sealed_to_their_row(self, served, minjun, partner):
        await connect(served, minjun, partner)
        database = served.house.rooms.database
        row = await database.read(find_grant, "user-minjun", "crm")
        assert b"theirs" not in row.sealed
        assert b"refresh" not in row.sealed

        def steal(tx: Transaction) -> None:
            put_grant(tx, replace(row, user_id="user-sora"))
            approve_client(tx, "user-sora", "crm", "desktop", now=1)

        await database.write(steal)
        assert links(await served.call("sora"))
        assert partner.calls == []


class TestWhatMustNotWork:
    async def test_a_link_is_for_whom_it_was_made(self, served, sora, partner):
        [link] = links(await served.call("minjun"))
        page = await sora.open(link)
        assert page.status_code == 403
        assert "somebody else" in page.text
        assert "<form" not in page.text

    async def test_a_form_of_another_site_does_nothing(self, served, minjun):
        [link] = links(await served.call())
        await minjun.open(link)
        forged = {"link": link.partition("=")[2], "decision": "allow", "csrf": "0" * 64}
        response = await minjun.http.post("/account/connect", data=forged)
        assert response.status_code == 403
        assert await served.events() == []

    async def test_saying_no_leads_nowhere(self, served, minjun):
        [link] = links(await served.call())
        page = await minjun.send(await minjun.open(link), decision="deny")
        assert "Nothing was granted" in page.text
        assert await served.events() == []

    @pytest.mark.parametrize("link", ["", "x", "A" * 400, "=="])
    async def test_a_link_nobody_made_is_no_link(self, minjun, link):
        page = await minjun.open(f"/account/connect?link={link}")
        page = await minjun.open(f"/account/connect?link={link}")
        assert page.status_code == 400

    async def test_an_answer_counts_once_and_in_its_own_session(
        self, served, minjun, sora, partner
    ):
        [link] = links(await served.call())
        away = await minjun.send(await minjun.open(link), decision="allow")
        back = partner.authorize(away.headers["location"])
        await sora.open("/account")
        assert (await sora.open(back)).status_code == 400
        assert (await minjun.open(back)).status_code == 200
        assert (await minjun.open(back)).status_code == 400
        assert partner.issued == 1

    @pytest.mark.parametrize(
        ("answer", "status"),
        [
            ({"iss": "https://evil.example"}, 400),
            ({"iss": None}, 400),
            ({"state": "another"}, 400),
            ({"code": None}, 400),
            ({"code": "another"}, 400),
            ({"code": None, "error": "access_denied"}, 403),
            ({"code": None, "error": "<script>"}, 403),
        ],
        ids=["issuer", "no-issuer", "state", "no-code", "code", "denied", "error"],
    )
    async def test_an_answer_that_is_not_right_gives_nothing(
        self, served, minjun, partner, answer, status
    ):
        partner.answer = answer
        page = await connect(served, minjun, partner)
        assert page.status_code == status
        assert "Not connected" in page.text
        assert "<script>" not in page.text
        assert links(await served.call())

    async def test_who_does_not_do_pkce_is_not_used(self, served, minjun, partner):
        partner.metadata = {"code_challenge_methods_supported": ["plain"]}
        [link] = links(await served.call())
        page = await minjun.send(await minjun.open(link), decision="allow")
        assert page.status_code == 400

    async def test_tokens_do_not_follow_a_name_to_another_server(self, served, minjun, partner):
        await connect(served, minjun, partner)

        def move(tx: Transaction) -> None:
            put_grant(tx, replace(row, url="https://elsewhere.example/mcp"))

        database = served.house.rooms.database
        row = await database.read(find_grant, "user-minjun", "crm")
        await database.write(move)
        assert links(await served.call())
        assert partner.calls == []


class TestRenewing:
    async def test_tokens_are_renewed_once_whoever_asks_at_once(self, served, minjun, partner):
        await connect(served, minjun, partner)
        await age(served)
        await asyncio.gather(*(served.call() for _ in range(8)))
        assert authorizations(partner) == ["Bearer theirs-2"] * 8
        renewed = [each["action_taken"] for each in await served.events()].count("renewed")
        assert renewed == 2  # one of them is how the test let the token grow old

    async def test_a_grant_that_ended_there_ends_here(self, served, minjun, partner):
        await connect(served, minjun, partner)
        await age(served)
        partner.refresh_token = "withdrawn there"
        assert links(await served.call())
        assert partner.calls == []
        assert (await served.events())[-1]["reason"] == "invalid_grant"

    async def test_an_authorization_server_that_is_down_ends_nothing(self, served, minjun, partner):
        await connect(served, minjun, partner)
        await age(served)
        partner.token_status = 401
        message = await served.call()
        assert "no token" in message["error"]["message"]
        partner.token_status = 200
        await served.call()
        assert authorizations(partner) == ["Bearer theirs-2"]


class TestTheAccount:
    async def test_a_person_sees_it_and_takes_it_back(self, served, minjun, partner):
        await connect(served, minjun, partner)
        page = await minjun.open("/account")
        assert "The Desktop" in page.text
        form = page.text.rpartition('value="disconnect"')
        csrf = form[0].rpartition('name="csrf" value="')[2].partition('"')[0]
        sent = {"csrf": csrf, "action": "disconnect", "server": "crm"}
        done = await minjun.http.post("/account", data=sent)
        assert done.headers["location"] == "/account?done=disconnected"
        assert partner.revoked == [{"token": "refresh-1", "client_id": "gateway"}]
        assert links(await served.call())
        assert partner.calls == []
        assert (await served.events())[-1]["action_taken"] == "withdrawn"


class TestWhoWeAre:
    async def test_a_document_of_ours_says_it_where_that_is_read(self, partner, tmp_path):
        partner.metadata = {"client_id_metadata_document_supported": True}
        async with serving(partner, tmp_path) as served, served.http() as http:
            page = await connect(served, Visitor(http, "minjun"), partner)
            assert "Connected" in page.text
            document = (await http.get("/upstream/client/crm")).json()
        assert partner.asked["client_id"] == document["client_id"]
        assert document["client_id"] == f"{ISSUER}/upstream/client/crm"
        assert document["redirect_uris"] == [f"{ISSUER}/upstream/callback/crm"]
        assert document["token_endpoint_auth_method"] == "none"

    async def test_we_register_ourselves_once_where_that_is_possible(self, partner, tmp_path):
        partner.metadata = {"registration_endpoint": f"{partner.issuer}/register"}
        async with serving(partner, tmp_path) as served:
            for name in ("minjun", "sora"):
                async with served.http() as http:
                    await connect(served, Visitor(http, name), partner)
        [registration] = partner.registrations
        assert registration["redirect_uris"] == [f"{ISSUER}/upstream/callback/crm"]
        assert partner.asked["client_id"] == "registered-1"
        assert partner.forms[-1]["client_id"] == "registered-1"

    async def test_who_knows_us_in_no_way_cannot_be_asked(self, partner, tmp_path):
        async with serving(partner, tmp_path) as served, served.http() as http:
            visitor = Visitor(http, "minjun")
            [link] = links(await served.call())
            page = await visitor.send(await visitor.open(link), decision="allow")
            assert page.status_code == 400
            assert (await http.get("/upstream/client/nobody")).status_code == 404

    async def test_tokens_may_be_bound_to_a_key_of_the_grant(self, partner, tmp_path):
        async with (
            serving(partner, tmp_path, client_id="gateway", dpop=True) as served,
            served.http() as http,
        ):
            await connect(served, Visitor(http, "minjun"), partner)
            await served.call()
        [received] = partner.calls
        assert received["authorization"] == "DPoP theirs-1"
        assert received["dpop"]
