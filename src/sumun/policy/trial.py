"""Trying every rule on a call made for it: a rule that is written and does nothing deceives.

The calls are put together from what the rule itself asks for, and go the way of any other. Other
rules that apply only under conditions are left out, for those need not hold, unless they hold
wherever those of the rule do.
"""

from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from sumun.detection.entities import ENTITIES
from sumun.policy.model import AccessRule, ApprovalRule, Limit, Named, RestoreRule
from sumun.policy.reading import Document
from sumun.policy.resolved import Resolved
from sumun.policy.when import Context, When

_MAX_TRIALS: Final = 32
_ANY: Final = "\ue000"
"""Stands for a star: no name has this character, so no other pattern means it by chance."""


def idle_rules(document: Document) -> Iterator[tuple[int, str]]:
    """Yield line and reason of every rule that decides nothing of what it was made for."""
    for rule in document.named:
        rival = _rival(document, rule)
        if rival:
            yield (
                rule.line,
                f'"{rule.name}": never decides; tried on calls it should mean, "{rival}" did',
            )


def _rival(document: Document, rule: Named) -> str:
    """Return what decides in the rule's stead; nothing if it decides, or that cannot be told."""
    standing = _standing(document, rule)
    rival = ""
    trials = _samples(rule.when)
    for context in islice(trials, _MAX_TRIALS):
        resolved = Resolved(context, standing)
        for rival in _deciders(resolved, rule):
            if rival == rule.name:
                return ""
    return "" if next(trials, None) else rival


def _standing(document: Document, rule: Named) -> Document:
    """Return the document with one rule and all that hold wherever its conditions do."""
    conditions = rule.when.conditions
    away = {other.name for other in document.named if not other.when.conditions.cover(conditions)}
    return document.without(away - {rule.name})


def _deciders(resolved: Resolved, rule: Named) -> Iterator[str]:
    """Yield by which rule each of the cases is decided that a rule means."""
    if isinstance(rule, AccessRule):
        yield resolved.access().rule
        return
    if isinstance(rule, Limit):
        yield from (limit.name for limit in resolved.limits)
        return
    if isinstance(rule, ApprovalRule):
        yield from (approval.name for approval in resolved.approvals)
        return
    entities = ENTITIES if rule.data.entities is None else rule.data.entities
    arguments = [_sample(pattern) for pattern in rule.arguments] or [""]
    for entity, argument in product((*entities, _ANY), arguments):
        if not rule.data.includes(entity):
            continue
        if isinstance(rule, RestoreRule):
            yield resolved.restorer(entity, argument)
            continue
        for direction in rule.directions:
            yield resolved.choose(direction, entity, rule.min_score, argument).rule


def _samples(when: When) -> Iterator[Context]:
    """Yield calls that a rule means, each with no more scope than it takes."""
    anyone = (_ANY,)
    for server, tool, client, subject, tenant, acr, scope in product(
        when.server or anyone,
        when.tool or anyone,
        when.client or anyone,
        when.subject or anyone,
        when.tenant or anyone,
        when.acr or anyone,
        when.scope or anyone,
    ):
        at, called = _sample(server), _sample(tool)
        yield Context(
            server=at,
            tool=called,
            client_id=_sample(client),
            subject=_sample(subject),
            scopes=frozenset({scope, f"mcp:{at}:{called}"}),
            tenant=_sample(tenant),
            acr=_sample(acr),
        )


def _sample(pattern: str) -> str:
    return pattern.replace("*", _ANY)
