"""The log's own clock, and its silence."""

import pytest

from sumun.watch.detectors.audit_clock import AuditClock, AuditClockThresholds, AuditSilence

START = 1_767_600_000.0


@pytest.fixture
def thresholds():
    return AuditClockThresholds(step=5, silence=900, gaps=200)


class TestAuditClock:
    def test_fires_on_a_step_back(self, watch_with, thresholds, at, fed):
        watch = watch_with(AuditClock(thresholds))
        (incident,) = fed(watch, [at(100, "tool_call"), at(40, "tool_call"), at(41, "tool_call")])
        assert incident.evidence == {"step": 60.0}

    def test_a_batch_may_be_a_little_out_of_order(self, watch_with, thresholds, at, fed):
        watch = watch_with(AuditClock(thresholds))
        assert fed(watch, [at(100, "tool_call"), at(95.5, "tool_call"), at(9999, "x")]) == []


class TestAuditSilence:
    def test_fires_when_a_busy_log_falls_silent(self, watch_with, thresholds, at, fed):
        watch = watch_with(AuditSilence(thresholds))
        assert fed(watch, [at(n, "tool_call") for n in range(300)]) == []
        assert watch.tick(START + 1100) == []
        (incident,) = watch.tick(START + 1300)
        assert incident.evidence == {"silence": 1001, "usual_gap": 1.0}
        assert watch.tick(START + 1360) == [], "the same silence"

    def test_a_quiet_log_may_be_silent(self, watch_with, thresholds, at, fed):
        watch = watch_with(AuditSilence(thresholds))
        fed(watch, [at(60 * n, "tool_call") for n in range(300)])
        assert watch.tick(START + 300 * 60 + 3 * 3600) == []

    def test_a_new_log_may_be_silent(self, watch_with, thresholds, at, fed):
        watch = watch_with(AuditSilence(thresholds))
        assert watch.tick(START + 10_000) == []
        fed(watch, [at(n, "tool_call") for n in range(50)])
        assert watch.tick(START + 10_000) == []

    def test_the_clock_is_asked_when_no_time_is_given(self, watch_with, thresholds, at, fed):
        watch = watch_with(AuditSilence(thresholds))
        fed(watch, [at(n - 5000, "tool_call") for n in range(300)])
        assert len(watch.tick()) == 1
