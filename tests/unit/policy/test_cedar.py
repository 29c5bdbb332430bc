import builtins

import pytest

from sumun.policy import (
    CedarMissing,
    CedarPolicies,
    Circumstances,
    Context,
    Policy,
    PolicyError,
)

ANYBODY = "permit (principal, action, resource);"
SCOPES = frozenset({"mcp:*", "audit:read"})
KIM = Context("crm", "find", "agent", "kim", SCOPES, "blue", "mfa")
MONDAY = Circumstances(address="10.1.2.3", at=1_763_856_000.0)


def access(text, context=KIM, here=MONDAY):
    policy = Policy.default().with_cedar(CedarPolicies([("p.cedar", text)]))
    return policy.access(policy.resolve(context, here), context, here)


@pytest.mark.parametrize(
    "condition",
    [
        'principal == Sumun::Caller::"kim"',
        'principal in Sumun::Client::"agent"',
        'principal in Sumun::Tenant::"blue"',
        'principal.scopes.contains("audit:read")',
        'principal.acr == "mfa" && principal.client == "agent" && principal.tenant == "blue"',
        'resource in Sumun::Server::"crm"',
        'resource == Sumun::Tool::"crm/find"',
        'resource.server == "crm" && resource.name like "f*"',
        'action == Sumun::Action::"call"',
        'context has address && context.address.isInRange(ip("10.0.0.0/8"))',
        'context.now > datetime("2025-11-22") && context.now < datetime("2025-11-24")',
    ],
)
def test_policies_may_speak_of_all_that_is_known_of_a_call(condition):
    assert access(f"permit (principal, action, resource) when {{ {condition} }};").allowed
    refused = access(f'@id("no") forbid (principal, action, resource) when {{ {condition} }};')
    assert (refused.allowed, refused.rule, refused.reason) == (False, "cedar:no", "denied")


@pytest.mark.parametrize(
    ("text", "allowed", "rule"),
    [
        (f'@id("all") {ANYBODY}', True, "cedar:all"),
        (f"{ANYBODY} forbid (principal, action, resource);", False, "cedar:policy1"),
        ('permit (principal == Sumun::Caller::"lee", action, resource);', False, "cedar:no permit"),
        ('forbid (principal == Sumun::Caller::"lee", action, resource);', True, "scopes"),
    ],
)
def test_a_forbid_overrides_and_a_permit_is_needed_where_there_is_any(text, allowed, rule):
    found = access(text)
    assert (found.allowed, found.rule) == (allowed, rule)


def test_cedar_takes_away_and_never_adds():
    nobody = Context("crm", "find", "agent", "kim", frozenset())
    assert access(ANYBODY, nobody).reason == "insufficient_scope"


def test_cedar_is_not_asked_about_greetings_and_lists():
    assert access("forbid (principal, action, resource);", Context("crm", scopes=SCOPES)).allowed


def test_what_fails_to_evaluate_refuses():
    overflow = "forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };"
    assert access(f"{ANYBODY} {overflow}").rule == "cedar:error"


@pytest.mark.parametrize("address", ["", "nowhere"])
def test_an_unknown_address_is_not_there(address):
    text = "permit (principal, action, resource) when { context has address };"
    assert not access(text, here=Circumstances(address=address)).allowed


@pytest.mark.parametrize("name", ['a"b', "a\nb", "a\x00b", "\U0001f600", "x" * 10_000])
def test_names_are_data(name):
    context = Context(name, name, name, name, frozenset({"mcp:*"}))
    assert access(ANYBODY, context).allowed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("permit (principal, action)", "p.cedar: "),
        ("", "p.cedar: there is no policy in it"),
        ("permit (principal, action, resource) when { principal.salary > 3 };", "salary"),
        ('permit (principal == User::"kim", action, resource);', "User"),
        ('permit (principal, action == Sumun::Action::"cal", resource);', "cal"),
        ("permit (principal, action, resource) when { context.address.isIpv4() };", "address"),
        ("permit (principal == ?principal, action, resource);", "a template decides nothing"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused_when_it_is_read(text, message):
    with pytest.raises(PolicyError) as caught:
        CedarPolicies([("p.cedar", text)])
    assert message in str(caught.value)
    assert str(caught.value).startswith("p.cedar: ")


def test_several_files_are_one_set_and_each_is_named():
    cedar = CedarPolicies([("a", f'@id("one") {ANYBODY}'), ("b", ANYBODY)])
    assert cedar.rule_names == ["cedar:one", "cedar:policy1"]
    policy = Policy.default().with_cedar(cedar)
    assert set(policy.rule_names) >= {"cedar:one"}
    assert policy.digest != Policy.default().digest
    assert policy.rule_lines["cedar:one"] == 0


def test_it_is_explained():
    policy = Policy.default().with_cedar(
        CedarPolicies([("p", '@id("no") forbid (principal, action, resource);')])
    )
    assert 'access: denied by "cedar:no"' in policy.explain(KIM, "results", "PERSON").text()


def test_without_the_extra_it_is_said(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "cedarpy":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CedarMissing):
        CedarPolicies([("p", ANYBODY)])
