"""Why it failed: each authorization attempt as a person can follow it, found by a reference.

What happened is noted as it happens (:mod:`recorder`), kept for a while without secrets
(:mod:`trace`), and read with what to do next (:mod:`advice`).
"""

from sumun.oauth.traces.recorder import Traces, with_reference
from sumun.oauth.traces.trace import Outcome, Stage, Step, Trace, find_trace, list_traces

__all__ = [
    "Outcome",
    "Stage",
    "Step",
    "Trace",
    "Traces",
    "find_trace",
    "list_traces",
    "with_reference",
]
