"""Bulk export, distinct subjects, enumeration, off-pattern tools, decoys."""

import pytest

from sumun.watch.detectors.bulk_export import BulkExport, BulkExportThresholds
from sumun.watch.detectors.distinct_subjects import DistinctSubjects, DistinctSubjectsThresholds
from sumun.watch.detectors.enumeration import Enumeration, EnumerationThresholds
from sumun.watch.detectors.honeytoken import Honeytoken
from sumun.watch.detectors.off_pattern import OffPattern, OffPatternThresholds

DAY = 86_400


@pytest.fixture
def access(at):
    def make(seconds, **fields):
        return at(
            seconds, "tool_access", **{"client_id": "c", "user_id": "u", "tool_name": "t", **fields}
        )

    return make


class TestBulkExport:
    @pytest.fixture
    def watch(self, watch_with):
        return watch_with(BulkExport(BulkExportThresholds(window=600, floor=100, ceiling=1000)))

    def test_fires_above_the_floor(self, watch, access, fed):
        events = [
            access(second, entities={"EMAIL_ADDRESS": 6, "KR_RRN": 4}) for second in range(20)
        ]
        (incident,) = fed(watch, events)
        assert incident.evidence == {"findings": 110, "limit": 100, "window": 600, "tool": "t"}
        assert incident.response == "revoke"
        assert incident.clock

    def test_values_that_were_asked_for_count(self, watch, at, fed):
        who = {"client_id": "c", "user_id": "u", "tool_name": "reveal"}
        events = [at(second, "reveal", entities={"PERSON": 20}, **who) for second in range(10)]
        (incident,) = fed(watch, events)
        assert incident.evidence["tool"] == "reveal"

    def test_what_is_spread_over_time_or_principals_is_not_an_export(self, watch, access, fed):
        slow = [access(60 * minute, entities={"PERSON": 5}) for minute in range(600)]
        many = [
            access(36_000 + number, client_id=str(number), entities={"PERSON": 90})
            for number in range(50)
        ]
        assert fed(watch, slow + many) == []

    def test_what_is_usual_for_someone_is_not_an_export(self, watch, access, fed):
        for day in range(1, 21):
            incidents = fed(
                watch,
                [access(1200 * day, entities={"PERSON": 90})],
            )
            assert incidents == []
        assert fed(watch, [access(26_000, entities={"PERSON": 200})]) == []
        assert len(fed(watch, [access(26_001, entities={"PERSON": 200})])) == 1

    def test_intents_are_not_counted_twice(self, watch, at, fed):
        events = [at(n, "tool_call", client_id="c", entities={"PERSON": 90}) for n in range(10)]
        assert fed(watch, events) == []


class TestDistinctSubjects:
    @pytest.fixture
    def watch(self, watch_with):
        return watch_with(
            DistinctSubjects(DistinctSubjectsThresholds(window=600, floor=20, ceiling=60))
        )

    def test_fires_on_many_people(self, watch, access, fed):
        (incident,) = fed(watch, [access(n, subjects=[f"s{n}"]) for n in range(30)])
        assert incident.evidence["subjects"] == 21
        assert incident.severity.name == "HIGH"

    def test_the_same_people_again_are_not_many(self, watch, access, fed):
        assert fed(watch, [access(n, subjects=[f"s{n % 20}"]) for n in range(500)]) == []

    def test_many_people_over_a_day_are_not_many(self, watch, access, fed):
        assert fed(watch, [access(60 * n, subjects=[f"s{n}"]) for n in range(1440)]) == []

    def test_a_patient_climb_ends_at_the_ceiling(self, watch, access, fed):
        incidents = []
        for window in range(200):
            people = [f"s{window}/{n}" for n in range(15 + window)]
            incidents += fed(watch, [access(601 * window, subjects=people)])
        assert len(incidents) == 1
        assert incidents[0].evidence["limit"] <= 60


