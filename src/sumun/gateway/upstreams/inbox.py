"""What a server said to one caller, in order, until the caller has read it."""

import asyncio
from collections import deque
from typing import NamedTuple

from sumun.gateway.jsonrpc import Id
from sumun.gateway.upstreams.upstream import UpstreamFailed


class Caller(NamedTuple):
    """Who calls: a principal, in one of its sessions."""

    owner: str = ""
    session: str = ""


NOBODY = Caller()
"""The gateway itself."""


class Inbox:
    """Messages for one caller.

    Parameters
    ----------
    id_:
        What the caller calls its request; ``None`` where it only listens.
    token:
        What the caller calls the progress of it.
    caller:
        Whose call it is.
    limit:
        Bytes that may wait beside the answer; the caller does without what comes beyond them.

    """

    def __init__(
        self, id_: Id, *, token: Id = None, caller: Caller = NOBODY, limit: int = 1024 * 1024
    ) -> None:
        self.id = id_
        self.token = token
        self.caller = caller
        self.answered = False
        self._limit = limit
        self._size = 0
        self._messages: deque[bytes] = deque()
        self._failure = ""
        self._over = False
        self._news = asyncio.Event()

    def put(self, message: bytes) -> bool:
        """Add a message beside the answer; say whether there was room."""
        if self._over or (self._size and self._size + len(message) > self._limit):
            return False
        self._add(message)
        return True

    def answer(self, message: bytes) -> None:
        """Add the answer, after which nothing comes."""
        self.answered = self._over = True
        self._add(message)

    def fail(self, reason: str) -> None:
        """Say that there will be no answer."""
        self._failure, self._over = reason, True
        self._news.set()

    async def get(self) -> bytes | None:
        """Return the next message; ``None`` after the last.

        Raises
        ------
        UpstreamFailed
            If the answer will not come.

        """
        while not self._messages:
            if self._failure:
                raise UpstreamFailed(self._failure)
            if self._over:
                return None
            self._news.clear()
            await self._news.wait()
        message = self._messages.popleft()
        self._size -= len(message)
        return message

    @property
    def only_answer(self) -> bool:
        """Whether the answer is here, and nothing else was said."""
        return self.answered and not self._messages

    def _add(self, message: bytes) -> None:
        self._messages.append(message)
        self._size += len(message)
        self._news.set()
