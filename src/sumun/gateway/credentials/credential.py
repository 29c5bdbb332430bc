"""What every credential looks like from a request that is about to be sent."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sumun.guard import Principal

Presented = Sequence[tuple[str, str]]
"""Headers that go with one request."""


class Credential(Protocol):
    """Shows one server who the gateway is, or for whom it asks."""

    async def present(self, method: str, principal: Principal | None) -> Presented:
        """Return the headers for one HTTP request.

        ``principal`` is for whom; ``None`` when the gateway itself asks.

        Raises
        ------
        UpstreamFailed
            If there is nothing to show.

        """

    async def answered(
        self,
        presented: Presented,
        status: int,
        headers: Mapping[str, str],
        principal: Principal | None,
    ) -> bool:
        """Take note of an answer; return whether to present anew and send once more.

        ``headers`` are looked up in small letters.
        """
