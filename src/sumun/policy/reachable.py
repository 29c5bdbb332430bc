"""Finding rules that can never apply: a rule that is written and does nothing deceives."""

from collections.abc import Iterator, Sequence
from typing import Final

from sumun.detection.entities import ENTITIES
from sumun.policy.model import AccessRule, Direction, Rule
from sumun.policy.when import covers_paths

_OTHERS: Final = "*"
"""Stands for every entity type that may still be added."""


def unreachable_rules(rules: Sequence[Rule]) -> Iterator[tuple[int, str]]:
    """Yield line and reason of every rule whose every case goes to an earlier one."""
    cases = [_cases(rule) for rule in rules]
    for number, rule in enumerate(rules):
        left = set(cases[number])
        takers = []
        for earlier, taken in zip(rules[:number], cases, strict=False):
            if (
                earlier.min_score <= rule.min_score
                and covers_paths(earlier.arguments, rule.arguments)
                and not left.isdisjoint(taken)
                and earlier.when.covers(rule.when)
            ):
                takers.append(earlier.name)
                left -= taken
        if not left:
            yield rule.line, _message("rule", rule.name, takers)


def unreachable_access(rules: Sequence[AccessRule]) -> Iterator[tuple[int, str]]:
    """Yield line and reason of every access rule that an earlier one covers."""
    for number, rule in enumerate(rules):
        for earlier in rules[:number]:
            if earlier.when.covers(rule.when):
                yield rule.line, _message("access", rule.name, [earlier.name])
                break


def _cases(rule: Rule) -> set[tuple[Direction, str]]:
    entities = {*ENTITIES, _OTHERS} if rule.data.entities is None else rule.data.entities
    return {(direction, entity) for direction in rule.directions for entity in entities}


def _message(kind: str, name: str, takers: list[str]) -> str:
    earlier = ", ".join(f'"{taker}"' for taker in takers)
    return f'{kind} "{name}": can never apply, because {earlier} before it always does; move it up'
