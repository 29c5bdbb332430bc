"""What ``sumun doctor`` looks at: each check says what it found, and what to do about it."""

from typing import Literal

import msgspec

Status = Literal["ok", "warning", "failed", "skipped"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One finding.

    Attributes
    ----------
    name:
        What was looked at.
    status:
        ``warning`` and ``skipped`` fail nothing.
    detail:
        What was found.
    mend:
        What to do; empty if there is nothing to do.

    """

    name: str
    status: Status
    detail: str
    mend: str = ""


def passed(name: str, detail: str) -> Check:
    """Return a check that found all well."""
    return Check(name=name, status="ok", detail=detail)


def failed(name: str, detail: str, mend: str) -> Check:
    """Return a check that found a fault."""
    return Check(name=name, status="failed", detail=detail, mend=mend)


def warned(name: str, detail: str, mend: str = "") -> Check:
    """Return a check that found something to know."""
    return Check(name=name, status="warning", detail=detail, mend=mend)


def skipped(name: str, detail: str, mend: str = "") -> Check:
    """Return a check that could not be made, and why."""
    return Check(name=name, status="skipped", detail=detail, mend=mend)
