"""What another policy would have done with calls that were made."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from sumun.policy.conditions import Circumstances
from sumun.policy.limiter import RateLimiter
from sumun.policy.model import DIRECTIONS, Direction
from sumun.policy.policy import Policy
from sumun.policy.quotas import Quotas, Usage
from sumun.policy.resolved import Resolved
from sumun.policy.when import Context

EXAMPLES: Final = 3


class PastCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call as the log remembers it: who called what, and what was found; never a value.

    ``found`` counts findings by entity type, ``sizes`` are bytes, ``people`` are keyed hashes.
    """

    correlation_id: str
    context: Context
    here: Circumstances
    found: Mapping[Direction, Mapping[str, int]]
    sizes: Mapping[Direction, int] = {}
    people: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What would be otherwise for calls that are alike.

    Attributes
    ----------
    what:
        ``access``, ``arguments`` or ``results``.
    entity:
        The entity type; empty where it is about the call.
    before, after:
        An action, ``allowed``, ``denied`` or ``limited``.
    rule_before, rule_after:
        By which rules.
    calls, findings:
        How many there were.
    examples:
        Correlation ids of some of them.

    """

    server: str
    tool: str
    what: str
    entity: str
    before: str
    after: str
    rule_before: str
    rule_after: str
    calls: int
    findings: int
    examples: tuple[str, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls were looked at, how many would go otherwise, and how."""

    calls: int
    changed: int
    changes: tuple[Change, ...]


class _Verdict(msgspec.Struct, frozen=True):
    """What becomes of a call, or of findings in it, and by which rule."""

    outcome: str
    rule: str


class _Judged(msgspec.Struct, frozen=True):
    access: _Verdict
    data: dict[tuple[Direction, str], _Verdict]


_Key = tuple[str, str, str, str, _Verdict, _Verdict]


class Comparer:
    """Replays calls, oldest first, against two policies."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self._before, self._after = _Replay(before), _Replay(after)
        self._calls: Counter[_Key] = Counter()
        self._findings: Counter[_Key] = Counter()
        self._examples: dict[_Key, list[str]] = {}
        self._seen = self._changed = 0

    def add(self, call: PastCall) -> None:
        """Replay a call."""
        differences = list(_differences(call, self._before.judge(call), self._after.judge(call)))
        self._seen += 1
        self._changed += bool(differences)
        for key, findings in differences:
            self._calls[key] += 1
            self._findings[key] += findings
            examples = self._examples.setdefault(key, [])
            if len(examples) < EXAMPLES and call.correlation_id:
                examples.append(call.correlation_id)

    def result(self) -> Comparison:
        """Return what would be otherwise, what concerns most calls first."""
        changes = tuple(self._change(key, calls) for key, calls in self._calls.most_common())
        return Comparison(calls=self._seen, changed=self._changed, changes=changes)

    def _change(self, key: _Key, calls: int) -> Change:
        server, tool, what, entity, before, after = key
        return Change(
            server=server,
            tool=tool,
            what=what,
            entity=entity,
            before=before.outcome,
            after=after.outcome,
            rule_before=before.rule,
            rule_after=after.rule,
            calls=calls,
            findings=self._findings[key],
            examples=tuple(self._examples[key]),
        )


def _differences(call: PastCall, was: _Judged, will: _Judged) -> Iterator[tuple[_Key, int]]:
    where = (call.context.server, call.context.tool)
    if was.access.outcome != will.access.outcome:
        yield (*where, "access", "", was.access, will.access), 0
        return
    for (direction, entity), verdict in was.data.items():
        other = will.data[direction, entity]  # there too: access is the same
        if verdict.outcome != other.outcome:
            count = call.found[direction][entity]
            yield (*where, direction, entity, verdict, other), count


class _Replay:
    """A policy with its limits, at the time of each call."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._now = 0.0
        self._limiter = RateLimiter(policy.limits, clock=lambda: self._now)
        self._quotas = Quotas(clock=lambda: self._now)

    def judge(self, call: PastCall) -> _Judged:
        """Return what becomes of a call; where it is refused, nothing is said of its data."""
        policy, self._now = self._policy, call.here.at
        resolved = policy.resolve(call.context, call.here)
        access = policy.access(resolved, call.context, call.here)
        enforce = policy.mode == "enforce"
        if not access.allowed and (enforce or access.scopes):
            return _Judged(_Verdict("denied", access.rule), {})
        limit = self._passed_limit(call, resolved)
        if limit and enforce:
            return _Judged(_Verdict("limited", limit), {})
        data = {}
        for direction in DIRECTIONS:
            for entity in call.found.get(direction, ()):
                choice = resolved.choose(direction, entity)
                action = choice.action.value if enforce else "allow"
                data[direction, entity] = _Verdict(action, choice.rule)
        return _Judged(_Verdict("allowed", access.rule), data)

    def _passed_limit(self, call: PastCall, resolved: Resolved) -> str:
        if self._limiter.wait(call.context.client_id, call.context.subject):
            return "calls_per_minute"
        if not resolved.limits:
            return ""
        for direction in DIRECTIONS:
            exceeded = self._quotas.take(
                resolved.limits,
                call.context,
                Usage(
                    direction,
                    lambda: call.sizes.get(direction, 0),  # noqa: B023 - called at once
                    call.found.get(direction, {}),
                    lambda: call.people,
                ),
            )
            if exceeded:
                return exceeded.limit.name
        return ""
