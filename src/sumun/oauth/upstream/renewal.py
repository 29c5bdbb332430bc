"""Renewing people's grants, each by one node at a time."""

import asyncio
from collections.abc import Callable
from typing import Final

from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.grant_store import LEASE, Grant, GrantStore
from sumun.oauth.upstream.refused import TokenRefused
from sumun.oauth.upstream.sign_in import UpstreamSignIn

_LOOK_AGAIN: Final = 0.1
_SETTLED: Final = 5.0
"""Seconds after which a token that is refused may be worth replacing."""


class Renewal:
    """Refreshes tokens, once whoever asks at once, here and on other nodes.

    A refresh token that is used twice may end the grant (RFC 9700 §4.14.2): whoever holds the
    lease of the row asks, and stores the answer before it is used; the others wait for that.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(self, store: GrantStore, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._under_way: dict[tuple[str, str], asyncio.Task[Grant | None]] = {}

    async def fresh(self, sign_in: UpstreamSignIn, grant: Grant, refused: str = "") -> Grant | None:
        """Return the grant with a token that is good; ``None`` if it has ended.

        ``refused`` is an ``Authorization`` header that the server did not accept.

        Raises
        ------
        TokenRefused
            If it cannot be renewed now.

        """
        if self._serves(grant, refused):
            return grant
        key = (grant.row.user_id, grant.row.server)
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._renew(sign_in, grant, refused))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def worth_renewing(self, grant: Grant, refused: str) -> bool:
        """Whether a token that was refused may be one that another would do better than."""
        if grant.token.authorization != refused:
            return True
        return self._clock() - grant.token.obtained_at >= _SETTLED

    def _serves(self, grant: Grant, refused: str) -> bool:
        return grant.token.is_good(self._clock()) and grant.token.authorization != refused

    async def _renew(self, sign_in: UpstreamSignIn, grant: Grant, refused: str) -> Grant | None:
        waits = int(LEASE / _LOOK_AGAIN)
        for _ in range(waits):
            if await self._store.lease(grant):
                return await self._ask(sign_in, grant)
            await asyncio.sleep(_LOOK_AGAIN)
            found = await self._store.find(grant.row.user_id, grant.row.server)
            if found is None or self._serves(found, refused):
                return found
            grant = found
        raise TokenRefused("unreachable", "another node was to renew it, and has not")

    async def _ask(self, sign_in: UpstreamSignIn, grant: Grant) -> Grant | None:
        try:
            token: AccessToken = await sign_in.refresh(grant)
        except TokenRefused as failed:
            if failed.reason == "invalid_grant":
                await self._store.end(grant)
                return None
            await self._store.release(grant)
            if self._clock() < grant.token.expires_at:
                return grant  # it may do for this call; the next one tries again
            raise
        await self._store.renew(grant, token)
        return await self._store.find(grant.row.user_id, grant.row.server)

    def _done(self, key: tuple[str, str], task: asyncio.Task[Grant | None]) -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen, also where nobody waits for it any more
