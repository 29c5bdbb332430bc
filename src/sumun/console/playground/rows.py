"""What the page says of each candidate."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sumun.console.entity_words import entity_in_words
from sumun.console.language import Language
from sumun.console.playground.play import Choices, Outcome
from sumun.console.rendering import Translate, translator
from sumun.detection.entities import ENTITIES
from sumun.detection.explanation import Judgement
from sumun.detection.finding import Finding

_NAMED: Final = 3
"""How many things a piece of text might also have been are told one by one."""

_TELLING: Final = 0.1

_REASONS: Final = {
    "check": "Its check digit is wrong.",
    "shape": "No such value is ever given out.",
    "placeholder": "It only stands where a secret will be.",
    "overlap": "Something surer was found in the same place.",
    "allowed": "The settings say that it is never reported.",
}


class Candidate(NamedTuple):
    """One thing that a piece of text might have been."""

    label: str
    entity_type: str
    category: str
    score: str
    why: list[str]
    rule: str


class Row(NamedTuple):
    """A piece of text, and what was thought of it.

    Attributes
    ----------
    value, masked:
        The piece.
    where:
        Its JSON path, or its place in the text.
    best:
        What it was taken for; or, if it was dropped, what it is most like.
    others:
        What else it might have been; the first few.
    more:
        How many there are besides.

    """

    number: int
    value: str
    masked: str
    where: str
    best: Candidate
    others: list[Candidate]
    more: int
    score: float


class Rows:
    """Puts an outcome into words of one language."""

    def __init__(self, choices: Choices, outcome: Outcome, language: Language) -> None:
        self._choices = choices
        self._outcome = outcome
        self._language = language
        self._translate: Translate = translator(language)

    def kept(self) -> list[Row]:
        """Return a row for every finding."""
        beside: dict[int, list[Judgement]] = {}
        for each in self._outcome.explanation.dropped:
            if each.lost_to is not None:
                beside.setdefault(id(each.lost_to), []).append(each)
        rows = []
        for number, each in enumerate(self._outcome.explanation.kept):
            others = sorted(beside.get(id(each.finding), ()), key=_surest)
            value, masked = self._outcome.values[number]
            rows.append(self._row(number, value, masked, each, others))
        return rows

    def in_order(self) -> list[int]:
        """Return the numbers of the findings as they come in what is shown."""
        shown = [each.number for each in self._outcome.seen if each.number is not None]
        return list(dict.fromkeys(shown))

    def dropped(self) -> list[Row]:
        """Return a row for every piece of text in which nothing was found after all."""
        alone = [each for each in self._outcome.explanation.dropped if each.lost_to is None]
        rows: list[Row] = []
        for number, cluster in enumerate(_clusters(alone)):
            best, *others = sorted(cluster, key=_surest)
            value = self._text(best)
            rows.append(self._row(number, value, value, best, others))
        return rows

    def types(self) -> list[tuple[str, str, str, int]]:
        """Return entity type, name, category and count of what was found, in order."""
        counts: dict[str, int] = {}
        for each in self._outcome.explanation.kept:
            entity_type = each.finding.entity_type
            counts[entity_type] = counts.get(entity_type, 0) + 1
        return [
            (
                entity_type,
                entity_in_words(entity_type, self._language),
                ENTITIES[entity_type].category,
                count,
            )
            for entity_type, count in counts.items()
        ]

    def _row(
        self, number: int, value: str, masked: str, best: Judgement, others: Sequence[Judgement]
    ) -> Row:
        return Row(
            number + 1,
            value,
            masked,
            self._where(best),
            self._candidate(best),
            [self._candidate(each) for each in others[:_NAMED]],
            max(0, len(others) - _NAMED),
            best.finding.score,
        )

    def _candidate(self, judgement: Judgement) -> Candidate:
        finding = judgement.finding
        return Candidate(
            entity_in_words(finding.entity_type, self._language),
            finding.entity_type,
            ENTITIES[finding.entity_type].category,
            f"{finding.score:.2f}",
            self._why(judgement),
            finding.recognizer,
        )

    def _why(self, judgement: Judgement) -> list[str]:
        return self._why_kept(judgement) if judgement.kept else self._why_dropped(judgement)

    def _why_kept(self, judgement: Judgement) -> list[str]:
        translate, score, base = self._translate, judgement.finding.score, judgement.base
        said = []
        if judgement.form == "decoded":
            said.append(translate("It was written in another form, and shows once that is undone."))
        elif base >= self._choices.least:
            said.append(translate("Its form shows what it is: {base}.", base=f"{base:.2f}"))
        else:
            said.append(
                translate("Its form alone would not be enough: {base}.", base=f"{base:.2f}")
            )
        if judgement.check == "passed":
            said.append(translate("Its check digit is right."))
        elif judgement.check == "failed":
            said.append(translate("Its check digit is wrong, which makes it less sure."))
        if judgement.word:
            said.append(
                translate(
                    "“{word}” beside it adds {more}.",
                    word=judgement.word,
                    more=f"{score - base:.2f}",
                )
            )
        return said

    def _why_dropped(self, judgement: Judgement) -> list[str]:
        translate = self._translate
        if judgement.reason != "weak":
            return [translate(_REASONS[judgement.reason])]
        said = [
            translate(
                "It scores {score}, and {least} is asked for.",
                score=f"{judgement.finding.score:.2f}",
                least=f"{self._choices.least:.2f}",
            )
        ]
        if judgement.check == "passed":
            said.append(translate("Its check digit is right."))
        elif judgement.check == "failed":
            said.append(translate("Its check digit is wrong."))
        if judgement.word:
            said.append(translate("“{word}” beside it is not enough.", word=judgement.word))
        elif judgement.form != "function":
            said.append(translate("No word beside it says so."))
        return said

    def _where(self, judgement: Judgement) -> str:
        finding, leaf = judgement.finding, judgement.leaf
        if leaf is None:
            return f"{finding.start}\u2013{finding.end}"
        if leaf.is_key:
            return self._translate("{path} (the key)", path=leaf.path)
        return leaf.path

    def _text(self, judgement: Judgement) -> str:
        finding, leaf = judgement.finding, judgement.leaf
        whole = self._choices.text if leaf is None else leaf.text
        return whole[finding.start : finding.end]


def _clusters(judgements: Sequence[Judgement]) -> list[list[Judgement]]:
    """Return candidates, which are in order, by the piece of text that they overlap in."""
    clusters: list[list[Judgement]] = []
    at: object = None
    end = -1
    for each in judgements:
        here = None if each.leaf is None else (each.leaf.path, each.leaf.is_key)
        if not clusters or here != at or each.finding.start >= end:
            clusters.append([])
            at, end = here, 0
        clusters[-1].append(each)
        end = max(end, each.finding.end)
    return clusters


_ORDER: Final = {"allowed": 0, "overlap": 1, "weak": 2, "placeholder": 3, "check": 4, "shape": 5}


def _surest(judgement: Judgement) -> tuple[int, float, int]:
    finding: Finding = judgement.finding
    # A check digit, right or wrong, tells more than a shape.
    score = finding.score + (_TELLING if judgement.check != "none" else 0.0)
    return (_ORDER[judgement.reason], -score, finding.start - finding.end)
