"""Models that read text: loaded from a path, given a time, and never downloaded."""

from sumun.models.detector import Examined, ModelDetector
from sumun.models.entry_points import GROUP, KINDS, prepare
from sumun.models.protocol import (
    ModelFailed,
    ModelSettings,
    ModelUnusable,
    Span,
    TextModel,
)
from sumun.models.runner import ModelRunner

__all__ = [
    "GROUP",
    "KINDS",
    "Examined",
    "ModelDetector",
    "ModelFailed",
    "ModelRunner",
    "ModelSettings",
    "ModelUnusable",
    "Span",
    "TextModel",
    "prepare",
]
