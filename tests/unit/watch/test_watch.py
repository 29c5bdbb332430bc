import msgspec
import pytest

from sumun.audit.event import Event
from sumun.watch import Response, Severity, Watch
from sumun.watch.observation import Summary, Suspicion


class Suspicious:
    """Suspects every event, as badly as its tool's name says."""

    id = "suspicious"
    summary = Summary(en="{count} seen.", ko="{count}건.")
    event_types = frozenset({"tool_access"})

    def examine(self, observation):
        return Suspicion(
            severity=Severity[observation.event.tool_name or "LOW"],
            response=Response.ALERT,
            breach=True,
            evidence={"count": 3},
        )


@pytest.fixture
def watch(watch_with):
    return watch_with(Suspicious())


def test_an_incident_says_what_when_who_and_by_when(watch, at):
    event = at(0, "tool_access", client_id="c", user_id="u", correlation_id="r-1")
    (incident,) = watch.feed(event, seq=41)
    assert incident.as_dict() == {
        "detector": "suspicious",
        "severity": "low",
        "client_id": "c",
        "user_id": "u",
        "summary": {"en": "3 seen.", "ko": "3건."},
        "evidence": {"count": 3, "seq": 41, "correlation_id": "r-1"},
        "opened_at": "2026-01-05T08:00:00.000000Z",
        "response": "alert",
        "clock": {
            "GDPR Art. 33: supervisory authority": "2026-01-08T08:00:00.000000Z",
            "PIPA Art. 34: data subjects and the Commission": "2026-01-08T08:00:00.000000Z",
        },
    }


def test_an_incident_is_recorded_as_an_event(watch, at):
    (incident,) = watch.feed(at(0, "tool_access", client_id="c", user_id="u"))
    event = incident.as_event()
    assert (event.event_type, event.reason, event.action_taken) == (
        "incident",
        "suspicious",
        "alert",
    )
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event
    assert watch.feed(event) == []


def test_one_open_incident_for_each_principal_until_it_cooled_down(watch, at, fed):
    def seen(seconds, client="c", severity="LOW"):
        return at(seconds, "tool_access", client_id=client, tool_name=severity)

    assert len(fed(watch, [seen(0), seen(1), seen(2, "other"), seen(3000)])) == 2
    assert fed(watch, [seen(6500)]) == [], "suspicion went on: still the same incident"
    assert len(fed(watch, [seen(6501, severity="HIGH")])) == 1, "it got worse"
    assert fed(watch, [seen(6502, severity="HIGH"), seen(6503)]) == []
    assert len(fed(watch, [seen(6503 + 3600)])) == 1, "it was over"


def test_only_the_events_a_detector_wants_reach_it(watch, at):
    assert watch.feed(at(0, "tool_call")) == []


@pytest.mark.parametrize("timestamp", ["", "yesterday", "2026-13-01T00:00:00Z"])
def test_without_a_time_of_its_own_an_event_is_now(watch, timestamp):
    (incident,) = watch.feed(Event(timestamp=timestamp, event_type="tool_access"))
    assert incident.opened_at == 1_767_600_000.0


def test_memory_of_event_types_and_incidents_is_bounded(watch, at):
    for number in range(12_000):
        watch.feed(at(number / 100, f"kind-{number}"))
        watch.feed(at(number / 100, "tool_access", client_id=str(number)))
    assert len(watch._by_event_type) == 256
    assert len(watch._open) == 10_000


def test_an_empty_watch_sees_nothing(at):
    assert Watch([]).feed(at(0, "token_replayed")) == []
