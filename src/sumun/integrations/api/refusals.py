"""How a plain API says no (RFC 9457)."""

from typing import Final

import msgspec
from starlette.responses import Response

from sumun.guard import Refusal

_STATUS: Final = {"limited": 429, "unrecorded": 503}
"""What is not 403 for a reason of the guard's."""


class Refused(Exception):
    """A request or an answer that goes no further.

    Attributes
    ----------
    status:
        HTTP status.
    reason:
        One word, for programs.
    message:
        For people, without the data itself.
    retry_after:
        Seconds; 0 where waiting does not help.

    """

    def __init__(self, status: int, reason: str, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.retry_after = retry_after

    @classmethod
    def by_guard(cls, refusal: Refusal) -> "Refused":
        """Return the guard's refusal as HTTP has it."""
        status = _STATUS.get(refusal.reason, 403)
        return cls(status, refusal.reason, refusal.message, refusal.retry_after)

    def response(self) -> Response:
        """Return the answer."""
        body = {"title": self.message, "status": self.status, "reason": self.reason}
        wait = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        return Response(
            msgspec.json.encode(body),
            self.status,
            media_type="application/problem+json",
            headers={"Cache-Control": "no-store", **wait},
        )