class TestEnumeration:
    @pytest.fixture
    def watch(self, watch_with):
        return watch_with(Enumeration(EnumerationThresholds(window=600, calls=20, fresh=0.9)))

    def test_fires_when_nobody_comes_up_twice(self, watch, access, fed):
        (incident,) = fed(watch, [access(n, subjects=[f"a{n}", f"b{n}"]) for n in range(25)])
        assert incident.evidence == {
            "calls": 20, "fresh": 20, "missed": 0, "window": 600, "tool": "t",
        }  # fmt: skip

    def test_gaps_in_the_numbering_count(self, watch, access, fed):
        events = [
            access(n, reason="tool_error") if n % 3 else access(n, subjects=[f"a{n}"])
            for n in range(25)
        ]
        (incident,) = fed(watch, events)
        assert incident.evidence["missed"] == 13

    def test_work_comes_back_to_the_same_people(self, watch, access, fed):
        events = [access(n, subjects=[f"a{n // 3}", "city"]) for n in range(200)]
        assert fed(watch, events) == []

    def test_a_broken_tool_is_not_a_walk(self, watch, access, fed):
        assert fed(watch, [access(n, reason="tool_error") for n in range(200)]) == []

    def test_lists_are_not_steps(self, watch, access, fed):
        events = [access(n, subjects=[f"{n}/{m}" for m in range(25)]) for n in range(200)]
        assert fed(watch, events) == []

    def test_slow_calls_are_not_a_walk(self, watch, access, fed):
        assert fed(watch, [access(60 * n, subjects=[f"a{n}"]) for n in range(200)]) == []

    def test_resources_of_one_server_are_one_thing_to_walk(self, watch, at, fed):
        events = [
            at(n, "resource_access", client_id="c", server="crm", tool_name=f"crm://{n}",
               subjects=[f"a{n}"])
            for n in range(25)
        ]  # fmt: skip
        (incident,) = fed(watch, events)
        assert incident.evidence["tool"] == "resources/read"


class TestOffPattern:
    @pytest.fixture
    def watch(self, watch_with):
        return watch_with(OffPattern(OffPatternThresholds(learning=DAY, calls=50)))

    @pytest.fixture
    def habit(self, access):
        return [access(2 * DAY / 60 * n) for n in range(60)]

    def test_fires_on_sensitive_data_through_a_new_tool(self, watch, access, fed, habit):
        new = access(2 * DAY + 1, tool_name="payroll", entities={"KR_RRN": 1, "CREDIT_CARD": 2})
        (incident,) = fed(watch, [*habit, new, new])
        assert incident.evidence["categories"] == "financial, government_id"
        assert incident.evidence["known"] == 1
        assert incident.response == "alert"

    def test_contact_data_through_a_new_tool_is_nothing(self, watch, access, fed, habit):
        new = access(2 * DAY + 1, tool_name="directory", entities={"EMAIL_ADDRESS": 5})
        assert fed(watch, [*habit, new]) == []

    def test_while_learning_everything_is_new(self, watch, access, fed):
        early = [access(n, tool_name=f"t{n}", entities={"KR_RRN": 1}) for n in range(200)]
        few = [access(2 * DAY, client_id="rare", tool_name=f"t{n}", entities={"KR_RRN": 1})
               for n in range(40)]  # fmt: skip
        assert fed(watch, early + few) == []

    def test_known_tools_may_return_sensitive_data(self, watch, access, fed, habit):
        assert fed(watch, [*habit, access(2 * DAY + 1, entities={"KR_RRN": 1})]) == []


class TestHoneytoken:
    @pytest.mark.parametrize("event_type", ["tool_access", "token_refused", "anything"])
    def test_once_is_enough(self, watch_with, at, event_type):
        (incident,) = watch_with(Honeytoken()).feed(at(0, event_type, detail={"honeytoken": True}))
        assert incident.severity.name == "CRITICAL"
        assert incident.response == "revoke"

    @pytest.mark.parametrize("detail", [None, {}, {"honeytoken": False}, {"honeytoken": "no"}])
    def test_other_events_are_none(self, watch_with, at, detail):
        assert watch_with(Honeytoken()).feed(at(0, "tool_access", detail=detail)) == []
