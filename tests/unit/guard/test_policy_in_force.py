"""What a policy says of one call, and of how much there may be, is what the guard does."""

import pytest

from sumun.config import (
    Config,
    ConfigurationError,
    DetectionConfig,
    PolicyConfig,
    RecognizerConfig,
    ServerDetectionConfig,
    ToolDetectionConfig,
)
from sumun.guard import Principal, Refusal, Released, read_policy
from sumun.guard.detectors import Detectors
from sumun.guard.rooms import check_data
from sumun.policy import CedarPolicies, Policy

EMAIL = "kim@example.com"
PAY = '[[access]]\nname = "large"\ngiven = { argument = "amount", minimum = 100 }\nallow = false\n'


async def test_values_of_arguments_decide_access(bench):
    bench.set(PAY)
    assert not isinstance(await bench.admit({"amount": 99}), Refusal)
    refusal = await bench.admit({"amount": 100})
    assert (refusal.reason, refusal.rule) == ("denied", "large")
    assert (await bench.events())[-1]["rules"] == {"large": 1}


async def test_a_token_is_not_taken_for_its_value(bench):
    bench.set(
        '[[access]]\nname = "own"\ngiven = { argument = "to", matches = "*" }\nallow = true\n'
        '[[access]]\nname = "others"\nallow = false\n'
    )
    arguments = {"to": EMAIL}
    assert not isinstance(await bench.admit(arguments), Refusal)
    assert arguments["to"] != EMAIL
    assert (await bench.admit(arguments)).rule == "others"


async def test_networks_decide_access(bench):
    bench.set(
        '[[access]]\nname = "office"\nnetwork = "10.0.0.0/8"\nallow = true\n'
        '[[access]]\nname = "elsewhere"\nallow = false\n'
    )
    assert not isinstance(await bench.admit({}, source="10.0.0.7"), Refusal)
    assert (await bench.admit({}, source="192.0.2.1")).rule == "elsewhere"
    assert (await bench.admit({})).rule == "elsewhere"


async def test_sign_in_strength_decides_access(bench):
    bench.set('[[access]]\nacr = "mfa"\nallow = true\n[[access]]\nname = "weak"\nallow = false\n')
    strong = Principal(subject="a", client_id="b", scopes=frozenset({"mcp:*"}), acr="mfa")
    assert not isinstance(await bench.admit({}, who=strong), Refusal)
    assert (await bench.admit({})).rule == "weak"


async def test_a_data_rule_is_for_the_arguments_it_names(bench):
    bench.set('[[rule]]\nname = "to"\nargument = "to"\nentity = "email"\naction = "allow"\n')
    arguments = {"to": EMAIL, "note": EMAIL}
    admitted = await bench.admit(arguments)
    assert arguments["to"] == EMAIL
    assert arguments["note"] != EMAIL
    assert admitted.rules == {"to": 1, "default": 1}


@pytest.mark.parametrize("raw", [None, b'{"text": "kim@example.com"}'])
@pytest.mark.parametrize(
    "limit", ["bytes = 30", "findings = 1", "subjects = 1", 'findings = 1\ncategory = "contact"']
)
async def test_a_result_that_is_too_much_is_not_released(bench, limit, raw):
    bench.set(f'[[limit]]\nname = "n"\n{limit}\nperiod = "hour"\ndirection = "results"\n')
    first = await bench.release({"text": EMAIL}, raw)
    assert isinstance(first, Released)
    result = {"text": "lee@example.com"}
    second = await bench.release(result, raw and raw.replace(b"kim", b"lee"))
    assert (second.reason, second.rule) == ("limited", "n")
    assert 0 < second.retry_after <= 3661
    event = (await bench.events())[-1]
    assert (event["event_type"], event["reason"], event["rule"]) == (
        "access_refused",
        "limited",
        "n",
    )
    assert event["rules"]["n"] == 1
    assert bench.observed[-1][3]["n"] == 1


async def test_a_clean_result_counts_by_its_size(bench):
    bench.set('[[limit]]\nname = "n"\nbytes = 20\nperiod = "hour"\n')
    for released in (True, False):
        admitted = await bench.admit({}, raw=b"{}")
        done = await bench.guard.release(admitted, {"text": "none"}, b'{"text":"none"}')
        assert isinstance(done, Released) is released


async def test_calls_are_limited_for_each_tool(bench):
    bench.set('[[limit]]\nname = "n"\ncalls = 1\nperiod = "minute"\nper = "tool"\n')
    assert not isinstance(await bench.admit({}), Refusal)
    assert (await bench.admit({})).reason == "limited"
    assert not isinstance(await bench.admit({}, tool="other"), Refusal)


