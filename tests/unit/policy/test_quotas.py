import pytest

from sumun.policy import Context, Policy, PolicyError, Quotas, Usage

KIM = Context("crm", "find", "agent", "kim")


class Clock:
    now = 1_000_000.0

    def __call__(self):
        return self.now


class Meter:
    """A policy's limits with a clock that is set by hand."""

    def __init__(self, limit, capacity=1_000_000):
        self.policy = Policy.parse(f'version = 1\n[[limit]]\nname = "n"\n{limit}')
        self.clock = Clock()
        self.quotas = Quotas(clock=self.clock, capacity=capacity)

    def take(self, direction="arguments", *, who=KIM, size=0, findings=(), people=()):
        usage = Usage(direction, lambda: size, dict(findings), lambda: people)
        exceeded = self.quotas.take(self.policy.resolve(who).limits, who, usage)
        return exceeded.wait if exceeded else 0


def test_calls_are_counted_in_any_period():
    meter = Meter('calls = 3\nperiod = "minute"')
    for _ in range(3):
        assert meter.take() == 0
        meter.clock.now += 10
    assert 30 <= meter.take() <= 32
    assert meter.take("results", size=5) == 0
    meter.clock.now += 32
    assert meter.take() == 0
    assert meter.take() > 0


def test_no_period_ever_has_more_than_is_allowed():
    meter = Meter('calls = 10\nperiod = "minute"')
    passed = []
    for _ in range(2000):
        meter.clock.now += 0.37
        if not meter.take():
            passed.append(meter.clock.now)
    assert len(passed) > 100
    assert all(later - earlier >= 60 for earlier, later in zip(passed, passed[10:], strict=False))


def test_bytes_count_by_direction_and_a_full_count_stops_calls_before_they_run():
    meter = Meter('bytes = 100\nperiod = "hour"\ndirection = "results"')
    assert meter.take(size=1000) == 0
    assert meter.take("results", size=60) == 0
    assert meter.take("results", size=60) > 0
    assert meter.take("results", size=40) == 0
    assert meter.take(size=1) > 0
    meter.clock.now += 3700
    assert meter.take(size=1) == 0


def test_findings_are_those_of_the_data_that_is_named():
    meter = Meter('findings = 5\nperiod = "day"\ncategory = "contact"')
    assert meter.take("results", findings={"KR_RRN": 100, "EMAIL_ADDRESS": 5}) == 0
    assert meter.take("results", findings={"KR_RRN": 100}) == 0
    assert meter.take("results", findings={"PHONE_NUMBER": 1}) > 0


def test_people_count_once_however_often_they_are_seen():
    meter = Meter('subjects = 3\nperiod = "hour"')
    assert meter.take("results", people=["a", "b"]) == 0
    meter.clock.now += 1800
    assert meter.take("results", people=["b", "c"]) == 0
    assert meter.take(people=["a", "b", "c"]) == 0
    assert meter.take("results", people=["d"]) == 3600
    meter.clock.now += 3600
    assert meter.take("results", people=["d", "e", "f"]) == 0
    assert meter.take("results", people=["1", "2", "3", "4"]) == 3600


def test_what_is_refused_is_counted_nowhere():
    meter = Meter('findings = 5\nperiod = "day"\n[[limit]]\ncalls = 1\nperiod = "minute"')
    assert meter.take(findings={"PERSON": 2}) == 0
    for _ in range(5):
        assert meter.take(findings={"PERSON": 2}) > 0
    meter.clock.now += 70
    assert meter.take(findings={"PERSON": 3}) == 0


@pytest.mark.parametrize(
    ("per", "other", "apart"),
    [
        ("principal", Context("crm", "find", "agent", "lee"), True),
        ("principal", Context("mail", "send", "agent", "kim"), False),
        ("client", Context("crm", "find", "agent", "lee"), False),
        ("client", Context("crm", "find", "other", "kim"), True),
        ("subject", Context("crm", "find", "other", "kim"), False),
        ("tenant", Context("crm", "find", "other", "lee"), False),
        ("tenant", Context("crm", "find", "agent", "kim", tenant="blue"), True),
        ("tool", Context("crm", "find", "other", "lee"), False),
        ("tool", Context("crm", "drop", "agent", "kim"), True),
        ("server", Context("crm", "drop", "other", "lee"), False),
        ("server", Context("mail", "find", "agent", "kim"), True),
    ],
)
def test_who_has_a_count_of_their_own(per, other, apart):
    meter = Meter(f'calls = 1\nperiod = "day"\nper = "{per}"')
    assert meter.take() == 0
    assert (meter.take(who=other) == 0) is apart


def test_a_limit_is_for_the_calls_it_names():
    meter = Meter('calls = 1\nperiod = "day"\ntool = "drop*"')
    assert [meter.take() for _ in range(3)] == [0, 0, 0]
    drop = Context("crm", "drop_all", "agent", "kim")
    assert meter.take(who=drop) == 0
    assert meter.take(who=drop) > 0


def test_memory_is_bounded_and_the_quiet_are_forgotten_first():
    meter = Meter('subjects = 1000\nperiod = "day"', capacity=500)
    for number in range(50):
        who = Context("crm", "find", "agent", f"user{number}")
        assert meter.take("results", who=who, people=[str(each) for each in range(100)]) == 0
    assert len(meter.quotas) <= 601


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ('period = "day"', "give one of calls, bytes, findings, subjects"),
        ('calls = 1\nbytes = 2\nperiod = "day"', "give one of calls, bytes, findings, subjects"),
        ("calls = 1", "period is missing: one of minute, hour, day"),
        ('calls = 0\nperiod = "day"', "calls must be from 1 to"),
        ('subjects = 100001\nperiod = "day"', "subjects must be from 1 to 100000"),
        ('calls = 1\nperiod = "day"\nper = "planet"', 'unknown per "planet"'),
        ('calls = 1\nperiod = "day"\nentity = "email"', "entity says nothing of calls"),
        ('calls = 1\nperiod = "day"\ndirection = "results"', "direction says nothing of calls"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(limit, message):
    with pytest.raises(PolicyError) as caught:
        Policy.parse(f"version = 1\n[[limit]]\n{limit}")
    assert message in str(caught.value)
