"""Access tokens kept until shortly before they end, each obtained once whoever asks at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.refused import TokenRefused

_CAPACITY: Final = 10_000
_SETTLED: Final = 5.0
"""Seconds after which a token that is refused may be worth replacing."""
_AGAIN: Final = 2.0
"""Seconds a failure is told again without asking: a server that is down is not stormed."""

T = TypeVar("T")

Obtain = Callable[[], Awaitable[AccessToken]]


class TokenCache:
    """Keeps tokens by whose they are.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._tokens: dict[str, AccessToken] = {}
        self._failed: dict[str, tuple[float, TokenRefused]] = {}
        self._asking: dict[str, asyncio.Task[AccessToken]] = {}

    async def get(self, owner: str, obtain: Obtain) -> AccessToken:
        """Return the owner's token, obtaining it if there is none that is good.

        Whoever gives up waiting stops nobody else's.

        Raises
        ------
        TokenRefused
            If it cannot be obtained.

        """
        token = self._tokens.get(owner)
        if token is not None and token.is_good(self._clock()):
            return token
        failed = self._failed.get(owner)
        if failed is not None and self._clock() - failed[0] < _AGAIN:
            raise TokenRefused(failed[1].reason, failed[1].detail)
        task = self._asking.get(owner)
        if task is None:
            task = self._asking[owner] = asyncio.create_task(self._obtain(owner, obtain))
            task.add_done_callback(_seen)
        return await asyncio.shield(task)

    def refused(self, owner: str, authorization: str) -> bool:
        """Note that a token was not accepted; return whether asking again may help."""
        token = self._tokens.get(owner)
        if token is None or token.authorization != authorization:
            return True  # there is another by now
        if self._clock() - token.obtained_at < _SETTLED:
            return False
        del self._tokens[owner]
        return True

    async def _obtain(self, owner: str, obtain: Obtain) -> AccessToken:
        try:
            token = await obtain()
        except TokenRefused as refused:
            _bounded(self._failed)[owner] = (self._clock(), refused)
            raise
        finally:
            del self._asking[owner]
        self._failed.pop(owner, None)
        _bounded(self._tokens)[owner] = token
        return token


def _seen(task: asyncio.Task[AccessToken]) -> None:
    """Take note of a failure, also where nobody waits for it any more."""
    if not task.cancelled():
        task.exception()


def _bounded(kept: dict[str, T]) -> dict[str, T]:
    if len(kept) >= _CAPACITY:
        del kept[next(iter(kept))]
    return kept
