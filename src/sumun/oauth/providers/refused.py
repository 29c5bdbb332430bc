"""Why signing in at a provider led to nothing."""

from typing import Literal

Reason = Literal[
    "unknown_request",  # no such state here, or used, or of another browser
    "issuer",  # the answer is not of whom was asked (RFC 9207)
    "cancelled",  # the person said no there
    "unreachable",  # the provider cannot be asked
    "refused",  # it does not redeem the code
    "token",  # its ID token is not as it must be
    "unlinked",  # nobody here is linked with that account
    "linked_elsewhere",  # somebody else here is
    "disabled",  # the person is let in no longer
    "last",  # unlinking would leave no way in
]


class UpstreamRefused(Exception):
    """Nobody is signed in; ``detail`` is for the operator, and holds nothing secret."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
