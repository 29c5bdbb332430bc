import pytest

from sumun.policy import Policy, PolicyError


def error(text, *, version="version = 1\n"):
    with pytest.raises(PolicyError) as caught:
        Policy.parse(version + text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[[rule]]\nname = "x"\nentity = "EMIAL"\naction = "mask"',
            'policy.toml:4: rule "x": unknown entity "EMIAL"; did you mean EMAIL_ADDRESS?',
        ),
        (
            '[[rule]]\ncategory = "helth"\naction = "mask"',
            'policy.toml:3: rule 1: unknown category "helth"; did you mean health?',
        ),
        (
            '[[rule]]\ncategory = "goverment_id"\naction = "mask"',
            'unknown category "goverment_id"; did you mean government_id?',
        ),
        (
            '[[rule]]\nentity = "email"\ncategory = "contact"\naction = "mask"',
            "policy.toml:4: rule 1: give entity or category, not both",
        ),
        ('[tokens]\nscope = "tennant"', 'unknown scope "tennant"; did you mean tenant?'),
        ("[tokens]\nttl = 5", 'ttl says nothing without form = "vault"'),
        ('[tokens]\nform = "vault"\nlimit = 0', "limit must be at least 1"),
        ("[tokens]\nlength = 5", 'unknown key "length"'),
        ('[[rule]]\naction = "hide"', 'policy.toml:3: rule 1: unknown action "hide"; known: allow'),
        ('[[rule]]\naction = "tokenise"', "did you mean tokenize?"),
        ('[[rule]]\nname = "x"', 'policy.toml:2: rule "x": action is missing: one of allow, mask'),
        (
            '[[rule]]\naction = "mask"\nservr = "x"',
            'policy.toml:4: rule 1: unknown key "servr"; did you mean server?',
        ),
        ('[[rule]]\naction = "mask"\nserver = 3', "server must be text, or a list of texts"),
        ('[[rule]]\naction = "mask"\nserver = [""]', "server must be text, or a list of texts"),
        ('[[rule]]\naction = "mask"\nserver = []', "leave it out to mean every one"),
        (
            '[[rule]]\naction = "mask"\ndirection = "result"',
            'unknown direction "result"; did you mean results?',
        ),
        ('[rule]\naction = "mask"', "policy.toml:2: rule must be written [[rule]]"),
        ("defaults = 3", "policy.toml:2: defaults must be a table: [defaults]"),
        ('[defaults]\nresult = "mask"', 'policy.toml:3: [defaults]: unknown key "result"'),
        ('mode = "watch"', 'policy.toml:2: unknown mode "watch"'),
        ('binary = "pass"', 'policy.toml:2: unknown binary "pass"'),
        ("rules = []", 'policy.toml:2: unknown key "rules"; did you mean rule?'),
        ("[limits]\ncalls_per_minute = -1", "[limits]: calls_per_minute must be a whole number"),
        ("[limits]\ncalls_per_minute = true", "[limits]: calls_per_minute must be a whole number"),
        ("[limits]\nburst = 5", "policy.toml:3: [limits]: burst says nothing without"),
        ('[[access]]\ntool = "x"', "policy.toml:2: access 1: allow must be true or false"),
        ('[[access]]\nallow = "no"', "policy.toml:3: access 1: allow must be true or false"),
        (
            '[[restore]]\ntool = "x"\nentity = "email"',
            'policy.toml:2: restore 1: server is missing: name whom to trust, or server = "*"',
        ),
        ('[[restore]]\nserver = "x"\ntool = "y"', "entity or category is missing"),
        ('[[test]]\nexpect = "mask"\ndirection = "results"', "entity must name one entity type"),
        ('[[test]]\nexpect = "mask"\nentity = "email"', "direction is missing: one of arguments"),
        ("x = ", "policy.toml:2: is not valid TOML: Invalid value"),
        ('x = "', "policy.toml:2: is not valid TOML"),
        ("x = " + "9" * 5000, "is not valid TOML"),
        ("x = " + "[" * 20_000, "policy.toml:"),
        (f'[[rule]]\nname = "{"n" * 300}"\naction = "mask"', "name must be text of at most 200"),
        ('[[rule]]\nname = "default"\naction = "mask"', "the name is taken by a built-in rule"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_mend(text, message):
    assert message in error(text)


@pytest.mark.parametrize("version", ["", "version = 2\n", 'version = "1"\n'])
def test_the_version_must_be_one_that_is_understood(version):
    assert "version must be 1" in error("", version=version)


def test_everything_wrong_is_said_at_once_in_order():
    lines = error('[[rule]]\naction = "x"\n[limits]\nburst = -1\n[defaults]\nz = 1').splitlines()
    assert [line.split(":")[1] for line in lines] == ["3", "5", "7"]


def test_a_flood_of_problems_is_cut():
    lines = error("\n".join(f"k{number} = 1" for number in range(100))).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "policy.toml: and 80 more"


def test_two_rules_cannot_share_a_name():
    message = error(
        '[[rule]]\nname = "x"\nentity = "email"\naction = "mask"\n'
        '[[access]]\nname = "x"\nallow = true'
    )
    assert message == (
        'policy.toml:7: access "x": the name is taken by line 2; names are for one rule each'
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("", 'entity = "email"'),
        ('entity = ["email", "phone"]', 'category = "contact"'),
        ('category = "contact"', 'entity = "PHONE_NUMBER"\nserver = "crm"'),
        ('server = "c*"', 'server = ["crm", "cr*"]'),
        ('tool = ["find_*", "read"]', 'tool = ["find_all", "read"]'),
        ('scope = "mcp:crm:find"', 'scope = "mcp:crm"'),
        ('client = "*"', 'client = "batch"\nsubject = "kim"'),
        ('direction = "results"', 'direction = "results"\nentity = "email"'),
    ],
)
def test_a_rule_that_can_never_apply_is_refused(earlier, later):
    message = error(
        f'[[rule]]\nname = "one"\n{earlier}\naction = "mask"\n'
        f'[[rule]]\nname = "two"\n{later}\naction = "redact"'
    )
    assert 'rule "two": can never apply, because "one" before it always does; move it up' in message


