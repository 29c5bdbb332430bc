"""A policy, worked out for one caller of one tool."""

from collections.abc import Sequence

from sumun.action import Action
from sumun.detection.entities import ENTITIES
from sumun.policy.model import (
    DEFAULT_RULE,
    DIRECTIONS,
    SCOPES_RULE,
    Access,
    AccessRule,
    Choice,
    Direction,
    Rule,
)
from sumun.policy.patterns import covers_scope, matches_any, reaches_server
from sumun.policy.reading import Document
from sumun.policy.when import Context


class _Choices(dict[str, Choice]):
    """Choices by entity type; one that nobody has named has the choice of the others."""

    def __init__(self, others: Choice) -> None:
        super().__init__()
        self._others = others

    def __missing__(self, entity_type: str) -> Choice:
        return self._others


class Resolved:
    """What a policy says of one context, looked up in constant time."""

    __slots__ = ("_access", "_choices", "_restores", "approvals", "limits", "restores_any")

    def __init__(self, context: Context, document: Document) -> None:
        self._access = decide_access(context, document.access)
        self._choices = {
            direction: _choices(context, document.rules, direction, document.defaults[direction])
            for direction in DIRECTIONS
        }
        self._restores = [rule for rule in document.restore if rule.when.applies(context)]
        self.restores_any = bool(self._restores)
        self.approvals = tuple(rule for rule in document.approvals if rule.when.applies(context))
        self.limits = tuple(limit for limit in document.quotas if limit.when.applies(context))

    def access(self) -> Access:
        """Return whether the tool may be called."""
        return self._access

    def choose(
        self, direction: Direction, entity_type: str, score: float = 1.0, argument: str = ""
    ) -> Choice:
        """Return what is done with a finding of an entity type in a direction.

        ``argument`` is where in the arguments it is: ``to``, ``recipients[0].email``.
        """
        choice = self._choices[direction][entity_type]
        return choice if choice.otherwise is None else choice.of(score, argument)

    def ladder(self, direction: Direction, entity_type: str) -> Choice:
        """Return the choice for the surest findings, with those for the others behind it."""
        return self._choices[direction][entity_type]

    def restores(self, entity_type: str, argument: str = "") -> bool:
        """Tell whether tokens of an entity type are turned back in an argument."""
        return bool(self.restorer(entity_type, argument))

    def restorer(self, entity_type: str, argument: str = "") -> str:
        """Return the rule that turns tokens of an entity type back in an argument, or nothing."""
        for rule in self._restores:
            if rule.data.includes(entity_type) and (
                not rule.arguments or matches_any(rule.arguments, argument)
            ):
                return rule.name
        return ""


def _choices(
    context: Context, rules: Sequence[Rule], direction: Direction, default: Action
) -> _Choices:
    applying = [
        rule for rule in rules if direction in rule.directions and rule.when.applies(context)
    ]
    others = _choice([rule for rule in applying if rule.data.entities is None], default)
    named = {name for rule in applying for name in rule.data.entities or ()}
    found = _Choices(others)
    found.update(dict.fromkeys(ENTITIES, others))
    for name in named:
        found[name] = _choice([rule for rule in applying if rule.data.includes(name)], default)
    return found


def _choice(rules: Sequence[Rule], default: Action) -> Choice:
    """Return the choice of the first rule, and for what it does not mean those of the next."""
    choice = Choice(default, DEFAULT_RULE)
    for rule in reversed(rules):
        otherwise = choice if rule.min_score or rule.arguments else None
        choice = Choice(rule.action, rule.name, rule.min_score, otherwise, rule.arguments)
    return choice


def decide_access(context: Context, rules: Sequence[AccessRule]) -> Access:
    """Decide whether a tool may be called: the first rule that applies, and then the scopes.

    A scope is needed also where a rule allows. Where a rule denies, but an earlier one would have
    allowed the same with one more scope, that scope is what would help. The scopes of a refusal
    are all that the call needs, also those granted already: a new token replaces the old one.
    """
    needed, granted = _needed_scope(context)
    helpful: tuple[str, ...] = ()
    for rule in rules:
        mismatch = rule.when.mismatch(context)
        if mismatch is not None:
            if rule.allow and mismatch.field == "scope" and not helpful:
                helpful = tuple(word for word in rule.when.scope if "*" not in word)[:1]
            continue
        if rule.allow:
            return _by_scope(needed, granted, rule.name)
        if helpful:
            return Access(False, rule.name, "insufficient_scope", (needed, *helpful))
        return Access(False, rule.name, "denied")
    return _by_scope(needed, granted, SCOPES_RULE)


def _by_scope(needed: str, granted: bool, rule: str) -> Access:
    if not granted:
        return Access(False, SCOPES_RULE, "insufficient_scope", (needed,))
    return Access(True, rule, "allowed")


def _needed_scope(context: Context) -> tuple[str, bool]:
    """Return the scope that a call needs, and whether it was granted."""
    if not context.tool:
        reached = any(reaches_server(granted, context.server) for granted in context.scopes)
        return f"mcp:{context.server}", reached
    needed = f"mcp:{context.server}:{context.tool}"
    return needed, any(covers_scope(granted, needed) for granted in context.scopes)
