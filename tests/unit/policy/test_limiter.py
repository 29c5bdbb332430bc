from sumun.policy import Limits, RateLimiter


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


def limiter(rate, burst=0, capacity=100):
    clock = Clock()
    return RateLimiter(Limits(rate, burst), clock=clock, capacity=capacity), clock


def test_without_a_limit_nobody_waits_and_nothing_is_remembered():
    unlimited, _ = limiter(0)
    assert [unlimited.wait("agent") for _ in range(1000)] == [0.0] * 1000
    assert len(unlimited) == 0


def test_a_burst_passes_and_then_calls_pass_at_the_rate():
    limited, clock = limiter(60, burst=3)
    assert [limited.wait("agent") for _ in range(3)] == [0.0] * 3
    assert 0.9 < limited.wait("agent") <= 1.0
    clock.now += 1.0
    assert limited.wait("agent") == 0.0
    assert limited.wait("agent") > 0.9


def test_a_burst_is_a_minutes_worth_where_none_is_given():
    limited, _ = limiter(7)
    assert [limited.wait("agent") == 0.0 for _ in range(8)] == [True] * 7 + [False]


def test_a_refused_call_does_not_count():
    limited, clock = limiter(60, burst=1)
    assert limited.wait("agent") == 0.0
    for _ in range(100):
        assert limited.wait("agent") > 0
    clock.now += 1.0
    assert limited.wait("agent") == 0.0


def test_principals_do_not_share():
    limited, _ = limiter(60, burst=1)
    assert limited.wait("agent", "kim") == 0.0
    assert limited.wait("agent", "lee") == 0.0
    assert limited.wait("agent", "kim") > 0


def test_in_the_long_run_the_rate_holds():
    limited, clock = limiter(60, burst=10)
    passed = 0
    for _ in range(6000):
        passed += limited.wait("agent") == 0.0
        clock.now += 0.1
    assert 600 <= passed <= 610


def test_memory_is_bounded_and_the_longest_quiet_is_forgotten():
    limited, _ = limiter(60, burst=1, capacity=3)
    for name in ("a", "b", "c", "d"):
        assert limited.wait(name) == 0.0
    assert len(limited) == 3
    assert limited.wait("b") > 0
    assert limited.wait("a") == 0.0
