"""How much of a call counts against the limits of a policy."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from sumun.detection import LeafFindings
from sumun.guard.call import Admitted
from sumun.policy import Direction, Exceeded, Policy, Quotas, Usage


class LimitReached(Exception):
    """The call would pass a limit; in ``wait`` whole seconds it would not."""

    def __init__(self, exceeded: Exceeded) -> None:
        super().__init__(exceeded.limit.name)
        self.rule = exceeded.limit.name
        self.wait = whole_seconds(exceeded.wait)


class Volume:
    """Counts what goes through a guard."""

    def __init__(self, policy: Policy) -> None:
        self._enforce = policy.mode == "enforce"
        self._quotas = Quotas()

    def count(
        self,
        admitted: Admitted,
        direction: Direction,
        value: Any,
        raw: bytes | None,
        leaves: Iterable[LeafFindings] = (),
    ) -> None:
        """Count what goes in a direction, with what was found in it.

        Raises
        ------
        LimitReached
            If that is too much, and not only observed; then nothing was counted.

        """
        limits = admitted.resolved.limits
        if not limits:
            return
        found = Counter(finding.entity_type for leaf in leaves for finding in leaf.findings)
        usage = Usage(
            direction,
            lambda: len(msgspec.json.encode(value) if raw is None else raw),
            found,
            admitted.subjects.hashes if found else tuple,
        )
        exceeded = self._quotas.take(limits, admitted.context, usage)
        if exceeded is None:
            return
        reached = LimitReached(exceeded)
        admitted.rules[reached.rule] += 1
        if self._enforce:
            raise reached
        admitted.actions.add("observe")


def whole_seconds(wait: float) -> int:
    """Return for how many seconds somebody is told to wait."""
    return max(1, round(wait + 0.5))
