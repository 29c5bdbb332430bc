"""Noting what happens to an attempt, without making anybody wait for it."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from sumun.audit import Event
from sumun.oauth.clients import Client, is_client_id
from sumun.oauth.errors import OAuthError
from sumun.oauth.traces import trace as intents
from sumun.oauth.traces.trace import Outcome, Stage, Step, new_reference
from sumun.storage import Database, StorageError, Transaction

_log = logging.getLogger("sumun.oauth")

_GATHER: Final = 0.05
"""Seconds notes wait for others, to be written together."""
_WAITING: Final = 2_000
"""Notes that wait at most; more are dropped: a trace is a help, and storage has other work."""
_PURGE_EVERY: Final = 1_000
"""Traces begun between two purges."""

_SOURCES: Final = 4_096
_DISCOVERED_AGO: Final = 600.0
_CALLED: Final = 4_096

_ORIGINS: Final = {
    "operator": "the operator registered the client",
    "initial_access_token": "the client registered itself, with leave",
    "self": "the client registered itself",
    "document": "the client is described by the document its identifier points to",
}
_CALLS: Final = frozenset({"tool_call", "access_refused"})
_REFRESHING: Final = "refresh_token"
"""The grant whose tokens come after the attempt, as many as there may be."""

Note = Callable[[Transaction], Any]


class Traces:
    """Begins traces, adds steps, and writes them in the background.

    Nothing here fails for its caller: if storage is away, what was to be noted is lost.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[Note] = []
        self._flight: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()
        self._begun = 0
        self._noted_at = 0
        self._discovered: OrderedDict[str, float] = OrderedDict()
        self._called: OrderedDict[str, None] = OrderedDict()

    def begin(self, source: str, client_id: str = "") -> str:
        """Begin a trace, and return its reference; ``source`` is the address it comes from."""
        ref = new_reference()
        now = int(self._clock())
        self._put(partial(intents.begin_trace, ref=ref, client_id=_named(client_id), now=now))
        discovered = self._discovered.get(source)
        if discovered is not None and 0 <= self._clock() - discovered < _DISCOVERED_AGO:
            self.note(ref, "discovery", "passed", words="the metadata was read from this address")
        self._begun += 1
        if self._begun % _PURGE_EVERY == 0:
            self._put(partial(intents.purge_traces, now=now))
        return ref

    def note(
        self, ref: str, stage: Stage, outcome: Outcome, *, code: str = "", words: str = ""
    ) -> None:
        """Add a step; without a reference there is nothing to add it to."""
        if ref:
            step = self._step(stage, outcome, code, words)
            self._put(partial(intents.add_step, ref=ref, step=step))

    def refused(self, ref: str, stage: Stage, refusal: OAuthError) -> None:
        """Add a refusal, with the words the client is told and those only the operator is."""
        words = f"{refusal.description}; {refusal.why}" if refusal.why else refusal.description
        self.note(ref, stage, "refused", code=refusal.error, words=words)

    def provider_refused(
        self, ref: str, source: str, provider: str, reason: str, detail: str
    ) -> str:
        """Add that signing in at a provider led to nothing; return where that is found.

        Without a reference a trace of its own begins: somebody wanted to see their account.
        """
        ref = ref or self.begin(source)
        words = f"{provider}: {detail or reason}"
        self.note(ref, "sign_in", "refused", code=f"provider_{reason}", words=words)
        return ref

    def name(self, ref: str, client_id: str) -> None:
        """Say which client it says it is."""
        self._put(partial(intents.name_client, ref=ref, client_id=_named(client_id)))

    def known(self, ref: str, client: Client) -> None:
        """Say which client it is, and how it became known."""
        self.name(ref, client.client_id)
        self.note(ref, "registration", "passed", words=_ORIGINS[client.origin])

    def granted(self, ref: str, grant_id: str) -> None:
        """Say what the attempt led to."""
        if ref:
            self._put(partial(intents.bind_grant, ref=ref, grant_id=grant_id))

    def discovered(self, source: str) -> None:
        """Remember that somebody at an address read the metadata."""
        self._discovered[source] = self._clock()
        self._discovered.move_to_end(source)
        if len(self._discovered) > _SOURCES:
            self._discovered.popitem(last=False)

    async def token_refused(self, refusal: OAuthError, source: str, client_id: str | None) -> str:
        """Note a refusal at the token endpoint, and return where it is found.

        It belongs to the attempt whose code or refresh token was sent, if there is one.
        """
        ref = await self._reference_of(refusal.grant_id) if refusal.grant_id else ""
        ref = ref or self.begin(source, client_id or "")
        self.refused(ref, "token", refusal)
        return ref

    def watch(self, event: Event) -> None:
        """Note what the audit log says became of a grant, and of its first token."""
        grant_id = event.correlation_id or ""
        match event.event_type:
            case "token_issued":
                if not grant_id.startswith("grant-") or event.method == _REFRESHING:
                    return
                words = f"an access token for {event.resource}, scope {event.scope or 'none'}"
                self._note_grant(grant_id, "token", "passed", words=words)
                self._put(
                    partial(intents.bind_token, grant_id=grant_id, token_id=event.token_id or "")
                )
            case "token_replayed":
                words = f"{event.method} came a second time, and everything was revoked"
                self._note_grant(grant_id, "token", "refused", code="invalid_grant", words=words)
            case "grant_revoked":
                words = f"the authorization was revoked: {event.reason}"
                self._note_grant(grant_id, "token", "refused", code="invalid_grant", words=words)
            case kind if kind in _CALLS:
                self._note_call(event)

    async def close(self) -> None:
        """Write what is waiting."""
        if self._flight is not None:
            await self._flight

    async def flush(self) -> None:
        """Write what is waiting, now; what is just being written is written then, too."""
        async with self._writing:
            notes, self._waiting = self._waiting, []
            if not notes:
                return
            try:
                await self._database.write(_all, notes)
            except StorageError as error:
                _log.warning("traces: %d notes are lost: %s", len(notes), error)

    async def _reference_of(self, grant_id: str) -> str:
        await self.flush()
        try:
            return await self._database.read(intents.find_reference, grant_id) or ""
        except StorageError:
            return ""

    def _note_grant(
        self, grant_id: str, stage: Stage, outcome: Outcome, *, code: str = "", words: str = ""
    ) -> None:
        step = self._step(stage, outcome, code, words)
        self._put(partial(intents.add_grant_step, grant_id=grant_id, step=step))

    def _note_call(self, event: Event) -> None:
        """Note the first call with a token; those of clients that act for themselves have none."""
        token_id = event.token_id
        if not token_id or event.user_id == event.client_id or token_id in self._called:
            return
        self._called[token_id] = None
        if len(self._called) > _CALLED:
            self._called.popitem(last=False)
        refused = event.event_type == "access_refused"
        what = event.server or event.resource or "the server"
        step = self._step(
            "call",
            "refused" if refused else "passed",
            event.reason or "" if refused else "",
            f"the first call, to {what}" + (f", was refused: {event.reason}" if refused else ""),
        )
        self._put(partial(intents.add_call_step, token_id=token_id, step=step))

    def _step(self, stage: Stage, outcome: Outcome, code: str, words: str) -> Step:
        self._noted_at = max(self._noted_at + 1, int(self._clock() * 1_000_000))
        return Step(noted_at=self._noted_at, stage=stage, outcome=outcome, code=code, words=words)

    def _put(self, note: Note) -> None:
        if len(self._waiting) >= _WAITING:
            return
        self._waiting.append(note)
        if self._flight is None or self._flight.done():
            self._flight = asyncio.get_running_loop().create_task(self._fly(), name="traces")

    async def _fly(self) -> None:
        while self._waiting:
            await asyncio.sleep(_GATHER)
            await self.flush()


def with_reference(description: str, ref: str) -> str:
    """Return what a client is told, with where the rest is found."""
    return f"{description} (ref: {ref})" if ref else description


def _all(tx: Transaction, notes: list[Note]) -> None:
    for note in notes:
        note(tx)


def _named(client_id: str) -> str:
    return client_id if is_client_id(client_id) else ""
