import pytest

from sumun.audit.event import Event
from sumun.watch import Watch
from sumun.watch.incident import rfc3339

START = 1_767_600_000.0


@pytest.fixture
def at():
    """Make an event at so many seconds after the start."""

    def make(seconds, event_type, **fields):
        return Event(timestamp=rfc3339(START + seconds), event_type=event_type, **fields)

    return make


@pytest.fixture
def watch_with():
    """Make a watch with one detector."""

    def make(detector):
        return Watch([detector], clock=lambda: START)

    return make


@pytest.fixture
def fed():
    """Feed events and return the incidents."""

    def feed(watch, events):
        return [incident for event in events for incident in watch.feed(event)]

    return feed
