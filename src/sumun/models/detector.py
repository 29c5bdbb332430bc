"""A detector that asks models too."""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from sumun.detection import Detector, Finding, LeafFindings
from sumun.detection.overlaps import Candidate, without_overlaps
from sumun.detection.recognizer import END, KEY
from sumun.detection.tree import Tree
from sumun.models.gate import may_hold_any
from sumun.models.protocol import ModelFailed
from sumun.models.runner import ModelRunner

OnFailed = Callable[[ModelRunner, ModelFailed], None]
"""Is told of a model that failed; raises where that must not pass."""


_PART = re.compile(f"[^{KEY}{END}]+")


class Examined(msgspec.Struct, frozen=True):
    """What was found, and the names of the models that could not say."""

    leaves: list[LeafFindings]
    failed: tuple[str, ...] = ()


class ModelDetector(Detector):
    """Finds what rules find and what models find; where both do, the surer, then the longer.

    It waits for the models: never call it from an event loop.

    Parameters
    ----------
    models:
        The models, each asked of the texts that are worth its time.
    rules:
        The detector whose rules count too, by default all that come with the library. Its types,
        limits and allow-lists count for the models as well.

    """

    def __init__(self, models: Sequence[ModelRunner], rules: Detector | None = None) -> None:
        self.rules = rules or Detector()
        self.models = tuple(models)
        super().__init__(
            self.rules.entities,
            min_score=self.rules.min_score,
            max_depth=self.rules.max_depth,
            max_length=self.rules.max_length,
            recognizers=self.rules.recognizers,
        )

    def scan_text(self, text: str) -> list[Finding]:
        """Return what is in a text.

        Raises
        ------
        TooLarge
            If the text is longer than ``max_length``.
        ModelFailed
            If a model could not say, unless its failure is to pass.

        """
        candidates = self._by_rules(text)
        self._ask([(0, text)], candidates, _raised)
        return [
            Finding(entity_type, start, end, score, name)
            for start, end, score, entity_type, name in without_overlaps(candidates)
        ]

    def scan_tree(self, value: object, *, skip: frozenset[str] = frozenset()) -> list[LeafFindings]:
        """Return what is in a JSON value, by leaf; models read every key and string by itself.

        Raises
        ------
        Unscannable
            If the value is too deep, too large, or not JSON, or a model could not say and its
            failure is not to pass.

        """
        return self.examine(value, _raised, skip=skip).leaves

    def examine(
        self, value: object, on_failed: OnFailed, *, skip: frozenset[str] = frozenset()
    ) -> Examined:
        """Return what is in a JSON value, and which models could not say.

        Raises
        ------
        Unscannable
            If the value is too deep, too large, or not JSON, or ``on_failed`` raises it.

        """
        tree = Tree(value, skip, max_depth=self.max_depth, max_length=self.max_length)
        candidates = self._by_rules(tree.text)
        failed = self._ask(list(_parts(tree.text)), candidates, on_failed)
        return Examined(tree.locate(without_overlaps(candidates)), failed)

    def is_clean(self, raw: bytes) -> bool:
        """Tell whether neither a rule nor a model could find anything in this JSON text."""
        return self.rules.is_clean(raw) and not may_hold_any(raw)

    def allows(self, entity_type: str, value: str) -> bool:
        """Tell whether a value is on an allow-list."""
        return self.rules.allows(entity_type, value)

    def _by_rules(self, text: str) -> list[Candidate]:
        return [
            (found.start, found.end, found.score, found.entity_type, found.recognizer)
            for found in self.rules.scan_text(text)
        ]

    def _ask(
        self, texts: list[tuple[int, str]], out: list[Candidate], on_failed: OnFailed
    ) -> tuple[str, ...]:
        failed = []
        for model in self.models:
            asked = [(at, text) for at, text in texts if model.reads(text)]
            if not asked:
                continue
            try:
                answers = model.find([text for _, text in asked])
            except ModelFailed as error:
                on_failed(model, error)
                failed.append(model.name)
                continue
            for (at, text), spans in zip(asked, answers, strict=True):
                out.extend(
                    (at + start, at + end, score, entity_type, model.name)
                    for start, end, entity_type, score in spans
                    if score >= self.min_score and self._wants(entity_type, text[start:end])
                )
        return tuple(failed)

    def _wants(self, entity_type: str, value: str) -> bool:
        asked = self.entities is None or entity_type in self.entities
        return asked and not self.allows(entity_type, value)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the keys and values of a tree's text, and where each begins."""
    for part in _PART.finditer(text):
        yield part.start(), part[0]


def _raised(model: ModelRunner, error: ModelFailed) -> None:
    if model.on_failure != "pass":
        raise error
