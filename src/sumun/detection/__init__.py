"""What personal data and secrets look like: text in, findings out. Pure."""

from sumun.detection.detector import Detector
from sumun.detection.entities import CATEGORIES, ENTITIES, EntityType, canonical
from sumun.detection.finding import Finding
from sumun.detection.tree import Leaf, LeafFindings, NotJson, TooDeep, TooLarge, Unscannable

__all__ = [
    "CATEGORIES",
    "ENTITIES",
    "Detector",
    "EntityType",
    "Finding",
    "Leaf",
    "LeafFindings",
    "NotJson",
    "TooDeep",
    "TooLarge",
    "Unscannable",
    "canonical",
]
