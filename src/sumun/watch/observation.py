"""What passes between the watch and its detectors."""

from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from sumun.audit.event import Event
from sumun.watch.incident import Response, Severity

OUTCOMES = frozenset(
    {"tool_access", "resource_access", "prompt_access", "completion_access", "mcp_access"}
)
"""Events that say what of a server's data reached the caller. Their findings and subjects include
those of the arguments, so the intent (``tool_call``) is not counted as well."""

REVEAL = "reveal"
"""Values that a caller asked for. What is counted of data counts here once more than in the answer
that held them: whoever asks for values wants them."""


class Observation(msgspec.Struct, frozen=True, gc=False):
    """An event, when it happened (Unix seconds) and where it stands in the log."""

    event: Event
    at: float
    principal: tuple[str | None, str | None]
    seq: int | None = None


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """What a detector makes of an observation.

    ``about`` names who or what is suspected, where that is not the principal: there is one open
    incident for each. ``breach`` says that personal data may be in the wrong hands.
    """

    severity: Severity
    response: Response
    evidence: dict[str, Any]
    breach: bool = False
    about: str = ""


class Summary(NamedTuple):
    """What a detector concludes, one sentence by language, to be filled in from the evidence."""

    en: str
    ko: str

    def filled(self, evidence: dict[str, Any]) -> dict[str, str]:
        """Return the sentences by language."""
        return {"en": self.en.format(**evidence), "ko": self.ko.format(**evidence)}


class Detector(Protocol):
    """Looks for one kind of trouble in the stream of events."""

    @property
    def id(self) -> str:
        """A short name, as in :attr:`Incident.detector`."""

    @property
    def summary(self) -> Summary:
        """What it concludes."""

    @property
    def event_types(self) -> frozenset[str] | None:
        """The events it wants to see; ``None`` for all."""

    def examine(self, observation: Observation) -> Suspicion | None:
        """Take in one event."""


@runtime_checkable
class Listener(Detector, Protocol):
    """A detector that also concludes from there being no events."""

    def listen(self, now: float) -> Suspicion | None:
        """Judge the silence up to ``now``."""
