"""What finds data for a command: the library's detector, or the one a settings file describes."""

import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sumun.cli.failures import Failure
from sumun.cli.grammar import current_settings

if TYPE_CHECKING:
    from sumun.config import DetectionConfig
    from sumun.detection import Detector

_VARIABLES = "SUMUN_DETECTION"


class Finder(NamedTuple):
    """What finds data: a detector, made in whichever process asks, and the types to tell of."""

    detector: "Callable[[], Detector]"
    only: frozenset[str] | None


def finder(names: Iterable[str], min_score: float | None) -> Finder:
    """Return what finds the types, or those of the categories, that were named; or all.

    What a settings file adds to detection counts, where there is one.

    Raises
    ------
    Failure
        If there is no such type or category.
    ConfigurationError
        If the settings cannot be used.

    """
    wanted = entities(names, "--entities") or None
    settings = _settings()
    if settings is None:
        return Finder(partial(usual, wanted, 0.5 if min_score is None else min_score), wanted)
    config_file, chosen = settings
    least = chosen.min_score if min_score is None else min_score
    added = partial(configured, config_file, least)
    added()
    return Finder(added, wanted)


def usual(entities: frozenset[str] | None, min_score: float) -> "Detector":
    """Return the library's own detector."""
    from sumun.detection import Detector

    return Detector(entities, min_score=min_score)


def configured(config_file: Path | None, min_score: float) -> "Detector":
    """Return the detector that the settings describe for every server and tool.

    Raises
    ------
    ConfigurationError
        If they cannot be used.

    """
    from sumun.config import load
    from sumun.guard.detectors import Detectors

    overrides = {"mode": "development", "detection.min_score": min_score}
    return Detectors(load(config_file, overrides=overrides, serving=False)).everywhere


def entities(names: Iterable[str], option: str) -> frozenset[str]:
    """Return the types, and those of the categories, that an option names.

    Raises
    ------
    Failure
        If there is no such type or category.

    """
    from sumun.detection import CATEGORIES, canonical

    wanted: set[str] = set()
    for name in (part.strip() for each in names for part in each.split(",")):
        try:
            wanted.update(CATEGORIES.get(name) or (canonical(name),))
        except KeyError as error:
            raise Failure(f"{option}: {error.args[0]}") from None
    return frozenset(wanted)


def _settings() -> "tuple[Path | None, DetectionConfig] | None":
    """Return the settings file and what it says, if it says something of detection."""
    settings = current_settings()
    if settings.found_file is None and not any(name.startswith(_VARIABLES) for name in os.environ):
        return None
    from sumun.config import DetectionConfig

    chosen = settings.load_with({"mode": "development"}, serving=False).detection
    return None if chosen == DetectionConfig() else (settings.found_file, chosen)
