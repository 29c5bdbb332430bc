"""Reads the event stream and concludes incidents: detectors, simulation, report."""

from sumun.watch.incident import Incident, Response, Severity
from sumun.watch.observation import Detector, Observation, Suspicion
from sumun.watch.thresholds import Thresholds, standard_detectors
from sumun.watch.watch import Watch

__all__ = [
    "Detector",
    "Incident",
    "Observation",
    "Response",
    "Severity",
    "Suspicion",
    "Thresholds",
    "Watch",
    "standard_detectors",
]
