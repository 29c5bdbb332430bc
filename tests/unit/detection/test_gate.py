import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sumun.detection.gate import GATE, is_gated
from sumun.detection.recognizers import RECOGNIZERS

GATED = sorted(
    {each.trigger for each in RECOGNIZERS if hasattr(each, "trigger") and is_gated(each.trigger)}
)


@pytest.mark.parametrize(
    ("trigger", "gated"),
    [
        (rb"[0-9]{8}-?[A-Z]", True),
        (rb"[A-Z]{4}[0-9]", True),
        (rb"[0-9][A-Z]{4}", True),
        (rb"[a-z]{18}", True),
        (rb"[a-z]{17}", False),
        (rb"[0-9]?[A-Z]{4}", False),
        (rb"[0-9]{2} [0-9]{2}", False),
        (rb"[A-Z]{2}[a-z]*[A-Z]{2}[0-9]", False),
        (rb"[0-9]{5}|a", False),
        (rb"(?:[0-9]{5})?", False),
        (rb"[A-Z.]{4}[0-9]", False),
    ],
)
def test_a_trigger_is_gated_when_the_gate_must_be_in_it(trigger, gated):
    assert is_gated(trigger) is gated


@given(st.sampled_from(GATED).flatmap(lambda each: st.from_regex(re.compile(each))))
@settings(max_examples=200, deadline=None)
def test_the_gate_opens_for_whatever_a_gated_trigger_matches(data):
    assert re.search(GATE, data)
