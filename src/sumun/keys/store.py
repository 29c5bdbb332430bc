"""What a place for sealed key material promises."""

from collections.abc import Callable, Hashable
from typing import Protocol


class SealedStore(Protocol):
    """Named secrets, shared by every process and node that signs for one issuer.

    Attributes
    ----------
    settling:
        Seconds after which every node has certainly seen a change.

    """

    settling: float

    def load(self, name: str) -> bytes | None:
        """Return the content as it was last seen; ``None`` if there is none.

        Raises
        ------
        KeyMaterialError
            If it cannot be read or opened.

        """

    def fingerprint(self, name: str) -> Hashable:
        """Return what differs once the content has been seen to be replaced. Cheap."""

    def update(self, name: str, change: Callable[[bytes | None], bytes]) -> bytes:
        """Replace the content by what ``change`` makes of it; nobody anywhere comes between.

        It blocks: an event loop calls it in a thread.

        Raises
        ------
        KeyMaterialError
            If it cannot be read or written.

        """

    def load_or_create(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return the content, made once if it is missing, however many ask at once. It blocks.

        Raises
        ------
        KeyMaterialError
            If it cannot be read or written.

        """

    async def refresh(self) -> None:
        """See what other nodes have changed.

        Raises
        ------
        Exception
            If the place cannot be reached now; what was seen before stays.

        """

    def where(self, name: str) -> str:
        """Say where the content is kept, for people."""
