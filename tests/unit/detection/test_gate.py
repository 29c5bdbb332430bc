import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sumun.detection.gate import AT, CODE, DIGIT, LONG, gates, has_word
from sumun.detection.recognizers import RECOGNIZERS

GATED = sorted(
    {
        (each.trigger, gate)
        for each in RECOGNIZERS
        if hasattr(each, "trigger")
        for gate in gates(each.trigger)
    }
)


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (rb"[0-9]{8}-?[A-Z]", {DIGIT, CODE}),
        (rb"[A-Z]{4}[0-9]", {DIGIT, CODE}),
        (rb"[0-9][A-Z]{4}", {DIGIT, CODE}),
        (rb"[a-z]{16}", {LONG}),
        (rb"[a-z]{15}", set()),
        (rb"[0-9]?[A-Z]{4}", set()),
        (rb"[0-9]{2} [0-9]{2}", {DIGIT}),
        (rb"[A-Z]{2}[a-z]*[A-Z]{2}[0-9]", {DIGIT}),
        (rb"[0-9]{5}|a", set()),
        (rb"(?:[0-9]{5})?", set()),
        (rb"(?:[0-9|]){5}[0-9]", {DIGIT}),
        (rb"(?:a\)|b)[0-9]", {DIGIT}),
        (rb"[A-Z.]{4}[0-9]", {DIGIT}),
        (rb"://[^/@]*@", {AT}),
        (rb"[^a]{16}", set()),
        (rb"[0-9]{0,3}a", set()),
        (rb"(?=[0-9])a", set()),
    ],
)
def test_a_trigger_is_behind_the_gates_that_must_be_in_it(trigger, expected):
    assert gates(trigger) == expected


@given(
    st.sampled_from(GATED).flatmap(
        lambda each: st.tuples(st.from_regex(re.compile(each[0])), st.just(each[1]))
    )
)
@settings(max_examples=300, deadline=None)
def test_a_gate_opens_for_whatever_a_trigger_behind_it_matches(drawn):
    data, gate = drawn
    assert re.search(gate, data)


@pytest.mark.parametrize(
    ("trigger", "worded"),
    [
        (rb"ghp_[A-Z]", True),
        (rb"[a-z]{3}", False),
        ("비밀번호".encode(), True),
        (rb"[\xea-\xed][\x80-\xbf]{2} ?\((?:abc|)[0-9]", False),
        (rb"(?:abc|def)[0-9]", True),
        (rb"(?:abc)?[0-9]", False),
    ],
)
def test_a_word_is_a_literal_that_cannot_be_absent(trigger, worded):
    assert has_word(trigger) is worded
