"""A rule may ask how sure a finding is; what is less sure goes to the next rules."""

import pytest

from sumun.policy import Action, Context, Policy, PolicyError

POLICY = """\
version = 1
[defaults]
results = "redact"
[[rule]]
name = "surely a card"
entity = "CREDIT_CARD"
min_score = 0.9
action = "reject"
[[rule]]
name = "surely anything"
min_score = 0.7
action = "hash"
[[rule]]
name = "perhaps a card"
entity = "CREDIT_CARD"
action = "mask"
[[test]]
direction = "results"
entity = "CREDIT_CARD"
score = 0.6
expect = "mask"
"""
EVERYWHERE = Context("crm", "find")


@pytest.mark.parametrize(
    ("entity_type", "score", "action", "rule"),
    [
        ("CREDIT_CARD", 1.0, Action.REJECT, "surely a card"),
        ("CREDIT_CARD", 0.9, Action.REJECT, "surely a card"),
        ("CREDIT_CARD", 0.89, Action.HASH, "surely anything"),
        ("CREDIT_CARD", 0.5, Action.MASK, "perhaps a card"),
        ("PERSON", 0.7, Action.HASH, "surely anything"),
        ("PERSON", 0.69, Action.REDACT, "default"),
        ("CUSTOM_X", 0.1, Action.REDACT, "default"),
    ],
)
def test_the_first_rule_that_a_finding_is_sure_enough_for_decides(entity_type, score, action, rule):
    choice = Policy.parse(POLICY).resolve(EVERYWHERE).choose("results", entity_type, score)
    assert (choice.action, choice.rule) == (action, rule)


def test_examples_may_say_how_sure_a_finding_is():
    assert [each.passed for each in Policy.parse(POLICY).run_tests()] == [True]


def test_it_is_explained_in_both_languages():
    explanation = Policy.parse(POLICY).explain(EVERYWHERE, "results", "PERSON")
    assert explanation.action == Action.HASH
    assert "at least 0.7" in explanation.text()
    assert "the default for results is redact" in explanation.text()
    assert "점수 0.7 이상" in explanation.text("ko")
    assert (
        "the default"
        not in Policy.parse(POLICY).explain(EVERYWHERE, "results", "CREDIT_CARD").text()
    )


@pytest.mark.parametrize("value", ['"high"', "1.1", "-0.1", "true", "nan"])
def test_what_is_no_score_is_refused(value):
    with pytest.raises(PolicyError, match="min_score must be a number from 0 to 1"):
        Policy.parse(f'version = 1\n[[rule]]\nmin_score = {value}\naction = "mask"\n')


def test_a_rule_behind_one_that_asks_for_more_is_reached():
    rule = '[[rule]]\nentity = "email"\nmin_score = {}\naction = "mask"\n'
    Policy.parse("version = 1\n" + rule.format(0.9) + rule.format(0.6))
    with pytest.raises(PolicyError, match="can never apply"):
        Policy.parse("version = 1\n" + rule.format(0.6) + rule.format(0.9))
