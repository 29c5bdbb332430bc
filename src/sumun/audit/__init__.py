"""Events, the tamper-evident log, checkpoints, proofs."""

from sumun.audit.append import AuditDamaged, InvalidEvent
from sumun.audit.event import Event
from sumun.audit.log import AuditLog, AuditUnavailable, Status
from sumun.audit.reader import AuditReader, Proof
from sumun.audit.verify import Verification

__all__ = [
    "AuditDamaged",
    "AuditLog",
    "AuditReader",
    "AuditUnavailable",
    "Event",
    "InvalidEvent",
    "Proof",
    "Status",
    "Verification",
]
