"""The numbers that every detector goes by, in one place to be written down and reviewed."""

from dataclasses import dataclass, field

from sumun.watch.detectors.audit_clock import AuditClock, AuditClockThresholds, AuditSilence
from sumun.watch.detectors.bulk_export import BulkExport, BulkExportThresholds
from sumun.watch.detectors.changed_tool import ChangedTool
from sumun.watch.detectors.credential_guessing import (
    CredentialGuessed,
    CredentialGuessing,
    CredentialGuessingThresholds,
)
from sumun.watch.detectors.distinct_subjects import DistinctSubjects, DistinctSubjectsThresholds
from sumun.watch.detectors.enumeration import Enumeration, EnumerationThresholds
from sumun.watch.detectors.honeytoken import Honeytoken
from sumun.watch.detectors.off_pattern import OffPattern, OffPatternThresholds
from sumun.watch.detectors.scope_probing import ScopeProbing, ScopeProbingThresholds
from sumun.watch.detectors.token_replay import TokenReplay
from sumun.watch.observation import Detector


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Thresholds by detector.

    ``cool_down``: seconds without suspicion after which an incident is over, and the same thing
    is a new one.
    """

    cool_down: float = 3600
    bulk_export: BulkExportThresholds = field(default_factory=BulkExportThresholds)
    distinct_subjects: DistinctSubjectsThresholds = field(
        default_factory=DistinctSubjectsThresholds
    )
    enumeration: EnumerationThresholds = field(default_factory=EnumerationThresholds)
    scope_probing: ScopeProbingThresholds = field(default_factory=ScopeProbingThresholds)
    credential_guessing: CredentialGuessingThresholds = field(
        default_factory=CredentialGuessingThresholds
    )
    off_pattern: OffPatternThresholds = field(default_factory=OffPatternThresholds)
    audit_clock: AuditClockThresholds = field(default_factory=AuditClockThresholds)


def standard_detectors(thresholds: Thresholds) -> tuple[Detector, ...]:
    """Make one of each detector."""
    return (
        Honeytoken(),
        ChangedTool(),
        TokenReplay(),
        BulkExport(thresholds.bulk_export),
        DistinctSubjects(thresholds.distinct_subjects),
        Enumeration(thresholds.enumeration),
        OffPattern(thresholds.off_pattern),
        ScopeProbing(thresholds.scope_probing),
        CredentialGuessing(thresholds.credential_guessing),
        CredentialGuessed(thresholds.credential_guessing),
        AuditClock(thresholds.audit_clock),
        AuditSilence(thresholds.audit_clock),
    )
