"""What some calls need beside the policy's leave: somebody's word, or a wider scope."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from sumun.guard.call import Admitted, Question, Reason

NOTHING_FOUND: Mapping[str, int] = {}


class Unmet(msgspec.Struct, frozen=True, kw_only=True):
    """Why a call may not go on.

    Attributes
    ----------
    reason, detail, scopes, retry_after, rule:
        As the refusal says them.
    entities:
        What the call is about, by entity type.
    told:
        What only this event has.
    question:
        What a person is to be asked.

    """

    reason: Reason
    detail: str
    scopes: tuple[str, ...] = ()
    retry_after: int = 0
    rule: str = ""
    entities: Mapping[str, int] = NOTHING_FOUND
    told: dict[str, Any] | None = None
    question: Question | None = None


Check = Callable[[Admitted], Awaitable[Unmet | None]]
"""Looks at a call whose parameters are protected, before it is recorded and goes on."""
