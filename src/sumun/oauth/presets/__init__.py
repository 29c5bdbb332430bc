"""Clients many people use: what to register them with where they do not register themselves."""

from sumun.oauth.presets.known import PRESETS
from sumun.oauth.presets.preset import Preset

__all__ = ["PRESETS", "Preset"]
