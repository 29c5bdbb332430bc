import msgspec
import pytest

from sumun.detection.entities import ENTITIES
from sumun.policy import Action, Context, Policy

POLICY = Policy.parse("""\
version = 1
mode = "observe"
[[rule]]
name = "secrets"
category = "credential"
action = "redact"
[[rule]]
name = "toward tools"
direction = "arguments"
action = "allow"
[[rule]]
name = "mail only"
server = "mail"
action = "mask"
[[rule]]
name = "with consent"
scope = "pii:person"
entity = "PERSON"
action = "allow"
[[rule]]
name = "phones"
entity = ["PHONE_NUMBER", "EMAIL_ADDRESS"]
action = "mask"
""")
CONTEXT = Context("crm", "find", "agent", "kim", frozenset({"mcp:crm"}))


def test_every_rule_that_was_tried_says_why_it_did_not_apply():
    explanation = POLICY.explain(CONTEXT, "results", "PERSON")
    assert [
        (step.rule, step.mismatch.field, step.mismatch.found) for step in explanation.steps
    ] == [
        ("secrets", "category", "person"),
        ("toward tools", "direction", "results"),
        ("mail only", "server", "crm"),
        ("with consent", "scope", "mcp:crm"),
        ("phones", "entity", "PERSON"),
    ]
    assert (explanation.action, explanation.rule, explanation.line) == (
        Action.TOKENIZE,
        "default",
        0,
    )


def test_what_applies_ends_the_trying():
    explanation = POLICY.explain(CONTEXT, "results", "API_KEY")
    assert [step.applied for step in explanation.steps] == [True]
    assert (explanation.action, explanation.rule, explanation.line) == (
        Action.REDACT,
        "secrets",
        3,
    )


def test_the_explanation_in_english():
    assert POLICY.explain(CONTEXT, "arguments", "PERSON").text() == (
        "PERSON (person) in arguments of crm/find: allow\n"
        '  1. "secrets" (policy.toml:3) does not apply: category is credential, here person\n'
        '  2. "toward tools" (policy.toml:7) applies\n'
        "mode is observe: this would be recorded, and nothing changed\n"
        'access: allowed by "scopes"'
    )


def test_the_explanation_in_korean():
    text = POLICY.explain(Context("crm"), "results", "ADDED_LATER").text("ko")
    assert text.startswith("crm/* 결과의 ADDED_LATER: tokenize\n")
    assert '2. "toward tools" (policy.toml:7) 해당 없음: 방향 조건은 인자, 실제 값은 결과' in text
    assert "적용되는 규칙이 없어 결과 기본값을 따름: tokenize" in text
    assert text.endswith("접근: 다음 스코프가 부여될 때까지 거부: mcp:crm")


def test_the_explanation_as_data():
    data = msgspec.to_builtins(POLICY.explain(CONTEXT, "results", "PERSON"))
    assert data["action"] == "tokenize"
    assert data["steps"][0]["mismatch"]["wanted"] == ("credential",)


@pytest.mark.parametrize("entity_type", [*ENTITIES, "ADDED_LATER"])
@pytest.mark.parametrize("direction", ["arguments", "results"])
@pytest.mark.parametrize("server", ["crm", "mail"])
@pytest.mark.parametrize("scopes", [{"mcp:*"}, {"mcp:*", "pii:person"}])
def test_explaining_and_deciding_agree(entity_type, direction, server, scopes):
    context = Context(server, "find", scopes=frozenset(scopes))
    explanation = POLICY.explain(context, direction, entity_type)
    choice = POLICY.resolve(context).choose(direction, entity_type)
    assert (explanation.action, explanation.rule) == (choice.action, choice.rule)
