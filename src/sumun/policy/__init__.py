"""Which rule applies to which call: documents, matching, explaining. Pure."""

from sumun.action import Action
from sumun.policy.cedar import CedarMissing, CedarPolicies
from sumun.policy.comparison import Change, Comparer, Comparison, PastCall
from sumun.policy.conditions import NOWHERE, Circumstances
from sumun.policy.document import PolicyError
from sumun.policy.explanation import Explanation, Step
from sumun.policy.limiter import RateLimiter
from sumun.policy.model import (
    EVERY_SCOPE,
    SCOPES_RULE,
    Access,
    ApprovalRule,
    Choice,
    Direction,
    Limit,
    Limits,
    TestResult,
    Tokens,
)
from sumun.policy.patterns import matches_any
from sumun.policy.policy import DEFAULT_DOCUMENT, Policy
from sumun.policy.quotas import Exceeded, Quotas, Usage
from sumun.policy.resolved import Resolved
from sumun.policy.when import Context, Mismatch, When

__all__ = [
    "DEFAULT_DOCUMENT",
    "EVERY_SCOPE",
    "NOWHERE",
    "SCOPES_RULE",
    "Access",
    "Action",
    "ApprovalRule",
    "CedarMissing",
    "CedarPolicies",
    "Change",
    "Choice",
    "Circumstances",
    "Comparer",
    "Comparison",
    "Context",
    "Direction",
    "Exceeded",
    "Explanation",
    "Limit",
    "Limits",
    "Mismatch",
    "PastCall",
    "Policy",
    "PolicyError",
    "Quotas",
    "RateLimiter",
    "Resolved",
    "Step",
    "TestResult",
    "Tokens",
    "Usage",
    "When",
    "matches_any",
]
