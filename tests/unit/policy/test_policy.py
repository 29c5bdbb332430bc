import pytest

from sumun.detection.entities import CATEGORIES, ENTITIES
from sumun.policy import Action, Choice, Context, Limits, Policy, Tokens

ALL = frozenset({"mcp:*"})


def context(server="crm", tool="find", client_id="agent", subject="kim", scopes=ALL):
    return Context(server, tool, client_id, subject, scopes)


def parse(text):
    return Policy.parse("version = 1\n" + text)


def test_without_a_document_nothing_of_a_person_passes_as_it_is():
    policy = Policy.default()
    resolved = policy.resolve(context())
    assert (policy.mode, policy.binary, policy.limits) == ("enforce", "refuse", Limits())
    for direction in ("arguments", "results"):
        chosen = {name: resolved.choose(direction, name).action for name in ENTITIES}
        for category, action in {
            "credential": Action.REDACT,
            "government_id": Action.MASK,
            "financial": Action.MASK,
            "contact": Action.TOKENIZE,
            "person": Action.TOKENIZE,
            "network": Action.TOKENIZE,
        }.items():
            names = {*CATEGORIES[category]} - {"ORGANIZATION"}
            assert {chosen[name] for name in names} == {action}
        assert chosen["ORGANIZATION"] is Action.ALLOW  # a company is nobody
        assert resolved.choose(direction, "ADDED_LATER").action is Action.TOKENIZE
        assert not resolved.restores_any


def test_a_uniform_policy_treats_all_data_alike():
    resolved = Policy.uniform(Action.MASK).resolve(context())
    assert resolved.choose("results", "EMAIL_ADDRESS") == Choice(Action.MASK, "default")
    resolved = Policy.uniform(Action.MASK, results=Action.ENCRYPT).resolve(context())
    assert resolved.choose("arguments", "KR_RRN").action is Action.MASK
    assert resolved.choose("results", "KR_RRN").action is Action.ENCRYPT


def test_the_first_rule_that_applies_decides():
    resolved = parse("""
        [defaults]
        results = "redact"
        [[rule]]
        name = "one"
        entity = "email"
        action = "allow"
        [[rule]]
        name = "two"
        category = "contact"
        action = "mask"
    """).resolve(context())
    assert resolved.choose("results", "EMAIL_ADDRESS") == Choice(Action.ALLOW, "one")
    assert resolved.choose("results", "PHONE_NUMBER") == Choice(Action.MASK, "two")
    assert resolved.choose("results", "KR_RRN") == Choice(Action.REDACT, "default")
    assert resolved.choose("arguments", "KR_RRN") == Choice(Action.TOKENIZE, "default")


def test_a_rule_for_all_data_holds_for_types_added_later():
    resolved = parse('[[rule]]\nname = "all"\naction = "reject"').resolve(context())
    assert resolved.choose("results", "ADDED_LATER") == Choice(Action.REJECT, "all")


@pytest.mark.parametrize(
    ("condition", "elsewhere"),
    [
        ('server = "crm"', {"server": "mail"}),
        ('tool = ["find", "read_*"]', {"tool": "drop"}),
        ('client = "agent"', {"client_id": "other"}),
        ('subject = "k*"', {"subject": "lee"}),
        ('scope = "pii:contact"', {"scopes": frozenset({"mcp:*", "pii:health"})}),
    ],
)
def test_a_rule_holds_only_where_all_it_says_is_so(condition, elsewhere):
    policy = parse(f'[[rule]]\nname = "x"\n{condition}\naction = "allow"')
    here = context(scopes=ALL | {"pii:contact"})
    assert policy.resolve(here).choose("results", "PERSON").rule == "x"
    there = context(**{"scopes": here.scopes, **elsewhere})
    assert policy.resolve(there).choose("results", "PERSON").rule == "default"


@pytest.mark.parametrize(
    ("scopes", "tool", "missing"),
    [
        ({"mcp:crm"}, "find", ()),
        ({"mcp:crm:find"}, "find", ()),
        ({"mcp:*"}, "find", ()),
        ({"mcp:crm:find"}, "", ()),
        ({"mcp:crm:find"}, "drop", ("mcp:crm:drop",)),
        ({"mcp:mail"}, "", ("mcp:crm",)),
        (set(), "find", ("mcp:crm:find",)),
    ],
)
def test_scopes_decide_who_may_call_what(scopes, tool, missing):
    access = Policy.default().resolve(context(tool=tool, scopes=frozenset(scopes))).access()
    assert (access.allowed, access.scopes) == (not missing, missing)
    assert access.reason == ("insufficient_scope" if missing else "allowed")


def test_the_first_access_rule_that_applies_decides():
    policy = parse("""
        [[access]]
        name = "the clerk may"
        tool = "drop"
        client = "clerk"
        allow = true
        [[access]]
        name = "nobody else"
        tool = "drop"
        allow = false
    """)
    clerk = policy.resolve(context(tool="drop", client_id="clerk")).access()
    assert (clerk.allowed, clerk.rule) == (True, "the clerk may")
    other = policy.resolve(context(tool="drop")).access()
    assert (other.allowed, other.rule, other.reason) == (False, "nobody else", "denied")
    assert policy.resolve(context()).access().allowed


