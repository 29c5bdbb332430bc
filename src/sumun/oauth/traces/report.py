"""A trace as it is told to operators: plain values, times in UTC, and what to do next."""

from datetime import UTC, datetime
from typing import Any

from sumun.oauth.traces.advice import advice
from sumun.oauth.traces.trace import Step, Trace


def head(trace: Trace) -> dict[str, Any]:
    """Return whose attempt it is, and when it began."""
    return {
        "ref": trace.ref,
        "client_id": trace.client_id,
        "grant_id": trace.grant_id,
        "began": _when(trace.created_at),
    }


def step(noted: Step) -> dict[str, Any]:
    """Return what happened."""
    return {
        "at": _when(noted.noted_at // 1_000_000),
        "stage": noted.stage,
        "outcome": noted.outcome,
        "code": noted.code,
        "words": noted.words,
    }


def report(trace: Trace) -> dict[str, Any]:
    """Return the whole of it."""
    return {**head(trace), "steps": [step(each) for each in trace.steps], "next": advice(trace)}


def _when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
