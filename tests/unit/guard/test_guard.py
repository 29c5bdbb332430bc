import json

import pytest

from sumun.guard import Admitted, Principal, Refusal, Released

EMAIL = "minjun.kim@example.kr"
PHONE = "010-1234-5678"


async def test_admitted_calls_are_protected_in_place_and_recorded(bench):
    arguments = {"to": EMAIL, "list": [{"deep": PHONE}], "plain": "hello"}
    admitted = await bench.admit(arguments)
    assert isinstance(admitted, Admitted)
    assert arguments["to"].startswith("<EMAIL_ADDRESS:")
    assert PHONE not in str(arguments)
    assert arguments["plain"] == "hello"
    (event,) = await bench.events()
    assert (event["event_type"], event["action_taken"]) == ("tool_call", "admitted")
    assert event["entities"] == {"EMAIL_ADDRESS": 1, "PHONE_NUMBER": 1}


async def test_released_results_are_protected_in_place_and_recorded(bench):
    result = {"structuredContent": {"to": EMAIL}}
    released = await bench.release(result, b"{}" + EMAIL.encode())
    assert isinstance(released, Released)
    assert not released.verbatim
    assert EMAIL not in str(result)
    intent, outcome = await bench.events()
    assert intent["event_type"] == "tool_call"
    assert (outcome["event_type"], outcome["action_taken"]) == (
        "tool_access",
        "executed_with_tokenization",
    )


async def test_bytes_in_which_nothing_can_be_found_leave_as_they_are(bench):
    released = await bench.release({"text": "hello"}, b'{"text":"hello"}')
    assert released.verbatim


@pytest.mark.parametrize("raw", [b'"minjun.kim\\u0040example.kr"', b'"minjun.kim@example.kr"'])
async def test_bytes_that_could_hide_something_do_not(bench, raw):
    released = await bench.release({"text": EMAIL}, raw)
    assert not released.verbatim


SCOPES = [
    ({"mcp:crm:echo"}, "tools/call", True),
    ({"mcp:crm"}, "tools/call", True),
    ({"mcp:*"}, "tools/call", True),
    ({"all"}, "tools/call", True),
    ({"mcp:hr"}, "tools/call", False),
    ({"mcp:crm:other"}, "tools/call", False),
    ({"mcp:crm:echo2"}, "tools/call", False),
    ({"mcp:cr"}, "tools/call", False),
    (set(), "tools/call", False),
    ({"mcp:crm:other"}, "tools/list", True),
    ({"mcp:hr"}, "tools/list", False),
    ({"mcp:crm:echo"}, "resources/read", False),
]


@pytest.mark.parametrize(("scopes", "method", "allowed"), SCOPES)
async def test_scopes(bench, scopes, method, allowed):
    who = Principal(subject="a", client_id="b", scopes=frozenset(scopes))
    tool = "echo" if method == "tools/call" else ""
    outcome = await bench.admit({}, who=who, method=method, tool=tool)
    assert isinstance(outcome, Admitted) is allowed
    if not allowed:
        assert outcome.reason == "insufficient_scope"
        assert outcome.scopes
        assert bench.observed == [("crm", "insufficient_scope", {}, {})]


@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        ('[[access]]\nname = "n"\ntool = "echo"\nallow = false\n', "denied"),
        ('[defaults]\narguments = "reject"\n', "rejected"),
        ("[limits]\ncalls_per_minute = 1\nburst = 1\n", "limited"),
    ],
)
async def test_refusals_are_recorded_and_say_nothing_of_the_data(bench, policy, reason):
    bench.set(policy)
    await bench.admit({"to": "x"})
    refusal = await bench.admit({"to": EMAIL}, locale="ko")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason
    assert not refusal.message.isascii()
    event = (await bench.events())[-1]
    assert (event["event_type"], event["reason"]) == ("access_refused", reason)
    assert EMAIL not in json.dumps(event) + refusal.message


async def test_observing_changes_nothing(bench):
    bench.set(
        'mode = "observe"\n[defaults]\narguments = "reject"\nresults = "reject"\n'
        "[limits]\ncalls_per_minute = 1\nburst = 1\n"
        '[[access]]\nname = "n"\ntool = "echo"\nallow = false\n'
    )
    for _ in range(2):
        arguments, result = {"to": EMAIL}, {"to": EMAIL}
        admitted = await bench.admit(arguments)
        assert isinstance(await bench.guard.release(admitted, result), Released)
        assert arguments == result == {"to": EMAIL}
    assert (await bench.events())[-1]["action_taken"] == "observed"


