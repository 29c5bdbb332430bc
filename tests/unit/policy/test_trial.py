import pytest

from sumun.policy import Policy, PolicyError, When

RULE = '[[rule]]\nname = "{}"\n{}\naction = "mask"\n'


def parse(*rules):
    return Policy.parse("version = 1\n" + "".join(rules))


@pytest.mark.parametrize(
    ("rules", "idle", "rival"),
    [
        (
            [
                RULE.format("a", 'tool = "read"'),
                RULE.format("b", 'tool = "find_*"'),
                RULE.format("c", 'tool = ["read", "find_*"]'),
            ],
            "c",
            "b",
        ),
        (
            [
                '[[access]]\nname = "a"\nserver = "x"\nallow = true\n',
                '[[access]]\nname = "b"\nserver = "y"\nallow = true\n',
                '[[access]]\nname = "c"\nserver = ["x", "y"]\nallow = false\n',
            ],
            "c",
            "b",
        ),
        (
            [
                '[[restore]]\nname = "a"\nserver = "*"\ntool = "*"\nentity = "email"\n',
                '[[restore]]\nname = "b"\nserver = "x"\ntool = "y"\nentity = "email"\n',
            ],
            "b",
            "a",
        ),
        (
            [
                RULE.format("a", 'argument = "to"\nnetwork = "10.0.0.0/8"'),
                RULE.format("b", 'argument = "cc"\nnetwork = "10.0.0.0/8"'),
                RULE.format("c", 'argument = ["cc", "to"]\nnetwork = "10.0.0.0/16"'),
            ],
            "c",
            "a",
        ),
    ],
)
def test_a_rule_that_decides_nothing_of_what_it_was_made_for_is_refused(rules, idle, rival):
    with pytest.raises(PolicyError, match=f'"{idle}": never decides.*"{rival}" did') as caught:
        parse(*rules)
    line = 2 + sum(rule.count("\n") for rule in rules[:-1])
    assert str(caught.value).startswith(f"policy.toml:{line}: ")


@pytest.mark.parametrize(
    "earlier",
    [
        'network = "10.0.0.0/16"',
        'time = { zone = "UTC" }',
        'given = { argument = "a", minimum = 1 }',
        'network = "10.0.0.0/8"\ntenant = "blue"',
        'argument = "to"',
        "min_score = 0.5",
        'scope = "pii:contact"',
        'acr = "mfa"',
    ],
)
def test_a_rule_with_something_left_is_accepted(earlier):
    policy = parse(RULE.format("a", earlier), RULE.format("b", 'network = "10.0.0.0/8"'))
    assert policy.rule_names == ["a", "b"]


@pytest.mark.parametrize("later", ['network = "10.1.0.0/16"', 'network = ["10.0.0.0/9"]'])
def test_conditions_that_always_hold_before_leave_nothing(later):
    with pytest.raises(PolicyError):
        parse(RULE.format("a", 'network = "10.0.0.0/8"'), RULE.format("b", later))


def test_more_combinations_than_are_tried_are_given_the_benefit_of_the_doubt():
    words = ", ".join(f'"t{number}"' for number in range(40))
    parse(
        *(RULE.format(f"r{number}", f'tool = "t{number}"') for number in range(40)),
        RULE.format("all", f"tool = [{words}]"),
    )


@pytest.mark.parametrize(
    ("data", "finds", "missing"),
    [
        ('entity = "CUSTOM_BADGE"', set(), "CUSTOM_BADGE"),
        ('entity = ["email", "CUSTOM_BADGE"]', {"EMAIL_ADDRESS"}, "CUSTOM_BADGE"),
        ('entity = "CUSTOM_BADGE"', {"CUSTOM_BADGE"}, None),
        ('category = "contact"', {"EMAIL_ADDRESS"}, None),
        ('category = "location"', {"EMAIL_ADDRESS"}, "LOCATION"),
        ("", set(), None),
    ],
)
def test_data_that_nobody_looks_for_is_pointed_out(data, finds, missing):
    asked = []

    def look(when: When):
        asked.append(when.server)
        return finds

    complaints = parse(RULE.format("r", f'server = "crm"\n{data}')).unfound(look)
    assert bool(complaints) is bool(missing)
    if missing:
        assert complaints[0].startswith('policy.toml:2: "r": nothing here looks for ')
        assert missing in complaints[0]
        assert asked == [("crm",)]