def test_a_rule_that_allows_does_not_replace_the_scope():
    policy = parse('[[access]]\nname = "x"\nallow = true')
    access = policy.resolve(context(scopes=frozenset())).access()
    assert (access.allowed, access.scopes) == (False, ("mcp:crm:find",))


@pytest.mark.parametrize("scopes", [frozenset(), ALL])
def test_where_a_scope_would_have_allowed_it_is_asked_for_with_all_that_is_needed(scopes):
    policy = parse("""
        [[access]]
        name = "auditors"
        tool = "log"
        scope = "audit:read"
        allow = true
        [[access]]
        name = "nobody else"
        tool = "log"
        allow = false
    """)
    access = policy.resolve(context(tool="log", scopes=scopes)).access()
    assert (access.reason, access.scopes) == ("insufficient_scope", ("mcp:crm:log", "audit:read"))
    auditor = context(tool="log", scopes=ALL | {"audit:read"})
    assert policy.resolve(auditor).access().allowed


def test_tokens_are_restored_only_for_the_tools_that_are_trusted_with_them():
    policy = parse("""
        [[restore]]
        server = "crm"
        tool = "find_*"
        entity = ["email", "PHONE_NUMBER"]
        [[restore]]
        server = "crm"
        tool = "find_card"
        category = "financial"
    """)
    trusted = policy.resolve(context(tool="find_card"))
    assert trusted.restores_any
    assert all(map(trusted.restores, ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD"]))
    assert not trusted.restores("KR_RRN")
    assert not policy.resolve(context(tool="find_one")).restores("CREDIT_CARD")
    stranger = policy.resolve(context(server="mail", tool="find_card"))
    assert not stranger.restores_any
    assert not stranger.restores("EMAIL_ADDRESS")


@pytest.mark.parametrize(
    ("argument", "restored"),
    [
        ("to", True),
        ("recipients[0].email", True),
        ("recipients[12].email", True),
        ("recipients[0].name", False),
        ("subject.to", False),
        ("too", False),
        ("", False),
    ],
)
def test_tokens_are_restored_only_in_the_arguments_that_are_named(argument, restored):
    policy = parse("""
        [[restore]]
        server = "crm"
        tool = "*"
        entity = "email"
        argument = ["to", "recipients[*].email"]
    """)
    assert policy.resolve(context()).restores("EMAIL_ADDRESS", argument) is restored


def test_tokens_are_as_written():
    assert parse("").tokens == Tokens("tenant", "stateless", 604_800, 1_000_000)
    policy = parse('[tokens]\nscope = "session"\nform = "vault"\nttl = 60\nlimit = 9')
    assert policy.tokens == Tokens("session", "vault", 60, 9)


def test_mode_binary_and_limits_are_as_written():
    policy = parse('mode = "observe"\nbinary = "allow"\n[limits]\ncalls_per_minute = 60\nburst = 5')
    assert (policy.mode, policy.binary, policy.limits) == ("observe", "allow", Limits(60, 5))


def test_resolving_is_remembered_for_what_rules_ask_about_and_bounded():
    policy = Policy.default()
    assert policy.resolve(context(subject="a")) is policy.resolve(context(subject="b"))
    asking = parse('[[rule]]\nsubject = "a"\naction = "mask"')
    assert asking.resolve(context(subject="a")) is not asking.resolve(context(subject="b"))
    for number in range(5000):
        policy.resolve(context(tool=f"tool{number}"))
    assert policy._resolve.cache_info().currsize == 4096


def test_the_names_of_rules_can_be_counted():
    policy = parse('[[rule]]\nname = "x"\naction = "mask"\n[[access]]\nallow = true')
    assert policy.rule_names == ["x", "access 1"]


def test_a_rule_for_a_server_that_does_not_exist_is_pointed_out():
    policy = parse('[[rule]]\nname = "x"\nserver = ["custmers", "c*"]\naction = "mask"')
    assert policy.strange_servers(["customers"]) == [
        'policy.toml:2: "x": unknown server "custmers"; did you mean customers?'
    ]


def test_examples_in_the_document_are_run():
    results = parse("""
        [[rule]]
        name = "x"
        server = "crm"
        entity = "email"
        action = "mask"
        [[access]]
        name = "no"
        tool = "drop"
        allow = false
        [[test]]
        name = "masked"
        server = "crm"
        tool = "find"
        direction = "results"
        entity = "email"
        expect = "mask"
        [[test]]
        server = "mail"
        direction = "results"
        entity = "email"
        expect = "mask"
        [[test]]
        server = "crm"
        tool = "drop"
        expect = "denied"
        [[test]]
        server = "crm"
        tool = "find"
        expect = "denied"
        [[test]]
        server = "crm"
        tool = "find"
        scope = "mcp:mail"
        direction = "results"
        entity = "email"
        expect = "mask"
    """).run_tests()
    assert [(result.name, result.passed, result.actual, result.rule) for result in results] == [
        ("masked", True, "mask", "x"),
        ("test 2", False, "tokenize", "default"),
        ("test 3", True, "denied", "no"),
        ("test 4", False, "allowed", "scopes"),
        ("test 5", False, "denied", "scopes"),
    ]
    assert [result.line for result in results] == [12, 19, 24, 28, 32]
