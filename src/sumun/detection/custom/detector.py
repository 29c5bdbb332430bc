"""A detector that knows more than the library does."""

from collections.abc import Iterable

from sumun.detection.custom.values import Allowed
from sumun.detection.detector import Detector
from sumun.detection.entities import canonical
from sumun.detection.overlaps import Candidate
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers import RECOGNIZERS


class CustomDetector(Detector):
    """Finds what :class:`~sumun.detection.Detector` does, and what a deployment adds to it.

    Parameters
    ----------
    added:
        Recognizers beside the library's own; they are looked for whatever ``entities`` says, and
        where both find the same span theirs is what is reported.
    allowed:
        Values that are never reported.
    entities, min_score:
        As for :class:`~sumun.detection.Detector`.

    """

    def __init__(
        self,
        added: Iterable[Recognizer] = (),
        *,
        allowed: Iterable[Allowed] = (),
        entities: Iterable[str] | None = None,
        min_score: float = 0.5,
    ) -> None:
        wanted = None if entities is None else {canonical(name) for name in entities}
        known = [each for each in RECOGNIZERS if wanted is None or each.entity_type in wanted]
        added = tuple(added)
        super().__init__(
            min_score=min_score,
            recognizers=(*known, *added),
            preferred=(each.name for each in added),
        )
        self._allowed = tuple(each for each in allowed if each)

    def _scan(self, text: str) -> list[Candidate]:
        return [
            (start, end, min(1.0, score), entity_type, name)
            for start, end, score, entity_type, name in super()._scan(text)
            if not self.allows(entity_type, text[start:end])
        ]

    def allows(self, entity_type: str, value: str) -> bool:
        """Tell whether a value is on an allow-list."""
        return any(each.has(entity_type, value) for each in self._allowed)
