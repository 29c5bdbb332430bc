"""Requests that went elsewhere with a person and wait for the answer: sealed, answered once."""

import secrets
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from sumun.keys import KeyMaterialError, RootSecret
from sumun.keys.envelope import Envelope
from sumun.oauth.authorization import opaque
from sumun.storage import Database, Transaction

LIFETIME: Final = 900
"""Seconds a person has there."""

Purpose = Literal["request", "account", "link", "connect"]
"""What it is for.

An application's request, the account, linking while signed in, or access to a server upstream.
"""


class UpstreamRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, and where to go on; nobody outside ever sees it.

    Attributes
    ----------
    bound_to:
        The ticket, what stands for the browser, or the identifier of the session, as the purpose
        says.
    then:
        The page of the account to show afterwards; for access to a server upstream, who was asked.
    again:
        Whether the person was to prove anew who they are.

    """

    purpose: Purpose
    bound_to: str
    nonce: str
    code_verifier: str
    then: str = ""
    again: bool = False


class UpstreamRequests:
    """Keeps them.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self, database: Database, root_secret: RootSecret, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._envelope = Envelope(root_secret)
        self._clock = clock

    async def add(
        self, provider: str, purpose: Purpose, bound_to: str, *, then: str = "", again: bool = False
    ) -> tuple[str, UpstreamRequest]:
        """Keep a new request; return the ``state`` it is found by, and what it says.

        ``provider`` is who is asked, by a name of ours.
        """
        state = opaque.mint()
        request = UpstreamRequest(
            purpose=purpose,
            bound_to=bound_to,
            nonce=secrets.token_urlsafe(16),
            code_verifier=secrets.token_urlsafe(32),
            then=then,
            again=again,
        )
        state_hash = opaque.digest(state)
        sealed = self._envelope.close(_name(state_hash), msgspec.json.encode(request))
        await self._database.write(
            _add, state_hash, provider, sealed, expires_at=int(self._clock()) + LIFETIME
        )
        return state, request

    async def find(self, provider: str, state: str) -> UpstreamRequest | None:
        """Return the request that is answered, if it waits still."""
        if not state or len(state) > opaque.LIMIT:
            return None
        state_hash = opaque.digest(state)
        sealed = await self._database.read(_find, state_hash, provider, now=int(self._clock()))
        if sealed is None:
            return None
        try:
            opened = self._envelope.open(_name(state_hash), sealed, "the table upstream_requests")
        except KeyMaterialError:
            return None
        return msgspec.json.decode(opened, type=UpstreamRequest)

    async def use(self, state: str) -> bool:
        """Use a request up; return whether this was its first use.

        One statement decides, whoever asks at once.
        """
        return await self._database.write(
            use_upstream_request, opaque.digest(state), now=int(self._clock())
        )


def use_upstream_request(tx: Transaction, state_hash: bytes, *, now: int) -> bool:
    """Use a request up; return whether it waited still."""
    return tx.execute("use_upstream_request", state_hash=state_hash, now=now) > 0


def purge_upstream_requests(tx: Transaction, *, before: int) -> int:
    """Forget what nobody came back from; return how many."""
    return tx.execute("purge_upstream_requests", before=before)


def _add(
    tx: Transaction, state_hash: bytes, provider: str, sealed: bytes, *, expires_at: int
) -> None:
    tx.execute(
        "add_upstream_request",
        state_hash=state_hash,
        provider=provider,
        sealed=sealed,
        expires_at=expires_at,
    )


def _find(tx: Transaction, state_hash: bytes, provider: str, *, now: int) -> bytes | None:
    row = tx.fetch_one("find_upstream_request", state_hash=state_hash, provider=provider, now=now)
    return None if row is None or not isinstance(row[0], bytes) else row[0]


def _name(state_hash: bytes) -> str:
    """Return what ties the sealed request to its state."""
    return f"upstream/{state_hash.hex()}"
