"""What a legacy session needs beyond its id, while calls and streams of it are open here.

None of it would mean anything elsewhere: futures of this process, and the wishes of whoever
listens to a stream that ends here. Without it a session goes on all the same, by its id.
"""

import asyncio
import os
from collections import OrderedDict
from typing import Any, Final

from sumun.gateway.eras.handshake import Handshake
from sumun.gateway.jsonrpc import Id

_MOST: Final = 4096
_ENDED_MOST: Final = 65_536
_QUESTIONS: Final = 64
_URIS: Final = 64
_DEFAULT_LEVEL: Final = "info"
_LETTERS: Final = bytes.maketrans(b"0123456789abcdef", b"ghijklmnopabcdef")


class Conversation:
    """One legacy client's open matters.

    Attributes
    ----------
    level:
        The least severe log messages it wants.
    uris:
        The resources it subscribed to.
    changed:
        Set when ``uris`` change, or the session ends.
    settled:
        Set while what is listened to is what ``uris`` say.
    ended:
        Whether the client ended the session.
    listening:
        Whether it listens to the one stream of what is said unasked.
    calls:
        Set to cancel the call of that id.

    """

    def __init__(self) -> None:
        self.level = _DEFAULT_LEVEL
        self.uris: set[str] = set()
        self.changed = asyncio.Event()
        self.settled = asyncio.Event()
        self.settled.set()
        self.ended = False
        self.listening = False
        self.calls: dict[Id, asyncio.Event] = {}
        self._questions: dict[str, asyncio.Future[dict[str, Any]]] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing is open."""
        return not (self.listening or self.calls or self._questions)

    def ask(self) -> tuple[str, asyncio.Future[dict[str, Any]]] | None:
        """Return the id of a question to the client and what will be its answer."""
        if len(self._questions) >= _QUESTIONS:
            return None
        # Letters only: digits could pass for somebody's number.
        id_ = "input-" + os.urandom(8).hex().encode().translate(_LETTERS).decode()
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._questions[id_] = waiting
        waiting.add_done_callback(lambda _: self._questions.pop(id_, None))
        return id_, waiting

    def hear(self, response: dict[str, Any]) -> bool:
        """Take a client's answer; return whether somebody waits for it."""
        waiting = self._questions.get(response["id"])
        if waiting is None or waiting.done():
            return False
        waiting.set_result(response)
        return True

    def subscribe(self, uri: str, *, wanted: bool) -> bool:
        """Note a resource; return whether there was room for it."""
        if not wanted:
            self.uris.discard(uri)
        elif len(self.uris) < _URIS:
            self.uris.add(uri)
        if self.listening:
            self.settled.clear()
            self.changed.set()
        return not wanted or uri in self.uris

    def close(self) -> None:
        """Stop all that is open."""
        self.ended = True
        self.changed.set()
        for cancelled in list(self.calls.values()):
            cancelled.set()


class Conversations:
    """The conversations under way in this process, by session; the oldest idle ones go first."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, Conversation] = OrderedDict()
        self._ended: OrderedDict[str, None] = OrderedDict()

    def of(self, handshake: Handshake) -> Conversation:
        """Return the conversation of a session, or a new one for a client that has none."""
        if not handshake.id:
            return Conversation()
        found = self._open.get(handshake.id)
        if found is None:
            found = self._open[handshake.id] = Conversation()
            self._make_room()
        self._open.move_to_end(handshake.id)
        return found

    def has_ended(self, handshake: Handshake) -> bool:
        """Whether the client ended its session here."""
        return handshake.id in self._ended

    def end(self, handshake: Handshake) -> None:
        """End a session for the client."""
        if handshake.id:
            self._ended[handshake.id] = None
            if len(self._ended) > _ENDED_MOST:
                self._ended.popitem(last=False)
        conversation = self._open.pop(handshake.id, None)
        if conversation is not None:
            conversation.close()

    def _make_room(self) -> None:
        if len(self._open) <= _MOST:
            return
        oldest = next((id_ for id_, each in self._open.items() if each.idle), None)
        if oldest is not None:
            del self._open[oldest]
