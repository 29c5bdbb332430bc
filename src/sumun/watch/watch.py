"""Events in, incidents out."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime

from sumun.audit.event import Event
from sumun.watch.incident import Incident, Severity, notification_clock
from sumun.watch.observation import Detector, Listener, Observation, Suspicion
from sumun.watch.thresholds import Thresholds, standard_detectors

_OPEN_KEPT = 10_000
_EVENT_TYPES_KEPT = 256


class Watch:
    """Reads the stream of events and concludes incidents. It does nothing about them itself.

    Parameters
    ----------
    detectors:
        What to look with; by default one of each, by ``thresholds``.
    clock:
        Unix seconds, for events without a timestamp and for :meth:`tick`.
    thresholds:
        The numbers to go by.

    """

    def __init__(
        self,
        detectors: Iterable[Detector] | None = None,
        clock: Callable[[], float] = time.time,
        *,
        thresholds: Thresholds | None = None,
    ) -> None:
        thresholds = thresholds or Thresholds()
        self._detectors = tuple(standard_detectors(thresholds) if detectors is None else detectors)
        self._listeners = tuple(
            detector for detector in self._detectors if isinstance(detector, Listener)
        )
        self._clock = clock
        self._cool_down = thresholds.cool_down
        self._by_event_type: dict[str, tuple[Detector, ...]] = {}
        self._read: tuple[str | None, float] = (None, 0.0)
        self._open: OrderedDict[tuple[object, ...], tuple[float, Severity]] = OrderedDict()

    def feed(self, event: Event, *, seq: int | None = None) -> list[Incident]:
        """Take in one event, in the order of the log, and return what it completes.

        ``seq`` is the event's place in the log, for the evidence.
        """
        interested = self._by_event_type.get(event.event_type)
        if interested is None:
            interested = self._interested(event.event_type)
        observation = Observation(
            event, self._time_of(event), (event.client_id, event.user_id), seq
        )
        incidents = []
        for detector in interested:
            suspicion = detector.examine(observation)
            if suspicion is not None:
                incident = self._conclude(detector, suspicion, observation)
                if incident is not None:
                    incidents.append(incident)
        return incidents

    def tick(self, now: float | None = None) -> list[Incident]:
        """Conclude from there being no events; call it now and then (every minute is plenty)."""
        at = self._clock() if now is None else now
        nothing = Observation(Event(event_type=""), at, (None, None))
        found = (
            self._conclude(listener, suspicion, nothing)
            for listener in self._listeners
            if (suspicion := listener.listen(at)) is not None
        )
        return [incident for incident in found if incident is not None]

    def _interested(self, event_type: str) -> tuple[Detector, ...]:
        interested = tuple(
            detector
            for detector in self._detectors
            if detector.event_types is None or event_type in detector.event_types
        )
        if len(self._by_event_type) < _EVENT_TYPES_KEPT:
            self._by_event_type[event_type] = interested
        return interested

    def _time_of(self, event: Event) -> float:
        # What was committed together has one time.
        if event.timestamp != self._read[0]:
            try:
                at = datetime.fromisoformat(event.timestamp).timestamp()
            except ValueError:
                return self._clock()
            self._read = (event.timestamp, at)
        return self._read[1]

    def _conclude(
        self, detector: Detector, suspicion: Suspicion, observation: Observation
    ) -> Incident | None:
        """Open an incident, unless one is open that is as bad."""
        key = (detector.id, suspicion.about or observation.principal)
        at = observation.at
        seen, severity = self._open.pop(key, (-self._cool_down, Severity.LOW))
        fresh = at - seen >= self._cool_down
        self._open[key] = (at, suspicion.severity if fresh else max(severity, suspicion.severity))
        if len(self._open) > _OPEN_KEPT:
            self._open.popitem(last=False)
        if not fresh and suspicion.severity <= severity:
            return None
        event = observation.event
        trace = {"seq": observation.seq, "correlation_id": event.correlation_id}
        evidence = {
            name: value
            for name, value in {**suspicion.evidence, **trace}.items()
            if value is not None
        }
        return Incident(
            detector=detector.id,
            severity=suspicion.severity,
            client_id=event.client_id,
            user_id=event.user_id,
            summary=detector.summary.filled(suspicion.evidence),
            evidence=evidence,
            opened_at=at,
            response=suspicion.response,
            clock=notification_clock(at) if suspicion.breach else {},
        )
