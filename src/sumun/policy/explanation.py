"""Why a policy does what it does, as data and in words."""

from typing import Final, Literal, NamedTuple

import msgspec

from sumun.action import Action
from sumun.detection.entities import ENTITIES
from sumun.policy.conditions import Circumstances
from sumun.policy.model import (
    DEFAULT_RULE,
    DENIED,
    Access,
    Direction,
    Mode,
    Named,
    Rule,
)
from sumun.policy.patterns import matches_any
from sumun.policy.reading import Document
from sumun.policy.when import Context, Mismatch

Language = Literal["en", "ko"]


class Step(msgspec.Struct, frozen=True):
    """One rule that was tried: it applied, or ``mismatch`` says what kept it from it.

    One with a ``min_score`` applies to what is found with that score, and the next are tried for
    the rest.
    """

    rule: str
    line: int
    applied: bool
    mismatch: Mismatch | None = None
    min_score: float = 0.0


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """How a policy came to its choice.

    Attributes
    ----------
    action, rule, line:
        What is done with the surest finding, and the rule that says so; line 0 where none does.
    default:
        What is done where no rule applies.
    steps:
        The rules that were tried, in order; the last one applied to all that was left, unless
        that is for the default.
    access:
        Whether the tool may be called at all.
    mode:
        ``observe`` if the action would only be recorded.

    """

    source: str
    mode: Mode
    context: Context
    direction: Direction
    entity_type: str
    category: str
    action: Action
    default: Action
    rule: str
    line: int
    steps: tuple[Step, ...]
    access: Access

    def text(self, language: Language = "en") -> str:
        """Return the explanation in words, one line for each step."""
        words = _WORDS[language]
        place = f"{self.context.server}/{self.context.tool or '*'}"
        kind = f"{self.entity_type} ({self.category})" if self.category else self.entity_type
        where = words[self.direction]
        said = [words["headline"].format(kind=kind, where=where, place=place, action=self.action)]
        said.extend(
            f"  {number}. {self._step(step, words)}" for number, step in enumerate(self.steps, 1)
        )
        if self.rule == DEFAULT_RULE:
            said.append("  " + words["default"].format(where=where, action=self.default))
        elif self.steps[-1].mismatch is not None or self.steps[-1].min_score:
            said.append("  " + words["rest"].format(where=where, action=self.default))
        if self.mode == "observe":
            said.append(words["observe"])
        said.append(self._access(words))
        return "\n".join(said)

    def _step(self, step: Step, words: dict[str, str]) -> str:
        name = f'"{step.rule}" ({self.source}:{step.line})'
        if step.mismatch is None:
            said = "applies_from" if step.min_score else "applies"
            return words[said].format(rule=name, score=step.min_score)
        mismatch = step.mismatch
        return words["differs"].format(
            rule=name,
            field=words.get(mismatch.field, mismatch.field),
            wanted=", ".join(words.get(word, word) for word in mismatch.wanted),
            found=words.get(mismatch.found, mismatch.found) or "-",
        )

    def _access(self, words: dict[str, str]) -> str:
        return words[self.access.reason].format(
            rule=self.access.rule, scopes=" ".join(self.access.scopes)
        )


class FoundAt(NamedTuple):
    """What was found, and where."""

    direction: Direction
    entity_type: str
    argument: str = ""


def explain(
    document: Document, context: Context, here: Circumstances, finding: FoundAt, access: Access
) -> Explanation:
    """Try the rules one by one as resolving does, and note each."""
    steps = []
    direction, entity_type, _ = finding
    default = document.defaults[direction]
    action, decided, line = default, DEFAULT_RULE, 0
    for rule in document.rules:
        mismatch = _mismatch(rule, context, here, finding)
        steps.append(Step(rule.name, rule.line, mismatch is None, mismatch, rule.min_score))
        if mismatch is None:
            if decided == DEFAULT_RULE:
                action, decided, line = rule.action, rule.name, rule.line
            if not rule.min_score:
                break
    entity = ENTITIES.get(entity_type)
    return Explanation(
        source=document.source,
        mode=document.mode,
        context=context,
        direction=direction,
        entity_type=entity_type,
        category=entity.category if entity else "",
        action=action,
        default=default,
        rule=decided,
        line=line,
        steps=tuple(steps),
        access=access,
    )


def _mismatch(
    rule: Rule, context: Context, here: Circumstances, finding: FoundAt
) -> Mismatch | None:
    if finding.direction not in rule.directions:
        return Mismatch("direction", rule.directions, finding.direction)
    if not rule.data.includes(finding.entity_type):
        entity = ENTITIES.get(finding.entity_type)
        by_category = rule.data.field == "category" and entity is not None
        found = entity.category if entity and by_category else finding.entity_type
        return Mismatch(rule.data.field, rule.data.words, found)
    if rule.arguments and not matches_any(rule.arguments, finding.argument):
        return Mismatch("argument", rule.arguments, finding.argument)
    return rule.when.mismatch(context) or _unmet(rule, here)


def _unmet(rule: Named, here: Circumstances) -> Mismatch | None:
    field = rule.when.unmet(here, gives=rule.gives)
    if not field:
        return None
    found = {"network": here.address, "time": here.moment(), "given": ""}[field]
    return Mismatch(field, rule.when.conditions.words(field), found)


_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "headline": "{kind} in {where} of {place}: {action}",
        "applies": "{rule} applies",
        "applies_from": "{rule} applies to what is found with a score of at least {score}",
        "rest": "to the rest: the default for {where} is {action}",
        "differs": "{rule} does not apply: {field} is {wanted}, here {found}",
        "default": "no rule applies: the default for {where} is {action}",
        "observe": "mode is observe: this would be recorded, and nothing changed",
        "allowed": 'access: allowed by "{rule}"',
        DENIED: 'access: denied by "{rule}"',
        "insufficient_scope": "access: refused until these scopes are granted: {scopes}",
    },
    "ko": {
        "headline": "{place} {where}의 {kind}: {action}",
        "applies": "{rule} 적용됨",
        "applies_from": "{rule} 점수 {score} 이상으로 찾은 것에 적용됨",
        "rest": "나머지는 {where} 기본값을 따름: {action}",
        "differs": "{rule} 해당 없음: {field} 조건은 {wanted}, 실제 값은 {found}",
        "default": "적용되는 규칙이 없어 {where} 기본값을 따름: {action}",
        "observe": "관찰 모드: 기록만 하고 아무것도 바꾸지 않음",
        "allowed": '접근: "{rule}" 규칙에 따라 허용',
        DENIED: '접근: "{rule}" 규칙에 따라 거부',
        "insufficient_scope": "접근: 다음 스코프가 부여될 때까지 거부: {scopes}",
        "arguments": "인자",
        "results": "결과",
        "server": "서버",
        "tool": "도구",
        "client": "클라이언트",
        "subject": "주체",
        "scope": "스코프",
        "direction": "방향",
        "entity": "엔티티",
        "category": "범주",
        "argument": "인자 위치",
        "tenant": "테넌트",
        "acr": "로그인 강도",
        "network": "네트워크",
        "time": "시간",
        "given": "인자 값",
    },
}
_WORDS["en"] |= {word: word for word in ("arguments", "results")}
