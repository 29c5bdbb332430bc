"""A single-use credential was used twice."""

from sumun.watch.incident import Response, Severity
from sumun.watch.observation import Observation, Summary, Suspicion


class TokenReplay:
    """A refresh token or authorization code came back after it was spent.

    Either the client's copy or the one that was used first is stolen, and nobody can tell which
    (RFC 9700 §4.14.2), so the whole family goes.
    """

    id = "token_replay"
    summary = Summary(
        en="A spent refresh token or authorization code was presented again: "
        "one of its holders stole it.",
        ko="이미 사용된 갱신 토큰 또는 인가 코드가 다시 제시되었습니다. 탈취된 것입니다.",
    )
    event_types = frozenset({"token_replayed"})

    def examine(self, observation: Observation) -> Suspicion | None:
        """Conclude from the event itself."""
        event = observation.event
        return Suspicion(
            severity=Severity.HIGH,
            response=Response.REVOKE,
            breach=True,
            evidence={"reason": event.reason, "source": event.source},
        )
