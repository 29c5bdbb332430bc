import pytest

from sumun.oauth.throttle import Throttle


@pytest.fixture
def throttle(clock):
    return Throttle(rate=1 / 6, burst=10, capacity=100, clock=clock)


def test_a_burst_is_borne_and_then_one_must_wait(throttle):
    for _ in range(9):
        assert not throttle.failed("a")
        assert throttle.wait("a") == 0
    assert throttle.failed("a")
    assert throttle.wait("a") == pytest.approx(6)


def test_waiting_earns_one_more_try_not_ten(throttle, clock):
    for _ in range(10):
        throttle.failed("a")
    clock.advance(6.01)
    assert throttle.wait("a") == 0
    assert throttle.failed("a")
    assert throttle.wait("a") > 5


def test_keys_do_not_wait_for_each_other(throttle):
    for _ in range(20):
        throttle.failed("a")
    assert throttle.wait("b") == 0


def test_after_long_quiet_the_whole_burst_is_back(throttle, clock):
    for _ in range(10):
        throttle.failed("a")
    clock.advance(60)
    assert [throttle.failed("a") for _ in range(10)] == [False] * 9 + [True]


def test_memory_is_bounded_and_the_recent_are_kept(throttle):
    for _ in range(10):
        throttle.failed("guesser")
    for number in range(500):
        throttle.failed(f"key-{number}")
        throttle.failed("guesser")
    assert len(throttle._arrivals) <= 100
    assert throttle.wait("guesser") > 0
