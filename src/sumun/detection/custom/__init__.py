"""What a deployment adds to detection: recognizers, values always or never found, decoys. Pure."""

from sumun.detection.custom.detector import CustomDetector
from sumun.detection.custom.gitleaks import RulesError, read_gitleaks
from sumun.detection.custom.pattern import UnusablePattern
from sumun.detection.custom.recognizers import CHECKSUMS, custom_recognizer
from sumun.detection.custom.values import HONEYTOKEN, Allowed, exact_recognizers

__all__ = [
    "CHECKSUMS",
    "HONEYTOKEN",
    "Allowed",
    "CustomDetector",
    "RulesError",
    "UnusablePattern",
    "custom_recognizer",
    "exact_recognizers",
    "read_gitleaks",
]
