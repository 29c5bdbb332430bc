import json
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sumun.watch import KINDS, Thresholds, Watch, scripted_burst, simulate
from sumun.watch.detectors.distinct_subjects import DistinctSubjectsThresholds
from sumun.watch.traffic import call, refusal, working_hours

START = 1_767_600_000.0
DETECTORS = {
    "exfiltration": {"distinct_subjects", "bulk_export"},
    "enumeration": {"enumeration", "distinct_subjects"},
    "credential_guessing": {"credential_guessing", "credential_guessed"},
    "scope_probing": {"scope_probing"},
    "honeytoken": {"honeytoken"},
    "token_replay": {"token_replay"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_burst_is_found_by_its_detectors_without_false_alarm(kind):
    (scenario,) = simulate([kind]).scenarios
    assert {incident.detector for incident in scenario.incidents} == DETECTORS[kind]
    assert scenario.detected
    assert scenario.after_events <= scenario.burst_events
    assert scenario.false_alarms == []
    assert scenario.normal_events > 400


def test_the_report_is_json_in_two_languages():
    report = simulate()
    told = json.loads(json.dumps(report.as_dict()))
    assert told["sandbox"] is True
    assert told["detected"] is True
    assert told["false_alarms"] == 0
    assert [scenario["kind"] for scenario in told["scenarios"]] == list(KINDS)
    assert all(scenario["would_do"] for scenario in told["scenarios"])
    assert all(scenario["description"].keys() == {"en", "ko"} for scenario in told["scenarios"])


def test_thresholds_decide():
    blind = Thresholds(distinct_subjects=DistinctSubjectsThresholds(floor=9000, ceiling=9000))
    (scenario,) = simulate(["exfiltration"], thresholds=blind).scenarios
    assert {incident.detector for incident in scenario.incidents} == {"bulk_export"}


def test_the_script_is_always_the_same():
    assert scripted_burst("exfiltration") == scripted_burst("exfiltration")
    assert scripted_burst("exfiltration") != scripted_burst("honeytoken")


@pytest.mark.parametrize("kind", KINDS)
def test_events_of_a_script_are_in_order(kind):
    times = [event.timestamp for event in scripted_burst(kind)]
    assert times == sorted(times)


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(ValueError, match="no such simulation: 'meteor'; there are exfiltration"):
        simulate(["meteor"])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), clients=st.integers(1, 6))
def test_a_working_day_raises_no_incident(seed, clients):
    watch = Watch(clock=lambda: START)
    events = working_hours(Random(seed), START, 8 * 3600, clients)
    assert [incident for event in events for incident in watch.feed(event)] == []


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(90, 1800),
            st.sampled_from(["find_customer", "get_order", "list_customers"]),
            st.lists(st.integers(0, 300), max_size=3),
            st.booleans(),
        ),
        max_size=80,
    )
)
def test_unhurried_work_of_any_shape_raises_no_incident(steps):
    """At most three people every minute and a half, with a refusal before any of it."""
    watch, moment, incidents = Watch(clock=lambda: START), START, []
    for gap, tool, people, stepped_up in steps:
        moment += gap
        if stepped_up:
            incidents += watch.feed(refusal(moment - 1, ("c", "u"), tool))
        for event in call(moment, ("c", "u"), tool, people):
            incidents += watch.feed(event)
    assert incidents == []


def test_no_event_is_altered():
    events = scripted_burst("exfiltration")
    before = msgspec.json.encode(events)
    watch = Watch(clock=lambda: START)
    for event in events:
        watch.feed(event)
    assert msgspec.json.encode(events) == before
