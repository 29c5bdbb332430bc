"""Reads the event stream and concludes incidents: detectors, simulation, report."""

from sumun.watch.incident import Incident, Response, Severity
from sumun.watch.observation import Detector, Observation, Suspicion
from sumun.watch.report import Report, security_report
from sumun.watch.simulation import KINDS, SimulationReport, scripted_burst, simulate
from sumun.watch.thresholds import Thresholds, standard_detectors
from sumun.watch.watch import Watch

__all__ = [
    "KINDS",
    "Detector",
    "Incident",
    "Observation",
    "Report",
    "Response",
    "Severity",
    "SimulationReport",
    "Suspicion",
    "Thresholds",
    "Watch",
    "scripted_burst",
    "security_report",
    "simulate",
    "standard_detectors",
]