async def test_without_the_log_nothing_goes_on(bench):
    admitted = await bench.admit({})
    bench.break_log()
    assert (await bench.admit({})).reason == "unrecorded"
    assert (await bench.guard.release(admitted, {})).reason == "unrecorded"
    assert (await bench.guard.abandon(admitted, "x")).reason == "unrecorded"
    nobody = Principal(subject="a", client_id="b")
    assert (await bench.admit({}, who=nobody)).reason == "unrecorded"


async def test_quiet_calls_are_recorded_only_where_something_was_found(bench):
    assert isinstance(await bench.release({"tools": []}, method="tools/list", tool=""), Released)
    assert await bench.events() == []
    await bench.release({"instructions": EMAIL}, method="initialize", tool="")
    assert [event["event_type"] for event in await bench.events()] == ["mcp_access"]


async def test_a_call_taken_again_has_found_nothing_yet(bench):
    admitted = await bench.admit({"to": EMAIL})
    again = bench.guard.again(admitted)
    assert (again.findings, again.actions, again.subjects.hashes()) == ({}, set(), [])
    assert again.call is admitted.call
    assert admitted.findings


TRUST = '[[restore]]\nname = "r"\nserver = "*"\ntool = "send"\ncategory = "contact"\n'


async def token(bench, server="crm"):
    result = {"to": EMAIL}
    await bench.release(result, server=server)
    return result["to"]


async def test_only_trusted_tools_get_values_back(bench):
    bench.set(TRUST)
    stand_in = await token(bench)
    sent = {tool: {"to": stand_in} for tool in ("send", "echo")}
    for tool, arguments in sent.items():
        assert isinstance(await bench.admit(arguments, tool=tool), Admitted)
    assert sent == {"send": {"to": EMAIL}, "echo": {"to": stand_in}}


async def test_no_stand_in_of_another_server_or_tenant_is_turned_back(bench):
    bench.set(TRUST)
    foreign = await token(bench, server="hr")
    own = await token(bench)
    stranger = Principal(subject="a", client_id="b", tenant="else", scopes=frozenset({"mcp:*"}))
    assert (await bench.admit({"to": foreign}, tool="send")).reason == "rejected"
    assert (await bench.admit({"to": own}, tool="send", who=stranger)).reason == "rejected"


async def test_observing_restores_nothing(bench):
    stand_in = await token(bench)
    bench.set('mode = "observe"\n' + TRUST)
    arguments = {"to": stand_in}
    await bench.admit(arguments, tool="send")
    assert arguments == {"to": stand_in}


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ({"tool": "list_customers"}, "list_customers"),
        ({"tool": EMAIL}, "(not a name)"),
        ({"tool": "김민준"}, "(not a name)"),
        ({"tool": "x" * 1000}, "(not a name)"),
        ({"tool": "list_bank_accounts"}, "list_bank_accounts"),  # a word that others stand beside
        ({"tool": "tool_aacct"}, "tool_aacct"),
        ({"tool": "a\nb"}, "(not a name)"),
        ({"tool": "crm://x", "method": "resources/read"}, "resources/read"),
        ({"tool": "", "method": EMAIL}, "(not a name)"),
        ({"tool": "", "method": "010-1234-5678"}, "(not a name)"),
    ],
)
async def test_what_a_caller_names_is_in_the_log_only_if_it_is_a_name(bench, call, shown):
    await bench.admit({}, **call)
    nobody = Principal(subject="a", client_id="b")
    await bench.admit({}, who=nobody, **call)
    events = await bench.events()
    assert {event["tool_name"] for event in events} == {shown}
    if shown == "(not a name)":
        named = call["tool"] or call["method"]
        assert named not in json.dumps(events, ensure_ascii=False)


async def test_deep_values_are_refused_not_passed(bench):
    value = EMAIL
    for _ in range(600):
        value = [value]
    assert (await bench.admit({"x": value})).reason == "unscannable"
    assert (await bench.release({"x": value})).reason == "unscannable"


async def test_what_is_less_sure_than_a_rule_asks_goes_to_the_next(bench):
    bench.set(
        '[[rule]]\nentity = "email"\nmin_score = 0.99\naction = "reject"\n'
        '[[rule]]\nentity = "email"\naction = "redact"\n'
    )
    arguments = {"to": EMAIL}
    await bench.admit(arguments)
    assert arguments == {"to": "<EMAIL_ADDRESS>"}
