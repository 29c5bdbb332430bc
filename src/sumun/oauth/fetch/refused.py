"""Why something was not fetched."""

from typing import Final, Literal

FetchReason = Literal[
    "url",
    "unresolvable",
    "special_address",
    "unreachable",
    "certificate",
    "timeout",
    "redirect",
    "status",
    "media_type",
    "encoded",
    "too_large",
]

_OF_THE_NETWORK: Final = frozenset(
    {"unresolvable", "special_address", "unreachable", "certificate", "timeout"}
)
_PASSING: Final = frozenset({"unresolvable", "unreachable", "timeout"})
_SERVER_ERROR: Final = 500
_TOO_MANY_REQUESTS: Final = 429


class FetchRefused(Exception):
    """It was not fetched, or what came is not acceptable.

    Attributes
    ----------
    reason:
        The kind, for the record.
    status:
        The HTTP status where one came.

    """

    def __init__(self, reason: FetchReason, detail: str, *, status: int | None = None) -> None:
        super().__init__(detail)
        self.reason: FetchReason = reason
        self.status = status

    @property
    def passing(self) -> bool:
        """Whether trying again later may well succeed, so that an older copy may still serve."""
        return self.reason in _PASSING or (
            self.status is not None
            and (self.status >= _SERVER_ERROR or self.status == _TOO_MANY_REQUESTS)
        )

    @property
    def public(self) -> str:
        """What a stranger may be told: nothing about which names and addresses exist here."""
        return "it cannot be fetched" if self.reason in _OF_THE_NETWORK else str(self)
