from datetime import datetime

import pytest

from sumun.policy import Circumstances, Context, Policy, PolicyError

CONTEXT = Context("crm", "pay", "agent", "kim", frozenset({"mcp:*"}))
ALLOW_THEN_DENY = """
version = 1
[[access]]
name = "narrow"
{condition}
allow = {allow}
[[access]]
name = "else"
allow = {other}
"""


def decided(condition, here, *, allow="true"):
    """Return whether the call is allowed, by a narrow rule that allows or denies."""
    other = "false" if allow == "true" else "true"
    text = ALLOW_THEN_DENY.format(condition=condition, allow=allow, other=other)
    return Policy.parse(text).resolve(CONTEXT, here).access().allowed


def at(moment):
    return Circumstances(at=datetime.fromisoformat(moment).timestamp())


WEEK = '["mon", "tue", "wed", "thu", "fri"]'
OFFICE = f'time = {{ zone = "Asia/Seoul", days = {WEEK}, from = "09:00", to = "18:00" }}'


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-23T09:00:00+09:00", True),  # Monday
        ("2026-11-23T00:00:00+00:00", True),
        ("2026-11-23T17:59:59+09:00", True),
        ("2026-11-23T18:00:00+09:00", False),
        ("2026-11-23T08:59:59+09:00", False),
        ("2026-11-22T10:00:00+09:00", False),  # Sunday
        ("2026-11-22T23:30:00+00:00", False),
    ],
)
def test_office_hours_are_those_of_the_zone(moment, open_):
    assert decided(OFFICE, at(moment)) is open_


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-11-20T22:00:00+00:00", True),  # Friday
        ("2026-11-21T05:59:00+00:00", True),
        ("2026-11-21T06:00:00+00:00", False),
        ("2026-11-21T23:00:00+00:00", False),
        ("2026-11-20T05:00:00+00:00", False),
    ],
)
def test_hours_past_midnight_belong_to_the_day_they_begin_on(moment, open_):
    night = 'time = { zone = "UTC", days = "friday", from = "22:00", to = "06:00" }'
    assert decided(night, at(moment)) is open_


def test_one_of_several_times_is_enough():
    times = (
        'time = [{ zone = "UTC", to = "06:00" }, { zone = "+09:00", from = "12:00", to = "24:00" }]'
    )
    assert decided(times, at("2026-11-23T05:00:00+00:00"))
    assert decided(times, at("2026-11-23T14:59:00+00:00"))
    assert not decided(times, at("2026-11-23T15:00:00+00:00"))


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.0.0.1", False),
        ("2001:db8::7", True),
        ("2001:db9::7", False),
    ],
)
def test_networks_are_those_of_the_caller(address, inside):
    office = 'network = ["10.0.0.0/8", "2001:db8::/32"]'
    assert decided(office, Circumstances(address=address)) is inside
    assert decided(office, Circumstances(address=address), allow="false") is not inside


@pytest.mark.parametrize("address", ["", "unknown", "10.0.0.1:80"])
def test_an_address_that_is_not_known_is_allowed_nothing_and_denied_everything(address):
    office, here = 'network = "10.0.0.0/8"', Circumstances(address=address)
    assert not decided(office, here)
    assert not decided(office, here, allow="false")


@pytest.mark.parametrize(
    ("given", "arguments", "all_pass", "one_may"),
    [
        ('argument = "amount", maximum = 1000', {"amount": 1000}, True, True),
        ('argument = "amount", maximum = 1000', {"amount": 1000.5}, False, False),
        ('argument = "amount", minimum = 5, maximum = 6', {"amount": 4}, False, False),
        ('argument = "amount", maximum = 1000', {"amount": "5000"}, False, True),
        ('argument = "amount", maximum = 1000', {"amount": [5000]}, False, True),
        ('argument = "amount", maximum = 1000', {"amount": {"n": 1}}, False, True),
        ('argument = "amount", maximum = 1000', {"amount": None}, False, True),
        ('argument = "amount", maximum = 1000', {"amount": True}, False, True),
        ('argument = "amount", maximum = 1000', {}, False, False),
        ('argument = "amount", maximum = 1000', None, False, False),
        ('argument = "amount", equals = [1, 2.5]', {"amount": 2.5}, True, True),
        ('argument = "amount", equals = 1', {"amount": True}, False, True),
        ('argument = "force", equals = true', {"force": True}, True, True),
        ('argument = "force", equals = true', {"force": 1}, False, True),
        ('argument = "mode", equals = ["a", "b"]', {"mode": "b"}, True, True),
        ('argument = "mode", equals = "a"', {"mode": "aa"}, False, False),
        ('argument = "to", matches = "*@x.kr"', {"to": "a@x.kr"}, True, True),
        ('argument = "to", matches = "*@x.kr"', {"to": 5}, False, True),
        ('argument = "to[*]", matches = "*@x.kr"', {"to": ["a@x.kr", "b@x.kr"]}, True, True),
        ('argument = "to[*]", matches = "*@x.kr"', {"to": ["a@x.kr", "b@y.kr"]}, False, True),
        ('argument = "to[*]", matches = "*@x.kr"', {"to": [["b@y.kr"]]}, False, True),
        ('argument = "to[*]", matches = "*@x.kr"', {"to": []}, False, False),
        ('argument = "to[*].m", matches = "*@x.kr"', {"to": [{"m": "a@x.kr"}]}, True, True),
        ('argument = "*", matches = "*@x.kr"', {"a": {"b": ["a@x.kr"]}}, True, True),
        ('argument = "*", matches = "*@x.kr"', {"a": {"b": ["a@x.kr", "z"]}}, False, True),
    ],
)
def test_values_count_against_a_call_where_they_cannot_be_told(given, arguments, all_pass, one_may):
    condition, here = f"given = {{ {given} }}", Circumstances(arguments=arguments)
    assert decided(condition, here) is all_pass
    assert decided(condition, here, allow="false") is not one_may


