"""Calls that wait for a person: asked by their client, on a page, or by the operator."""

import asyncio
import contextlib
import json
import time

import pytest
from argon2 import PasswordHasher
from tests.conformance.browser import PASSWORD, Browser

from sumun.guard import Approvals, ApprovalSpent
from sumun.oauth.users import User, add_user

REVISION = "2026-07-28"
EMAIL = "minjun.kim@customers.example"
BY_CALLER = """
[[approval]]
name = "payments are asked about"
server = "crm"
tool = "pay"
approver = "caller"
timeout = 60
"""
BY_KIM = BY_CALLER.replace('"caller"', '"kim"')
FORMS = {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}
NO_FORMS = {"io.modelcontextprotocol/clientCapabilities": {}}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """Hold no call open: what a test waits for, it does itself."""
    monkeypatch.setitem(Approvals.__init__.__kwdefaults__, "patience", 0)


def approvals(system):
    return system.rooms.approvals


async def pay(system, arguments=None, *, meta=None, client="mcp-client", **params):
    """Call the tool as a client of the present revision does."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": REVISION,
        **(FORMS if meta is None else meta),
    }
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {
            "name": "pay",
            "arguments": {"to": EMAIL, "amount": 100} if arguments is None else arguments,
            "_meta": meta,
            **params,
        },
    }
    headers = [
        ("MCP-Protocol-Version", REVISION),
        ("Mcp-Method", "tools/call"),
        ("Mcp-Name", "pay"),
    ]
    return await system.send(message, headers=headers, client=client)


def asked(response):
    """Return the question and the state of an ``input_required``."""
    assert response.status_code == 200, response.text
    result = response.json()["result"]
    assert result["resultType"] == "input_required"
    return result.get("inputRequests", {}), result["requestState"]


def answer(action="accept", **content):
    return {"sumun/approval": {"action": action, "content": content or {"approve": True}}}


def calls(system):
    return [raw for _, _, raw in system.upstream.requests if b"tools/call" in raw]


async def actions(system):
    return [event["action_taken"] for event in await system.events("approval")]


async def test_the_caller_is_asked_and_says_yes(start):
    async with start(BY_CALLER) as system:
        questions, state = asked(await pay(system))
        assert calls(system) == []
        request = questions["sumun/approval"]
        assert request["method"] == "elicitation/create"
        assert request["params"]["mode"] == "form"
        assert "“pay” of crm" in request["params"]["message"]
        assert '"amount":100' in request["params"]["message"]
        assert EMAIL not in request["params"]["message"]
        assert request["params"]["requestedSchema"]["required"] == ["approve"]
        done = await pay(system, requestState=state, inputResponses=answer())
        assert "result" in done.json(), done.text
        (sent,) = calls(system)
        assert b"inputResponses" not in sent
        assert b"requestState" not in sent
        assert await actions(system) == ["requested", "approved", "used"]
        log = json.dumps(await system.events())
        assert EMAIL not in log


@pytest.mark.parametrize(
    "said",
    [
        answer("decline"),
        answer("cancel"),
        answer(approve=False),
        answer(approve="true"),
        {"sumun/approval": {"action": "accept"}},
        {"sumun/approval": {"action": "yes", "content": {"approve": True}}},
    ],
)
async def test_what_is_not_a_yes_is_a_no(start, said):
    async with start(BY_CALLER) as system:
        _, state = asked(await pay(system))
        refused = await pay(system, requestState=state, inputResponses=said)
        assert refused.json()["error"]["data"]["reason"] == "denied"
        assert calls(system) == []
        assert await actions(system) == ["requested", "denied"]


async def test_a_yes_is_for_one_call_and_no_other(start):
    async with start(BY_CALLER) as system:
        _, state = asked(await pay(system))
        other = await pay(
            system, {"to": EMAIL, "amount": 9}, requestState=state, inputResponses=answer()
        )
        asked(other)
        assert calls(system) == []
        assert "result" in (await pay(system, requestState=state, inputResponses=answer())).json()
        asked(await pay(system, requestState=state, inputResponses=answer()))
        asked(await pay(system))
        assert len(calls(system)) == 1


async def test_of_fifty_who_use_one_yes_one_goes_on(start):
    async with start(BY_KIM) as system:
        _, state = asked(await pay(system))
        (waiting,) = await approvals(system).listed()
        await approvals(system).decide(waiting, "kim", yes=True)
        answers = await asyncio.gather(*(pay(system, requestState=state) for _ in range(50)))
        done = [each for each in answers if "content" in each.json().get("result", {})]
        assert len(done) == len(calls(system)) == 1
        assert (await actions(system)).count("used") == 1


async def test_another_principal_can_neither_use_nor_answer_it(start):
    async with start(BY_CALLER) as system:
        _, state = asked(await pay(system))
        stolen = await pay(system, requestState=state, inputResponses=answer(), client="other")
        assert stolen.status_code == 400
        await pay(system, requestState=state, inputResponses=answer())
        asked(await pay(system, client="other"))


async def test_a_client_without_forms_is_told_to_come_again(start):
    async with start(BY_CALLER) as system:
        questions, state = asked(await pay(system, meta=NO_FORMS))
        assert questions == {}
        (waiting,) = await approvals(system).listed()
        await approvals(system).decide(waiting, "operator", yes=True)
        done = await pay(system, meta=NO_FORMS, requestState=state)
        assert "content" in done.json()["result"]


async def test_a_form_decides_nothing_where_somebody_else_is_asked(start):
    async with start(BY_KIM) as system:
        questions, state = asked(await pay(system))
        assert questions == {}
        again = await pay(system, requestState=state, inputResponses=answer())
        assert asked(again)[0] == {}
        assert await actions(system) == ["requested"]


async def test_a_legacy_client_is_told_and_calls_again(start):
    async with start(BY_KIM) as system:
        refused = (await system.call("pay", {"to": EMAIL})).json()["error"]
        assert refused["data"]["reason"] == "approval_required"
        (waiting,) = await approvals(system).listed("kim", "nobody")
        assert waiting.approval_id == refused["data"]["approval"]
        assert EMAIL not in waiting.arguments
        assert await approvals(system).listed("lee", "nobody") == []
        await approvals(system).decide(waiting, "kim", yes=True)
        assert "result" in (await system.call("pay", {"to": EMAIL})).json()
        again = (await system.call("pay", {"to": EMAIL})).json()["error"]
        assert again["data"]["reason"] == "approval_required"


async def test_a_no_is_told_once(start):
    async with start(BY_KIM) as system:
        await system.call("pay", {"to": EMAIL})
        (waiting,) = await approvals(system).listed()
        await approvals(system).decide(waiting, "kim", yes=False)
        with pytest.raises(ApprovalSpent):
            await approvals(system).decide(waiting, "lee", yes=True)
        refused = (await system.call("pay", {"to": EMAIL})).json()["error"]
        assert refused["data"]["reason"] == "denied"
        asking = (await system.call("pay", {"to": EMAIL})).json()["error"]
        assert asking["data"]["reason"] == "approval_required"


async def test_nobody_s_word_is_a_no(start):
    async with start(BY_KIM) as system:
        _, state = asked(await pay(system))
        (waiting,) = await approvals(system).listed()
        approvals(system)._clock = lambda: time.time() + 61
        with pytest.raises(ApprovalSpent):
            await approvals(system).decide(waiting, "kim", yes=True)
        refused = (await pay(system, requestState=state)).json()["error"]
        assert refused["data"]["reason"] == "denied"
        assert await actions(system) == ["requested", "expired"]
        assert calls(system) == []


async def test_what_nobody_comes_back_for_is_closed_and_forgotten(start):
    async with start(BY_KIM) as system:
        await pay(system)
        approvals(system)._clock = lambda: time.time() + 61
        await approvals(system).end_expired()
        await approvals(system).end_expired()
        assert await actions(system) == ["requested", "expired"]
        approvals(system)._clock = lambda: time.time() + 200_000
        await approvals(system).end_expired()
        rows = await system.rooms.database.read(
            lambda tx: tx.fetch_one("find_approval", approval_id="x")
        )
        assert rows is None


async def test_a_call_is_held_open_until_somebody_decides(start):
    async with start(BY_KIM) as system:
        approvals(system)._patience = 10.0
        requested = asyncio.Event()
        system.rooms.audit.subscribe(
            lambda event: requested.set() if event.event_type == "approval" else None
        )
        calling = asyncio.create_task(system.call("pay", {"to": EMAIL}))
        await requested.wait()
        (waiting,) = await approvals(system).listed()
        await approvals(system).decide(waiting, "kim", yes=True)
        assert "result" in (await calling).json()


async def test_only_calls_above_a_number_wait(start):
    policy = BY_KIM + 'above = 2\nperiod = "hour"\n'
    async with start(policy) as system:
        for amount in (1, 2):
            assert "result" in (await system.call("pay", {"amount": amount})).json()
        refused = (await system.call("pay", {"amount": 3})).json()["error"]
        assert refused["data"]["reason"] == "approval_required"
        assert "result" in (await system.call("echo", {"amount": 3})).json()


async def test_only_calls_with_such_arguments_wait(start):
    policy = BY_KIM + '[approval.given]\nargument = "amount"\nminimum = 1000\n'
    async with start(policy) as system:
        assert "result" in (await system.call("pay", {"amount": 999})).json()
        refused = (await system.call("pay", {"amount": 1000})).json()["error"]
        assert refused["data"]["reason"] == "approval_required"


async def test_observing_holds_nothing(start):
    async with start('mode = "observe"\n' + BY_KIM) as system:
        assert "result" in (await system.call("pay", {"to": EMAIL})).json()


async def test_what_cannot_be_recorded_does_not_go_on(start, monkeypatch):
    async with start(BY_KIM) as system:

        async def fail(*_, **__):
            from sumun.audit import AuditUnavailable

            raise AuditUnavailable("the disk is full")

        monkeypatch.setattr(system.rooms.audit, "write", fail)
        refused = await system.call("pay", {"to": EMAIL})
        assert refused.json()["error"]["data"]["reason"] == "unrecorded"
        assert calls(system) == []


@pytest.fixture
async def at_the_page(start):
    """A system where kim and lee can sign in, and a way for either to come to the page."""
    async with start(BY_KIM) as system:
        for name in ("kim", "lee"):
            person = User(
                user_id=f"user-{name}",
                username=name,
                password_hash=PasswordHasher(1, 8, 1).hash(PASSWORD),
                created_at=1,
            )
            await system.rooms.database.write(add_user, person)
        yield system


@contextlib.asynccontextmanager
async def come(system, name):
    """Sign in, and give browser and page."""
    browser = Browser(system)
    async with browser.http:
        page = await browser.open(await browser.http.get("/approvals"))
        form = {**page.forms[0]["fields"], "username": name, "password": PASSWORD}
        page = await browser.open(await browser.http.post("/account/sign-in", data=form))
        assert page.response.url.path == "/approvals"
        yield browser, page


@pytest.mark.parametrize(("decision", "outcome"), [("approve", "result"), ("deny", "error")])
async def test_a_person_decides_on_the_page(at_the_page, decision, outcome):
    system = at_the_page
    await system.call("pay", {"to": EMAIL})
    async with come(system, "kim") as (browser, page):
        assert "“pay” of crm, called by mcp-client" in page.text
        assert EMAIL not in page.text
        form = {**page.fields, "decision": decision}
        done = await browser.open(await browser.http.post("/approvals", data=form))
        assert "Nothing waits for you." in done.text
        again = await browser.http.post("/approvals", data=form)
        assert again.status_code == 409
    assert outcome in (await system.call("pay", {"to": EMAIL})).json()
    (event,) = [e for e in await system.events("approval") if "by" in e["detail"]][:1]
    assert event["detail"]["by"] == "kim"


async def test_nobody_decides_what_is_not_theirs(at_the_page):
    system = at_the_page
    await system.call("pay", {"to": EMAIL})
    (waiting,) = await approvals(system).listed()
    async with come(system, "lee") as (browser, page):
        assert "Nothing waits for you." in page.text
        document = await browser.http.get("/approvals", headers={"Accept": "application/json"})
        form = {"csrf": document.json()["csrf"], "approval": waiting.approval_id}
        assert document.json()["approvals"] == []
        refused = await browser.http.post("/approvals", data={**form, "decision": "approve"})
        assert refused.status_code == 409
        odd = await browser.http.post("/approvals", data={**form, "decision": "maybe"})
        assert odd.status_code == 400
        forged = await browser.http.post("/approvals", data={**form, "csrf": "x"})
        assert forged.status_code == 403
    assert await actions(system) == ["requested"]
