"""Why there is no access token for a server upstream."""

from typing import Literal

Reason = Literal[
    "unreachable",  # it cannot be asked
    "metadata",  # what it says of itself is not as it must be
    "issuer",  # it is somebody else than it should be
    "refused",  # it says no
    "invalid_grant",  # what it was shown has ended
    "answer",  # its answer is not as it must be
    "cancelled",  # the person said no there
    "unknown_request",  # no such state here, or used, or of another browser
]


class TokenRefused(Exception):
    """There is none; ``detail`` is for the operator, and holds nothing secret."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason: Reason = reason
        self.detail = detail