def test_what_stands_for_another_value_is_not_compared():
    condition = 'given = { argument = "to", matches = "*x*" }'
    here = Circumstances(arguments={"to": "<x>"}, is_hidden=lambda text: text == "<x>")
    assert not decided(condition, here)
    assert not decided(condition, here, allow="false")


def test_all_that_is_given_must_hold():
    condition = 'given = [{ argument = "a", equals = 1 }, { argument = "b", equals = 2 }]'
    assert decided(condition, Circumstances(arguments={"a": 1, "b": 2}))
    assert not decided(condition, Circumstances(arguments={"a": 1, "b": 3}))


def test_data_rules_have_conditions_too():
    policy = Policy.parse(f"""
        version = 1
        [[rule]]
        name = "by day"
        entity = "email"
        {OFFICE}
        action = "allow"
        [[restore]]
        name = "small"
        server = "*"
        tool = "*"
        entity = "email"
        given = {{ argument = "amount", maximum = 10 }}
    """)
    day = Circumstances(arguments={"amount": 5}, at=at("2026-11-23T12:00:00+09:00").at)
    night = Circumstances(arguments={"amount": 50}, at=at("2026-11-23T22:00:00+09:00").at)
    by_day, by_night = policy.resolve(CONTEXT, day), policy.resolve(CONTEXT, night)
    assert by_day.choose("results", "EMAIL_ADDRESS").rule == "by day"
    assert by_night.choose("results", "EMAIL_ADDRESS").rule == "default"
    assert by_day.restorer("EMAIL_ADDRESS") == "small"
    assert not by_night.restores_any
    assert policy.resolve(CONTEXT, day) is by_day  # what was worked out is kept


@pytest.mark.parametrize(
    ("argument", "rule"),
    [("to", "mail"), ("cc[1].mail", "mail"), ("note", "default"), ("", "default")],
)
def test_a_rule_for_an_argument_means_only_what_is_found_there(argument, rule):
    resolved = Policy.parse("""
        version = 1
        [[rule]]
        name = "mail"
        argument = ["to", "cc[*].mail"]
        entity = "email"
        action = "allow"
    """).resolve(CONTEXT)
    assert resolved.choose("arguments", "EMAIL_ADDRESS", 1.0, argument).rule == rule
    assert resolved.choose("results", "EMAIL_ADDRESS", 1.0, argument).rule == "default"


@pytest.mark.parametrize(
    ("condition", "elsewhere"),
    [('tenant = "blue"', {"tenant": "red"}), ('acr = "mfa"', {"acr": ""})],
)
def test_rules_tell_tenants_and_ways_of_signing_in_apart(condition, elsewhere):
    policy = Policy.parse(f'version = 1\n[[rule]]\nname = "x"\n{condition}\naction = "mask"')
    here = {"tenant": "blue", "acr": "mfa"}
    assert policy.resolve(Context("crm", **here)).choose("results", "PERSON").rule == "x"
    there = Context("crm", **here | elsewhere)
    assert policy.resolve(there).choose("results", "PERSON").rule == "default"


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ('time = { zone = "Seoul" }', 'x.toml:4: access "n": time 1: zone must be one that'),
        ("time = {}", "zone must be one that is known here"),
        ('time = { zone = "../etc/passwd" }', "zone must be one that is known here"),
        ('time = { zone = "UTC", days = "someday" }', 'unknown day "someday"; known: mon'),
        ('time = { zone = "UTC", from = "9" }', "from must be a time of day"),
        ('time = { zone = "UTC", from = "09:00", to = "09:00" }', "there is no such time"),
        ('time = { zone = "UTC", until = "09:00" }', 'unknown key "until"'),
        ('network = "10.0.0.0/99"', "network must be an address or a range"),
        ('network = "10.0.0.1/8"', "has host bits set"),
        ('given = { equals = "a" }', "argument is missing"),
        ('given = { argument = "a" }', "give one of equals, matches, or minimum and maximum"),
        ('given = { argument = "a", equals = 1, minimum = 2 }', "give one of equals"),
        ('given = { argument = "a", equals = {} }', "equals must be text, a number"),
        ('given = { argument = "a", minimum = nan }', "minimum must be a number"),
        ('given = { argument = "a", minimum = 3, maximum = 2 }', "so no number fits"),
        ("given = 3", "given must be written [[given]], once for each"),
    ],
)
def test_what_can_never_hold_is_refused_with_its_line(condition, message):
    with pytest.raises(PolicyError, match=r"x\.toml:4: ") as caught:
        Policy.parse(f'version = 1\n[[access]]\nname = "n"\n{condition}\nallow = true', "x.toml")
    assert message in str(caught.value)


def test_examples_say_what_is_so_for_their_call():
    results = Policy.parse(
        ALLOW_THEN_DENY.format(
            condition=OFFICE + '\nnetwork = "10.0.0.0/8"\ngiven = { argument = "n", equals = 1 }',
            allow="true",
            other="false",
        )
        + """
        [[test]]
        server = "crm"
        tool = "pay"
        address = "10.0.0.1"
        at = 2026-11-23T10:00:00+09:00
        arguments = { n = 1 }
        expect = "denied"
        [[test]]
        server = "crm"
        tool = "pay"
        expect = "denied"
    """
    ).run_tests()
    assert [(result.actual, result.rule) for result in results] == [
        ("allowed", "narrow"),
        ("denied", "else"),
    ]
