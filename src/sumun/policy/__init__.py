"""Which rule applies to which call: documents, matching, explaining. Pure."""

from sumun.action import Action
from sumun.policy.document import PolicyError
from sumun.policy.explanation import Explanation, Step
from sumun.policy.limiter import RateLimiter
from sumun.policy.model import (
    Access,
    Choice,
    Context,
    Direction,
    Limits,
    Mismatch,
    TestResult,
    Tokens,
)
from sumun.policy.policy import DEFAULT_DOCUMENT, Policy
from sumun.policy.resolved import Resolved

__all__ = [
    "DEFAULT_DOCUMENT",
    "Access",
    "Action",
    "Choice",
    "Context",
    "Direction",
    "Explanation",
    "Limits",
    "Mismatch",
    "Policy",
    "PolicyError",
    "RateLimiter",
    "Resolved",
    "Step",
    "TestResult",
    "Tokens",
]
