from collections.abc import Callable

import pytest

from sumun.detection import Detector

Found = Callable[[str], list[tuple[str, str]]]


@pytest.fixture(scope="session")
def detector() -> Detector:
    return Detector()


@pytest.fixture(scope="session")
def found(detector: Detector) -> Found:
    """Return ``(entity type, value)`` of everything found in a text."""

    def find(text: str) -> list[tuple[str, str]]:
        return [
            (each.entity_type, text[each.start : each.end]) for each in detector.scan_text(text)
        ]

    return find
