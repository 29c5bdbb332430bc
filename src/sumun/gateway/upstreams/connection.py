"""Many calls over one line to a server, none of which hears what is another's.

Over HTTP every call has an answer of its own; over standard streams, and on the stream of HTTP+SSE,
all share one. So requests get numbers of our own, and what comes back is led to the call it belongs
to: answers by their number, progress by its token, which is that number, too, and what a
subscription brings by the number of its request (MCP 2026-07-28 "Subscriptions").
"""

import asyncio
import contextlib
import itertools
from collections import deque
from typing import Any, Final

import msgspec

from sumun.gateway import jsonrpc
from sumun.gateway.eras.revisions import SUBSCRIPTION
from sumun.gateway.jsonrpc import Id
from sumun.gateway.upstreams.inbox import NOBODY, Caller, Inbox
from sumun.gateway.upstreams.lines import Oversized
from sumun.gateway.upstreams.link import Link
from sumun.gateway.upstreams.messages import (
    FOR_ALL,
    Incoming,
    meta_of,
    notification,
    one_line,
    read,
)
from sumun.gateway.upstreams.upstream import UpstreamFailed

_WAITING_LIMIT: Final = 1024
"""Calls, and listeners, one line may have at a time."""
_UNCLAIMED: Final = 16
_IDLE_TALK: Final = 256
"""Messages for nobody after which a server is read slowly for a moment."""
_PAUSE: Final = 0.05
_FAREWELL: Final = 1.0


