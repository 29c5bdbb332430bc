from sumun.gateway.upstreams.backoff import Backoff


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def backoff(clock, **settings):
    return Backoff(first=1.0, longest=8.0, clock=clock, chance=lambda: 1.0, **settings)


def test_pauses_double_up_to_the_longest():
    tried = backoff(Clock())
    waits = []
    for _ in range(6):
        tried.failed()
        waits.append(tried.wait)
    assert waits == [1, 2, 4, 8, 8, 8]


def test_some_failures_are_free_and_success_forgets():
    clock = Clock()
    tried = backoff(clock, free=2)
    tried.failed()
    tried.failed()
    assert (tried.wait, tried.tripped) == (0, False)
    tried.failed()
    assert (tried.wait, tried.tripped) == (1, True)
    tried.succeeded()
    assert (tried.wait, tried.tripped) == (0, False)


def test_one_tries_for_all():
    clock = Clock()
    tried = backoff(clock)
    tried.trying(5)
    assert tried.wait == 0
    tried.failed()
    clock.now += 1
    assert tried.wait == 0
    tried.trying(5)
    assert tried.wait == 5


def test_pauses_are_of_different_length():
    clock = Clock()
    early = Backoff(first=1.0, clock=clock, chance=lambda: 0.0)
    early.failed()
    assert early.wait == 0.5


def test_what_failed_long_ago_is_forgotten():
    clock = Clock()
    tried = backoff(clock)
    assert tried.forgotten
    tried.failed()
    assert not tried.forgotten
    clock.now += 9.5
    assert tried.forgotten
