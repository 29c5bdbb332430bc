"""One round: what was pasted and chosen in, what is found and becomes of it out. Pure."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from time import perf_counter
from typing import Any, Final, NamedTuple

import msgspec

from sumun.console.playground.passages import Mark, Passage, in_json, in_text
from sumun.detection import CATEGORIES, Detector, Unscannable
from sumun.detection.explanation import Explainer, Explanation
from sumun.detection.finding import Finding
from sumun.protection import (
    Action,
    InvalidText,
    ProtectionError,
    ProtectionKeys,
    Protector,
    Rejected,
    Scope,
)

MAX_TEXT: Final = 20_000
"""Characters of the longest text that is looked at."""

_MAX_DEPTH: Final = 64
_DETECTORS: Final = 32
_SCOPE: Final = Scope("playground", "playground")
_REVERSIBLE: Final = frozenset({Action.TOKENIZE, Action.ENCRYPT})


class Choices(NamedTuple):
    """What a person pasted and chose.

    Attributes
    ----------
    text:
        Text or JSON.
    action:
        What is done with everything that is found.
    actions:
        What is done with single entity types instead.
    least:
        How sure a finding must be, 0 to 1.
    only:
        The category or entity type looked for; empty for all.

    """

    text: str = ""
    action: Action = Action.MASK
    actions: Mapping[str, Action] = {}
    least: float = 0.5
    only: str = ""

    def choose(self, finding: Finding) -> Action:
        """Return what is done with a finding."""
        return self.actions.get(finding.entity_type, self.action)


class Outcome(NamedTuple):
    """What came of it.

    Attributes
    ----------
    is_json:
        Whether the text was read as JSON.
    explanation:
        What was found and what was not.
    seconds:
        How long a scan alone took.
    seen, written, restored:
        What was pasted, what becomes of it, and what that is turned back into: with the number of
        the finding each passage is. Nothing is written if the call would be refused.
    values:
        Each finding as it stands in the text, and masked.
    refused:
        The entity type for which the call would be refused; empty if it would not.
    too_deep:
        Whether it could not be looked at.

    """

    is_json: bool = False
    explanation: Explanation = Explanation([], [])
    seconds: float = 0.0
    seen: Sequence[Passage] = ()
    written: Sequence[Passage] = ()
    restored: Sequence[Passage] = ()
    values: Sequence[tuple[str, str]] = ()
    refused: str = ""
    too_deep: bool = False

    @property
    def same(self) -> bool:
        """Whether what was turned back is what was pasted."""
        return _joined(self.restored) == _joined(self.seen)


class Play:
    """Plays rounds, under keys that are nobody else's and gone when the process ends."""

    def __init__(self) -> None:
        self._protector = Protector(ProtectionKeys("play", {"play": secrets.token_bytes(32)}))
        self._explainer = lru_cache(_DETECTORS)(_explainer)

    def round(self, choices: Choices) -> Outcome:
        """Look at a text, and do what was chosen."""
        detector, explainer = self._explainer(choices.only, choices.least)
        value = _parsed(choices.text)
        is_json = value is not None
        try:
            explanation = (
                explainer.explain_json(value) if is_json else explainer.explain_text(choices.text)
            )
            began = perf_counter()
            if is_json:
                detector.scan_json(value)
            else:
                detector.scan_text(choices.text)
            seconds = perf_counter() - began
        except Unscannable:
            return Outcome(too_deep=True)
        marks = [
            Mark(number, each.finding, each.leaf) for number, each in enumerate(explanation.kept)
        ]

        def show(marks: list[Mark]) -> list[Passage]:
            return list(in_json(value, marks) if is_json else in_text(choices.text, marks))

        outcome = Outcome(
            is_json=is_json,
            explanation=explanation,
            seconds=seconds,
            seen=show(marks),
            values=[self._value(choices.text, mark) for mark in marks],
        )
        return self._protect(choices, outcome, marks, show)

    def _protect(
        self,
        choices: Choices,
        outcome: Outcome,
        marks: list[Mark],
        show: Callable[[list[Mark]], list[Passage]],
    ) -> Outcome:
        try:
            written = [
                mark._replace(written=self._written(value, mark.finding, choices))
                for mark, (value, _) in zip(marks, outcome.values, strict=True)
            ]
        except Rejected as rejected:
            return outcome._replace(refused=rejected.entity_type)
        restored = [mark._replace(written=self._restored(mark, choices)) for mark in written]
        reverses = any(choices.choose(mark.finding) in _REVERSIBLE for mark in marks)
        return outcome._replace(written=show(written), restored=show(restored) if reverses else ())

    def _written(self, value: str, finding: Finding, choices: Choices) -> str | None:
        if choices.choose(finding) is Action.ALLOW:
            return None
        whole = msgspec.structs.replace(finding, start=0, end=len(value))
        try:
            return self._protector.protect_text(value, [whole], choices.choose, scope=_SCOPE)
        except InvalidText:
            return f"<{finding.entity_type}>"

    def _restored(self, mark: Mark, choices: Choices) -> str | None:
        if mark.written is None:
            return None
        action = choices.choose(mark.finding)
        with suppress(ProtectionError):  # a token that was pasted is not ours
            if action is Action.TOKENIZE:
                return self._protector.restore_text(mark.written, scope=_SCOPE)[0]
            if action is Action.ENCRYPT:
                return self._protector.decrypt_text(mark.written, scope=_SCOPE)
        return mark.written

    def _value(self, text: str, mark: Mark) -> tuple[str, str]:
        finding = mark.finding
        whole = text if mark.leaf is None else mark.leaf.text
        value = whole[finding.start : finding.end]
        return value, self._protector.replace(Action.MASK, finding.entity_type, value, scope=_SCOPE)


def policy_of(choices: Choices) -> str:
    """Return the policy document that does what was chosen."""
    rest = Action.ALLOW if choices.only else choices.action
    lines = ["version = 1", "", "[defaults]", f'arguments = "{rest}"', f'results = "{rest}"']
    by_action: dict[Action, list[str]] = {}
    for entity_type, action in choices.actions.items():
        if action is not choices.action:
            by_action.setdefault(action, []).append(entity_type)
    for action, entity_types in by_action.items():
        lines += ["", "[[rule]]", f"entity = {_words(entity_types)}", f'action = "{action}"']
    rest_of_it = set(CATEGORIES.get(choices.only, (choices.only,))) - choices.actions.keys()
    if choices.only and rest_of_it and choices.action is not Action.ALLOW:
        key = "category" if choices.only in CATEGORIES else "entity"
        lines += ["", "[[rule]]", f'{key} = "{choices.only}"', f'action = "{choices.action}"']
    return "\n".join(lines) + "\n"


def settings_of(choices: Choices) -> str:
    """Return the settings that make detection as sure as was chosen; nothing if it is already."""
    if choices.least == Choices().least:
        return ""
    return f"[detection]\nmin_score = {choices.least:g}\n"


def _joined(passages: Sequence[Passage]) -> str:
    return "".join(passage.text for passage in passages)


def _words(entity_types: list[str]) -> str:
    return "[" + ", ".join(f'"{each}"' for each in entity_types) + "]"


def _explainer(only: str, least: float) -> tuple[Detector, Explainer]:
    entities = None if not only else CATEGORIES.get(only, (only,))
    detector = Detector(entities, min_score=least, max_depth=_MAX_DEPTH)
    return detector, Explainer(detector)


def _parsed(text: str) -> Any:
    """Return the object or array that a text is in JSON, or nothing."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
