import math
from statistics import mean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sumun.watch.ledger import Ledger
from sumun.watch.rates import Baseline, RecentSet, SlidingCount

GAPS = st.lists(st.floats(0, 40), min_size=1, max_size=200)


@given(GAPS)
def test_sliding_count_lies_between_half_open_extremes(gaps):
    """Never below the current window's true part, never above what two spans held."""
    count, moment, moments = SlidingCount(60), 0.0, []
    for gap in gaps:
        moment += gap
        moments.append(moment)
        estimate = count.add(moment)
        assert 1 <= estimate <= sum(moment - 120 < past for past in moments)


def test_sliding_count_of_steady_events_is_their_rate():
    count = SlidingCount(60)
    estimates = [count.add(second) for second in range(600)]
    assert estimates[-1] == pytest.approx(60, abs=2)


def test_sliding_count_forgets():
    count = SlidingCount(60)
    count.add(0, 100)
    assert count.add(119.9, 0) < 100
    assert count.add(300, 0) == 0


def test_a_clock_that_steps_back_opens_no_window():
    count = SlidingCount(60)
    count.add(1000, 5)
    assert count.add(10, 1) == 6


def test_baseline_follows_what_is_usual():
    baseline = Baseline(floor=10, ceiling=1000)
    for quantity in (8, 9, 10, 9):
        baseline.learn(quantity)
    assert baseline.limit == 10, "too few windows to trust"
    for _ in range(50):
        baseline.learn(10)
    assert baseline.limit == pytest.approx(30, rel=0.1)


def test_baseline_is_not_raised_by_a_burst_nor_beyond_its_ceiling():
    baseline = Baseline(floor=10, ceiling=1000)
    for _ in range(20):
        baseline.learn(5)
    baseline.learn(100_000)
    assert baseline.limit < 25
    for _ in range(500):
        baseline.learn(100_000)
    assert baseline.limit == 1000


@given(st.lists(st.floats(0, 1000), min_size=200, max_size=300))
def test_baseline_mean_stays_within_what_it_learned(quantities):
    baseline = Baseline(floor=2000, ceiling=10_000)
    for quantity in quantities:
        baseline.learn(quantity)
    assert min(quantities) - 1e-6 <= baseline._mean <= max(quantities) + 1e-6
    assert math.sqrt(baseline._variance) <= max(quantities) - min(quantities) + 1e-6


def test_baseline_spread_is_the_standard_deviation():
    baseline = Baseline(floor=2000, ceiling=10_000)
    quantities = [100, 140] * 500
    for quantity in quantities:
        baseline.learn(quantity)
    assert baseline._mean == pytest.approx(mean(quantities), rel=0.05)
    assert math.sqrt(baseline._variance) == pytest.approx(pstdev(quantities), rel=0.1)


@given(st.lists(st.tuples(st.floats(0, 20), st.sampled_from("abcdefghij")), max_size=200))
def test_recent_set_holds_all_of_half_a_span_and_nothing_older_than_one(steps):
    recent, moment, seen = RecentSet(60, 100), 0.0, {}
    for gap, thing in steps:
        moment += gap
        recent.add(moment, [thing])
        seen[thing] = moment
        lately = sum(past > moment - 30 for past in seen.values())
        assert lately <= len(recent) <= sum(past > moment - 60 - 1e-6 for past in seen.values())
        assert len(recent) == len(recent._current | recent._previous)


def test_recent_set_tells_what_is_new():
    recent = RecentSet(60, 100)
    assert recent.add(0, ["a", "b"]) == 2
    assert recent.add(40, ["b", "c"]) == 1
    assert len(recent) == 3
    assert recent.add(200, ["b"]) == 1
    assert len(recent) == 1


def test_recent_set_is_bounded():
    recent = RecentSet(60, 100)
    for number in range(10_000):
        recent.add(number / 1000, [str(number)])
    assert len(recent) == 100


def test_ledger_forgets_the_least_recently_seen():
    ledger = Ledger(list, capacity=2)
    ledger["a"].append(1)
    ledger["b"].append(2)
    ledger["a"].append(3)
    ledger["c"].append(4)
    assert len(ledger) == 2
    assert ledger["a"] == [1, 3]
    assert ledger["b"] == []
