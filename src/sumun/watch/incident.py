"""What watch concluded from events."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

import msgspec

from sumun.audit.event import Event

NOTIFICATION_HOURS = 72
"""GDPR Art. 33(1); Personal Information Protection Act (Korea) Art. 34, Decree Art. 39 and 40."""


class Severity(IntEnum):
    """How bad, ordered."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Response(StrEnum):
    """What is to be done about an incident, mildest first."""

    ALERT = "alert"
    MASK_ALL = "mask_all"
    REVOKE = "revoke"
    QUARANTINE = "quarantine"


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """A conclusion and its evidence; never a raw value.

    Attributes
    ----------
    detector:
        The id of the detector that fired.
    summary:
        One sentence by language, ``en`` and ``ko``.
    evidence:
        Counts, times and sequence numbers in the audit log.
    opened_at:
        Unix seconds of the event that made it an incident.
    clock:
        Deadlines in Unix seconds by what is due, if personal data may have leaked; else empty.
    response:
        What it would do.

    """

    detector: str
    severity: Severity
    client_id: str | None
    user_id: str | None
    summary: dict[str, str]
    evidence: dict[str, Any]
    opened_at: float
    response: Response
    clock: dict[str, float] = {}

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data, times in RFC 3339."""
        return {
            "detector": self.detector,
            "severity": self.severity.name.lower(),
            "client_id": self.client_id,
            "user_id": self.user_id,
            "summary": self.summary,
            "evidence": self.evidence,
            "opened_at": rfc3339(self.opened_at),
            "response": self.response.value,
            "clock": {due: rfc3339(at) for due, at in self.clock.items()},
        }

    def as_event(self) -> Event:
        """Return the audit event that records it."""
        told = self.as_dict()
        return Event(
            event_type="incident",
            user_id=told.pop("user_id"),
            client_id=told.pop("client_id"),
            action_taken=told.pop("response"),
            reason=told.pop("detector"),
            detail=told,
        )


def notification_clock(opened_at: float) -> dict[str, float]:
    """Return what the law wants within 72 hours of becoming aware of a breach."""
    due = opened_at + NOTIFICATION_HOURS * 3600
    return {
        "GDPR Art. 33: supervisory authority": due,
        "PIPA Art. 34: data subjects and the Commission": due,
    }


def rfc3339(at: float) -> str:
    """Write Unix seconds as RFC 3339 in UTC, with microseconds."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
