"""A call goes in, a protected call comes out: the heart."""

from sumun.guard.approval_store import Approval, ApprovalSpent
from sumun.guard.approvals import Approvals, may_decide
from sumun.guard.call import Admitted, Call, FindSchema, Question, Reason, Refusal, Released
from sumun.guard.checks import Check, Unmet
from sumun.guard.guard import Guard
from sumun.guard.past_calls import PastCalls, count_hits, loaded_at, record_loading
from sumun.guard.principal import IN_ASGI_SCOPE, Principal
from sumun.guard.records import Observer
from sumun.guard.revealing import Asked, CannotReveal, Revealed, Revealer
from sumun.guard.rooms import Rooms, add_cedar, check_data, read_policy
from sumun.guard.vault import purge_vault

__all__ = [
    "IN_ASGI_SCOPE",
    "Admitted",
    "Approval",
    "ApprovalSpent",
    "Approvals",
    "Asked",
    "Call",
    "CannotReveal",
    "Check",
    "FindSchema",
    "Guard",
    "Observer",
    "PastCalls",
    "Principal",
    "Question",
    "Reason",
    "Refusal",
    "Released",
    "Revealed",
    "Revealer",
    "Rooms",
    "Unmet",
    "add_cedar",
    "check_data",
    "count_hits",
    "loaded_at",
    "may_decide",
    "purge_vault",
    "read_policy",
    "record_loading",
]