def test_several_rules_together_can_leave_nothing_to_a_later_one():
    message = error(
        '[[rule]]\nname = "a"\ndirection = "results"\naction = "mask"\n'
        '[[rule]]\nname = "b"\nentity = "email"\naction = "mask"\n'
        '[[rule]]\nname = "c"\nentity = "email"\naction = "redact"\n'
    )
    assert 'policy.toml:10: rule "c": can never apply, because "a", "b"' in message


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ('entity = "email"', ""),
        ('direction = "results"', 'entity = "email"'),
        ('server = "crm"', 'server = "*"'),
        ('server = "crm"', 'entity = "email"'),
        ('scope = "mcp:crm"', 'scope = "mcp:crm:find"'),
        ('scope = "mcp:crm"', 'entity = "email"'),
        ('tool = "find_*"', 'tool = ["find_all", "read"]'),
    ],
)
def test_a_rule_that_has_cases_left_is_accepted(earlier, later):
    Policy.parse(
        f'version = 1\n[[rule]]\n{earlier}\naction = "mask"\n[[rule]]\n{later}\naction = "redact"'
    )


def test_an_access_rule_that_can_never_apply_is_refused():
    message = error('[[access]]\nallow = true\n[[access]]\ntool = "drop"\nallow = false')
    assert message == (
        'policy.toml:4: access "access 2": can never apply, because "access 1" before it always '
        "does; move it up"
    )


def test_documents_are_bounded():
    assert "longer than" in error("#" * 300_000)
    assert "at most 200 of [[rule]]" in error('[[rule]]\naction = "mask"\n' * 201)
    words = ", ".join('"x"' for _ in range(101))
    assert "server must name from 1 to 100" in error(
        f'[[rule]]\nserver = [{words}]\naction = "mask"'
    )
