"""What a policy would change, and what it does, by the calls in the log."""

import asyncio

import pytest

from sumun.audit import Event
from sumun.config import load
from sumun.guard import Call, Principal, Rooms, read_policy, record_loading

NOW = """
version = 1
[[rule]]
name = "mail"
server = "crm"
entity = "email"
action = "mask"
[[rule]]
name = "never"
server = "crm"
tool = "other"
entity = "KR_RRN"
action = "redact"
"""
NEW = """
version = 1
[[rule]]
name = "post"
server = "crm"
entity = "email"
direction = "results"
action = "redact"
[[rule]]
name = "old"
entity = "email"
scope = "mcp:*"
action = "mask"
[[access]]
name = "closed"
tool = "drop"
allow = false
[[limit]]
name = "few"
calls = 2
period = "day"
per = "tool"
"""
AGENT = Principal(subject="anna", client_id="agent", scopes=frozenset({"mcp:crm"}), token_id="t1")


async def call_tools(tools):
    rooms = Rooms(load())
    await rooms.open()
    policy = read_policy(rooms.config)
    await record_loading(rooms.audit, policy)
    await record_loading(rooms.audit, policy)
    guard = rooms.guard(policy)
    await rooms.audit.record(
        Event(event_type="token_issued", token_id="t1", scope="mcp:crm", action_taken="issued")
    )
    for number, tool in enumerate(tools):
        params = {"name": tool, "arguments": {"to": "kim@example.com"}}
        call = Call(
            server="crm",
            method="tools/call",
            tool=tool,
            params=params,
            correlation_id=f"c{number}",
        )
        admitted = await guard.admit(AGENT, call)
        await guard.release(admitted, {"a": "lee@example.com", "b": "park@example.com"})
    await rooms.close()


@pytest.fixture
def past(installed):
    (installed / "sumun-data" / "policy.toml").write_text(NOW)
    (installed / "new.toml").write_text(NEW)
    asyncio.run(call_tools(["find", "drop", "find", "find"]))
    return installed


def test_diff_says_what_would_go_otherwise(sumun, past):
    found = sumun("policy", "diff", "new.toml", "--json").json
    assert (found["calls"], found["changed"], found["scopes_assumed"]) == (4, 4, 0)
    changes = {
        (each["tool"], each["what"], each["before"], each["after"]): each
        for each in found["changes"]
    }
    results = changes["find", "results", "mask", "redact"]
    assert (results["calls"], results["findings"], results["examples"]) == (2, 4, ["c0", "c2"])
    assert (results["rule_before"], results["rule_after"]) == ("mail", "post")
    # Its token reaches one server, so the rule for those that reach all does not apply.
    assert changes["find", "arguments", "mask", "tokenize"]["rule_after"] == "default"
    assert changes["drop", "access", "allowed", "denied"]["examples"] == ["c1"]
    assert changes["find", "access", "allowed", "limited"]["rule_after"] == "few"
    assert len(changes) == 4


def test_diff_in_words(sumun, past):
    ran = sumun("policy", "diff", "new.toml")
    assert ran.status == 0
    assert ran.out.startswith("calls 4, of which 4 would go otherwise\n")
    assert "mail → post" in ran.out
    assert "호출" in sumun("--lang", "ko", "policy", "diff", "new.toml").out


def test_diff_can_fail_a_pipeline(sumun, past):
    assert sumun("policy", "diff", "new.toml", "--check").status == 1
    same = past / "sumun-data" / "policy.toml"
    ran = sumun("policy", "diff", same, "--check", "--json")
    assert (ran.status, ran.json["changes"]) == (0, [])


def test_diff_knows_what_only_observing_would_mean(sumun, past):
    (past / "new.toml").write_text(NOW.replace("version = 1", 'version = 1\nmode = "observe"'))
    found = sumun("policy", "diff", "new.toml", "--json").json
    assert found["mode"] == ["enforce", "observe"]
    assert {(each["before"], each["after"]) for each in found["changes"]} == {("mask", "allow")}
    assert "mode enforce becomes observe" in sumun("policy", "diff", "new.toml").out


@pytest.mark.parametrize("period", ["", "7", "d", "-1d", "0d", "7y", "99999d", "7 d"])
def test_a_period_that_is_none(sumun, past, period):
    ran = sumun("policy", "diff", "new.toml", f"--since={period}")
    assert ran.status == 2
    assert "write 90m, 12h, 7d or 2w" in ran.err


def test_hits_are_those_since_the_policy_was_loaded(sumun, past):
    found = sumun("policy", "hits", "--json").json
    assert [(each["rule"], each["hits"]) for each in found["rules"]] == [
        ("mail", 12),
        ("never", 0),
        ("default", 0),
    ]
    assert found["since"] > 0
    (past / "sumun-data" / "policy.toml").write_text(NEW)
    asyncio.run(call_tools(["find"]))
    found = sumun("policy", "hits", "--json").json
    assert {each["rule"]: each["hits"] for each in found["rules"]} == {
        "post": 2,
        "old": 0,
        "closed": 0,
        "few": 0,
        "default": 1,
    }
    assert "post" in sumun("policy", "hits", "--since", "1d").out


def test_loading_is_recorded_once_for_each_policy(past, events):
    loaded = [each for each in events() if each["event_type"] == "policy_loaded"]
    assert len(loaded) == 1
    assert loaded[0]["detail"]["rules"] == 2


def test_without_an_installation_there_is_nothing_to_compare(sumun, place):
    (place / "new.toml").write_text(NEW)
    assert sumun("policy", "diff", "new.toml").status == 2
    assert sumun("policy", "hits").status == 2
