"""Someone tries credentials until one fits."""

from dataclasses import dataclass

from sumun.watch.incident import Response, Severity
from sumun.watch.ledger import Ledger
from sumun.watch.observation import Observation, Summary, Suspicion
from sumun.watch.rates import SlidingCount

_NOT_GUESSING = frozenset(
    {
        *("invalid_request", "invalid_scope", "invalid_target"),
        *("unsupported_grant_type", "unauthorized_client", "temporarily_unavailable"),
    }
)
"""Token errors (RFC 6749 §5.2, RFC 8707 §2) that no guess of a secret or code gives."""


@dataclass(frozen=True, slots=True)
class CredentialGuessingThresholds:
    """Refused credentials per client, and per source, in ``window`` seconds."""

    window: float = 300
    failures: int = 10


class CredentialGuessing:
    """Many refusals at the token endpoint, for one client or from one source.

    Where the endpoint's own brake caught on (``detail.braked``), that is enough: it lets no more
    guesses through to be counted.

    The answer is an alert and not the client's quarantine: anyone can guess at anyone's secret.
    """

    id = "credential_guessing"
    summary = Summary(
        en="{failures} credentials were refused within {window} s.",
        ko="{window}초 동안 자격 증명이 {failures}번 거부되었습니다.",
    )
    event_types = frozenset({"token_refused"})

    def __init__(self, thresholds: CredentialGuessingThresholds) -> None:
        self._thresholds = thresholds
        self._failures = Ledger(lambda: SlidingCount(thresholds.window))

    def examine(self, observation: Observation) -> Suspicion | None:
        """Count a refusal against its client and against its source."""
        event = observation.event
        if event.reason in _NOT_GUESSING:
            return None
        worst, suspect = 0.0, ""
        for kind, name in (("client", event.client_id), ("source", event.source)):
            if name is None:
                continue
            failures = self._failures[(kind, name)].add(observation.at)
            if failures > worst:
                worst, suspect = failures, f"{kind} {name}"
        braked = event.detail is not None and event.detail.get("braked") is True
        if not suspect or (worst < self._thresholds.failures and not braked):
            return None
        return Suspicion(
            severity=Severity.HIGH,
            response=Response.ALERT,
            about=suspect,
            evidence={
                "failures": round(worst),
                "window": round(self._thresholds.window),
                "source": event.source,
            },
        )


class CredentialGuessed:
    """A token issued right after many refusals, to the same client at the same source."""

    id = "credential_guessed"
    summary = Summary(
        en="After {failures} refused credentials within {window} s, one was accepted.",
        ko="{window}초 동안 자격 증명이 {failures}번 거부된 뒤 한 번 받아들여졌습니다.",
    )
    event_types = frozenset({"token_refused", "token_issued"})

    def __init__(self, thresholds: CredentialGuessingThresholds) -> None:
        self._thresholds = thresholds
        self._failures = Ledger(lambda: SlidingCount(thresholds.window))

    def examine(self, observation: Observation) -> Suspicion | None:
        """Count a refusal, or see whether an issue follows too many."""
        event = observation.event
        issued = event.event_type == "token_issued"
        if not issued and event.reason in _NOT_GUESSING:
            return None
        key = (event.client_id, event.source)
        # Those who never failed need no place in the ledger.
        if issued and key not in self._failures:
            return None
        failures = self._failures[key].add(observation.at, 0 if issued else 1)
        if not issued or failures < self._thresholds.failures:
            return None
        return Suspicion(
            severity=Severity.CRITICAL,
            response=Response.REVOKE,
            breach=True,
            evidence={
                "failures": round(failures),
                "window": round(self._thresholds.window),
                "source": event.source,
            },
        )