async def test_observing_lets_everything_through_and_says_what_would_have_been(bench):
    bench.set(
        'mode = "observe"\n[[limit]]\nname = "n"\nfindings = 1\nperiod = "hour"\n'
        + PAY
        + '[[rule]]\nname = "to"\nargument = "to"\naction = "reject"\n'
    )
    for _ in range(2):
        arguments, result = {"to": EMAIL, "amount": 500}, {"text": "lee@example.com"}
        admitted = await bench.admit(arguments)
        assert isinstance(await bench.guard.release(admitted, result), Released)
        assert arguments["to"] == EMAIL
    event = (await bench.events())[-1]
    assert event["action_taken"] == "observed"
    assert event["rules"] == {"large": 1, "to": 1, "default": 1, "n": 2}


async def test_outcomes_say_which_rules_decided(bench):
    bench.set('[[rule]]\nname = "mail"\nentity = "email"\naction = "mask"\n')
    await bench.release({"a": EMAIL, "b": "lee@example.com"}, arguments={"x": EMAIL})
    intent, outcome = (await bench.events())[-2:]
    assert "rules" not in intent
    assert outcome["rules"] == {"mail": 3}
    assert bench.observed[-1][2:] == ({"EMAIL_ADDRESS": 3}, {"mail": 3})


async def test_a_token_that_is_turned_back_counts_for_its_rule(bench):
    bench.set('[[restore]]\nname = "back"\nserver = "crm"\ntool = "send"\nentity = "email"\n')
    arguments = {"to": EMAIL}
    await bench.admit(arguments)
    admitted = await bench.admit(arguments, tool="send")
    assert arguments["to"] == EMAIL
    assert admitted.rules["back"] >= 1


BADGE = RecognizerConfig(name="badge", entity="CUSTOM_BADGE", pattern=r"B-\d{6}")


@pytest.mark.parametrize(
    ("server", "tool", "looked_for"),
    [("crm", "find", True), ("crm", "*", True), ("crm", "drop", False), ("mail", "find", False)],
)
def test_a_rule_about_data_that_nobody_looks_for_there_is_refused(server, tool, looked_for):
    detection = DetectionConfig(
        servers={
            "crm": ServerDetectionConfig(tools={"find": ToolDetectionConfig(recognizers=[BADGE])})
        }
    )
    detectors = Detectors(Config(detection=detection))
    policy = Policy.parse(
        f'version = 1\n[[rule]]\nserver = "{server}"\ntool = "{tool}"\n'
        'entity = "CUSTOM_BADGE"\naction = "mask"\n'
    )
    if looked_for:
        check_data(policy, detectors)
    else:
        with pytest.raises(ConfigurationError, match="nothing here looks for CUSTOM_BADGE"):
            check_data(policy, detectors)


async def test_no_guard_is_made_of_a_policy_with_a_rule_that_can_do_nothing(bench):
    with pytest.raises(ConfigurationError, match=r'policy\.toml:2: "rule 1": nothing here'):
        bench.set('[[rule]]\nentity = "CUSTOM_BADGE"\naction = "mask"\n')


async def test_cedar_decides_with_the_rest(bench):
    text = '@id("mail") forbid (principal, action, resource) when { resource.name == "send" };'
    policy = Policy.default().with_cedar(CedarPolicies([("p", text)]))
    bench.guard = bench.rooms.guard(policy, observer=lambda *seen: bench.observed.append(seen))
    assert not isinstance(await bench.admit({}), Refusal)
    refusal = await bench.admit({}, tool="send")
    assert (refusal.reason, refusal.rule) == ("denied", "cedar:mail")
    assert bench.observed[-1][3] == {"cedar:mail": 1}


async def test_what_cedar_would_refuse_is_only_observed_where_the_policy_observes(bench):
    cedar = CedarPolicies([("p", '@id("no") forbid (principal, action, resource);')])
    observing = Policy.parse('version = 1\nmode = "observe"').with_cedar(cedar)
    bench.guard = bench.rooms.guard(observing)
    admitted = await bench.admit({})
    assert isinstance(await bench.guard.release(admitted, {}), Released)
    event = (await bench.events())[-1]
    assert (event["action_taken"], event["rules"]) == ("observed", {"cedar:no": 1})


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "cannot be read"), ("permit (", "p.cedar: "), (b"\xff", "is not UTF-8 text")],
)
def test_configured_cedar_that_cannot_be_used_refuses_the_configuration(tmp_path, text, message):
    path = tmp_path / "p.cedar"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    config = Config(data_dir=str(tmp_path), policy=PolicyConfig(cedar=[str(path)]))
    with pytest.raises(ConfigurationError, match=message):
        read_policy(config)