class Connection:
    """One line to a server, shared by many calls.

    Parameters
    ----------
    link:
        The line.
    limit:
        Bytes of one message.
    private:
        Whether all its callers are one principal: then what the server says unasked is theirs.

    """

    def __init__(self, link: Link, *, limit: int, private: bool) -> None:
        self.link = link
        self._limit = limit
        self._private = private
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Inbox] = {}
        self._listeners: list[Inbox] = []
        self._questions: set[Id] = set()
        self._unclaimed: deque[bytes] = deque(maxlen=_UNCLAIMED)
        self._idle_talk = 0
        self._owners: set[str] = set()
        self.over = False

    @property
    def idle(self) -> bool:
        """Whether nobody waits or listens."""
        return not self._waiting and not self._listeners

    async def ask(self, message: dict[str, Any], caller: Caller = NOBODY) -> Inbox:
        """Send a request, whose ids are rewritten in place; return where its answer comes.

        Raises
        ------
        UpstreamFailed
            If it cannot be sent.

        """
        self._check_room(len(self._waiting))
        number = next(self._numbers)
        meta = meta_of(message)
        inbox = Inbox(message["id"], token=meta.get("progressToken"), caller=caller)
        message["id"] = number
        if "progressToken" in meta:
            meta["progressToken"] = number
        self._seen(caller)
        self._waiting[number] = inbox
        try:
            await self.link.write(jsonrpc.encode(message))
        except BaseException:
            self._waiting.pop(number, None)
            raise
        return inbox

    async def tell(self, message: dict[str, Any]) -> None:
        """Send a notification.

        Raises
        ------
        UpstreamFailed
            If it cannot be sent.

        """
        await self.link.write(jsonrpc.encode(message))

    async def reply(self, message: dict[str, Any]) -> None:
        """Send the answer to a question of the server's, if it asked it.

        Raises
        ------
        UpstreamFailed
            If it cannot be sent.

        """
        if message["id"] in self._questions:
            self._questions.discard(message["id"])
            await self.link.write(jsonrpc.encode(message))

    def listen(self, caller: Caller) -> Inbox:
        """Return where comes what the server says unasked.

        Raises
        ------
        UpstreamFailed
            If too many listen already.

        """
        self._check_room(len(self._listeners))
        self._seen(caller)
        listener = Inbox(None, caller=caller)
        self._listeners.append(listener)
        while self._unclaimed:
            listener.put(self._unclaimed.popleft())
        return listener

    async def cancel(self, caller: Caller, id_: Id) -> None:
        """Tell the server that the caller no longer wants the answer to its request ``id_``."""
        for inbox in list(self._waiting.values()):
            if inbox.caller == caller and type(inbox.id) is type(id_) and inbox.id == id_:
                inbox.fail("it was cancelled")
                await self.leave(inbox)

    def forget(self, inbox: Inbox) -> int | None:
        """Let go of a caller; return the number of its request, if that is not answered."""
        if inbox in self._listeners:
            self._listeners.remove(inbox)
        number = next((n for n, waiting in self._waiting.items() if waiting is inbox), None)
        if number is not None:
            del self._waiting[number]
        return number

    async def leave(self, inbox: Inbox) -> None:
        """Let go of a caller; the server is told if it still works for it."""
        number = self.forget(inbox)
        if number is None:
            return
        params = {"requestId": number, "reason": "The caller has left"}
        with contextlib.suppress(UpstreamFailed, TimeoutError):  # it ended, or does not listen
            async with asyncio.timeout(_FAREWELL):
                await self.tell(notification("notifications/cancelled", params))

    async def run(self) -> None:
        """Lead what the server sends to whom it is for, until the line ends."""
        try:
            async for line in self.link.messages(self._limit):
                if isinstance(line, Oversized):
                    if not self._too_long(line):
                        self._end(f"it sent a message longer than {self._limit} bytes")
                        return
                    continue
                if not await self._lead(line):
                    await self._bear()
        except UpstreamFailed as failed:
            self._end(str(failed))
        finally:
            self._end(self.link.fate)

    def _end(self, reason: str) -> None:
        self.over = True
        inboxes = [*self._waiting.values(), *self._listeners]
        self._waiting.clear()
        self._listeners.clear()
        for inbox in inboxes:
            inbox.fail(reason)

    def _check_room(self, many: int) -> None:
        if self.over:
            raise UpstreamFailed(self.link.fate)
        if many >= _WAITING_LIMIT:
            raise UpstreamFailed("too many calls wait for it")

    def _seen(self, caller: Caller) -> None:
        if caller.owner and len(self._owners) < 2:  # noqa: PLR2004 - one, or more than one
            self._owners.add(caller.owner)

    def _too_long(self, line: Oversized) -> bool:
        inbox = self._waiting.pop(line.answers or 0, None)
        if inbox is not None:
            inbox.fail(f"its answer is longer than {self._limit} bytes")
        return inbox is not None

    async def _lead(self, line: bytes) -> bool:
        """Lead one message to whom it is for; say whether there is somebody."""
        try:
            message = read(line)
            if message.method is None:
                return self._answer(message)
            if message.id is None:
                return self._notice(message)
        except msgspec.DecodeError:
            return False  # a greeting or a complaint: it belongs on standard error
        return await self._question(message)

    async def _bear(self) -> None:
        """Read slowly what is for nobody: who talks without end shall not keep us busy."""
        self._idle_talk += 1
        if self._idle_talk % _IDLE_TALK == 0:
            await asyncio.sleep(_PAUSE)

    def _answer(self, message: Incoming) -> bool:
        number = message.id
        inbox = self._waiting.pop(number, None) if type(number) is int else None
        if inbox is None:
            return False
        kind = "error" if message.error else "result"
        body: dict[str, Any] = {
            "jsonrpc": "2.0",
            "id": inbox.id,
            kind: message.error or message.result or {},
        }
        inbox.answer(one_line(body))
        return True

    def _notice(self, message: Incoming) -> bool:
        method = str(message.method)
        if method in FOR_ALL:
            body = one_line({"jsonrpc": "2.0", "method": method})
            heard = [listener.put(body) for listener in self._listeners]
            return any(heard)
        params: Any = msgspec.json.decode(message.params) if message.params else {}
        if not isinstance(params, dict):
            return False
        if method == "notifications/progress":
            inbox = self._of(params.get("progressToken"))
            if inbox is None or inbox.token is None:
                return False
            params["progressToken"] = inbox.token
        elif (number := meta_of({"params": params}).get(SUBSCRIPTION)) is not None:
            inbox = self._of(number)
            params["_meta"][SUBSCRIPTION] = None if inbox is None else inbox.id
        else:
            inbox = self._whoever()
        return inbox is not None and inbox.put(one_line(notification(method, params)))

    async def _question(self, message: Incoming) -> bool:
        """Pass a request of the server's to the one it can be for, or answer it here."""
        id_ = message.id
        if type(id_) not in {str, int}:
            return False
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": id_}
        if message.method == "ping":
            await self.link.write(jsonrpc.encode(answer | {"result": {}}))
            return False
        if self._private and len(self._questions) < _WAITING_LIMIT:
            question = answer | {"method": message.method}
            body = one_line(question | ({"params": message.params} if message.params else {}))
            inbox = self._whoever()
            if inbox is None:
                self._unclaimed.append(body)
            if inbox is None or inbox.put(body):
                self._questions.add(id_)
                return True
        error = {"code": jsonrpc.METHOD_NOT_FOUND, "message": "Nobody is there who could be asked"}
        await self.link.write(jsonrpc.encode(answer | {"error": error}))
        return False

    def _of(self, number: Any) -> Inbox | None:
        return self._waiting.get(number) if type(number) is int else None

    def _whoever(self) -> Inbox | None:
        """Return the one who is meant when nobody is named, if there was never anybody else."""
        if not self._private and len(self._owners) > 1:
            return None
        callers = [*self._listeners, *self._waiting.values()]
        return next((inbox for inbox in reversed(callers) if inbox.caller.owner), None)
