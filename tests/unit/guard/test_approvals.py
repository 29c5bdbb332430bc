"""Calls that wait for a person, at any door."""

import asyncio

import pytest

from sumun.guard import Admitted, Approvals, Principal, Refusal

RULE = """
[[approval]]
name = "somebody says yes"
server = "crm"
approver = "kim"
"""
OTHER = Principal(subject="boris", client_id="agent", scopes=frozenset({"mcp:*"}))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setitem(Approvals.__init__.__kwdefaults__, "patience", 0)


async def decide(bench, *, yes=True):
    approvals = bench.rooms.approvals
    (waiting,) = await approvals.listed()
    await approvals.decide(waiting, "kim", yes=yes)
    return waiting


async def test_a_call_waits_at_whichever_door(bench):
    bench.set(RULE)
    refused = await bench.admit({"to": "kim@example.com", "amount": 1})
    assert isinstance(refused, Refusal)
    assert refused.reason == "approval_required"
    assert refused.rule == "somebody says yes"
    waiting = await decide(bench)
    assert waiting.arguments.startswith('{"name":"echo"')
    assert "kim@example.com" not in waiting.arguments
    assert isinstance(await bench.admit({"to": "kim@example.com", "amount": 1}), Admitted)
    again = await bench.admit({"to": "kim@example.com", "amount": 1})
    assert again.reason == "approval_required"


@pytest.mark.parametrize(
    "other",
    [
        {"arguments": {"amount": 2}},
        {"arguments": {"amount": 1, "more": None}},
        {"arguments": {"amount": 1}, "tool": "other"},
        {"arguments": {"amount": 1}, "who": OTHER},
    ],
)
async def test_a_yes_is_for_no_other_call(bench, other):
    bench.set(RULE)
    await bench.admit({"amount": 1})
    await decide(bench)
    refused = await bench.admit(**other)
    assert refused.reason == "approval_required"
    assert isinstance(await bench.admit({"amount": 1}), Admitted)


async def test_the_order_of_arguments_does_not_matter(bench):
    bench.set(RULE)
    await bench.admit({"a": 1, "b": 2})
    await decide(bench)
    assert isinstance(await bench.admit({"b": 2, "a": 1}), Admitted)


async def test_the_same_call_at_once_waits_once(bench):
    bench.set(RULE)
    refused = await asyncio.gather(*(bench.admit({"amount": 1}) for _ in range(20)))
    assert len({each.question.approval_id for each in refused}) == 1


@pytest.mark.parametrize("method", ["initialize", "tools/list", "ping", "notifications/cancelled"])
async def test_what_only_asks_around_does_not_wait(bench, method):
    bench.set(RULE)
    assert isinstance(await bench.admit(method=method, tool=""), Admitted)


async def test_arguments_are_told_up_to_a_length(bench):
    bench.set(RULE)
    await bench.admit({"text": "x" * 10_000})
    (waiting,) = await bench.rooms.approvals.listed()
    assert len(waiting.arguments) == 2_000


async def test_a_no_is_a_no_and_every_step_is_recorded(bench):
    bench.set(RULE)
    await bench.admit({"amount": 1})
    await decide(bench, yes=False)
    refused = await bench.admit({"amount": 1})
    assert refused.reason == "denied"
    events = [each for each in await bench.events() if each["event_type"] == "approval"]
    assert [each["action_taken"] for each in events] == ["requested", "denied"]
    assert {each["user_id"] for each in events} == {"anna"}
    assert events[1]["detail"]["by"] == "kim"
