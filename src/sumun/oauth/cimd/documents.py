"""Finding the client whose identifier is a URL: kept, or fetched, once at a time."""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from sumun.audit import AuditLog, Event
from sumun.oauth.cimd.document import BadDocument, read_document
from sumun.oauth.cimd.freshness import LONGEST, lifetime
from sumun.oauth.cimd.records import Kept, find_document, forget_document, keep_document
from sumun.oauth.cimd.trust import DocumentTrust
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.fetch import Fetcher, FetchRefused, check_url
from sumun.oauth.registration.metadata import Offer
from sumun.oauth.throttle import Throttle, site_of
from sumun.storage import Database

_PAUSE: Final = 10.0
"""Seconds before a document that could not be used is asked for again."""
_PAUSES: Final = 4096
_ANYBODY: Final = ""


class _Refused(NamedTuple):
    """Why there is no document: for the record, and for a stranger.

    Attributes
    ----------
    passing:
        Whether it may well be had later.
    wait:
        Seconds to wait, where too many were asked for.

    """

    reason: str
    public: str
    passing: bool
    wait: int = 0


class _Paused(NamedTuple):
    until: float
    refused: _Refused


class ClientDocuments:
    """Clients by the URL of their document.

    A document in order is kept as long as its HTTP headers say, within bounds (draft 02 §5.2). One
    that cannot be had is not kept: only, for a few seconds, nobody asks for it again. Where it
    cannot be had for the moment, the last good one serves for up to a day.

    Parameters
    ----------
    offer:
        What such clients may use.
    per_source, in_all:
        The brakes on fetching: by address, and for everybody together.
    clock:
        Unix seconds.
    monotonic:
        Seconds for pauses.

    """

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditLog,
        fetcher: Fetcher,
        trust: DocumentTrust,
        offer: Offer,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        per_source: Throttle | None = None,
        in_all: Throttle | None = None,
    ) -> None:
        self._database = database
        self._audit = audit
        self._fetcher = fetcher
        self._trust = trust
        self._offer = offer
        self._clock = clock
        self._monotonic = monotonic
        # A person meets few new clients at once; many addresses together may meet more.
        self._per_source = per_source or Throttle(rate=1 / 6, burst=20, clock=monotonic)
        self._in_all = in_all or Throttle(rate=2, burst=100, clock=monotonic)
        self._pauses: OrderedDict[str, _Paused] = OrderedDict()
        self._flights: dict[str, asyncio.Task[Kept | _Refused]] = {}

    async def find(self, client_id: str, source: str) -> Client:
        """Return the client its document describes.

        Raises
        ------
        OAuthError
            ``invalid_client`` if there is no such document or it cannot be used;
            ``too_many_requests`` if too many were asked for.
        StorageError, AuditUnavailable
            If it cannot be kept or recorded.

        """
        self._check_identifier(client_id)
        kept = await self._database.read(find_document, client_id)
        if kept is not None and kept.expires_at > self._clock():
            return kept.client
        found = await self._fetch_once(client_id, source, kept)
        if isinstance(found, Kept):
            return found.client
        if found.passing and kept is not None and kept.fetched_at + LONGEST > self._clock():
            return kept.client
        raise _refusal(found)

    def _check_identifier(self, client_id: str) -> None:
        """Refuse, before anything is resolved, what is no identifier or not wanted here."""
        try:
            check_url(client_id)
        except FetchRefused as error:
            raise OAuthError("invalid_client", f"client_id: {error}") from None
        if not self._trust.permits(client_id):
            raise OAuthError(
                "invalid_client",
                "client_id: documents from there are not accepted here; ask the operator to allow "
                "the host, or to register the client",
            )

    async def _fetch_once(self, url: str, source: str, kept: Kept | None) -> Kept | _Refused:
        """Fetch the document unless somebody is at it, or it could not be used a moment ago."""
        flight = self._flights.get(url)
        if flight is None:
            paused = self._pauses.get(url)
            if paused is not None and self._monotonic() < paused.until:
                return paused.refused
            wait = self._brake(source)
            if wait:
                return _Refused("too_many_requests", "", passing=True, wait=wait)
            flight = asyncio.create_task(self._fetch(url, source, kept), name="client document")
            self._flights[url] = flight
            flight.add_done_callback(lambda done: self._land(url, done))
        # Whoever began may leave; the others still wait.
        return await asyncio.shield(flight)

    def _land(self, url: str, flight: asyncio.Task[Kept | _Refused]) -> None:
        del self._flights[url]
        if not flight.cancelled():
            flight.exception()  # it was told to those who wait; if nobody does, it is nobody's

    def _brake(self, source: str) -> int:
        """Count a fetch, or return the seconds to wait before there may be one."""
        site = site_of(source)
        wait = max(self._per_source.wait(site), self._in_all.wait(_ANYBODY))
        if not wait:
            self._per_source.failed(site)
            self._in_all.failed(_ANYBODY)
        return math.ceil(wait)

    async def _fetch(self, url: str, source: str, kept: Kept | None) -> Kept | _Refused:
        try:
            fetched = await self._fetcher.get(url)
            metadata = read_document(url, fetched.body, self._offer)
        except FetchRefused as error:
            refused = _Refused(error.reason, error.public, error.passing)
        except BadDocument as error:
            refused = _Refused("document", str(error), passing=False)
        else:
            now = int(self._clock())
            document = Kept(url, metadata, now, now + lifetime(fetched.headers, now))
            changed = kept is not None and kept.metadata != metadata
            event = _event("client_document_fetched", "accepted", url, source)
            event.detail = {"changed": changed, "expires_in": document.expires_at - now}
            await self._audit.write([event], keep_document, document)
            return document
        self._pause(url, refused)
        event = _event("client_document_refused", "rejected", url, source)
        event.reason = refused.reason
        event.detail = {"why": refused.public}
        if kept is None or refused.passing:
            await self._audit.record(event)
        else:
            # The client has taken its document back: what it said before holds no longer.
            await self._audit.write([event], forget_document, url)
        return refused

    def _pause(self, url: str, refused: _Refused) -> None:
        self._pauses[url] = _Paused(self._monotonic() + _PAUSE, refused)
        self._pauses.move_to_end(url)
        if len(self._pauses) > _PAUSES:
            self._pauses.popitem(last=False)


def _refusal(refused: _Refused) -> OAuthError:
    if refused.wait:
        return OAuthError(
            "too_many_requests",
            f"too many unknown clients were asked for; wait {refused.wait} s",
            headers=((b"retry-after", b"%d" % refused.wait),),
        )
    return OAuthError(
        "invalid_client", f"the document at client_id cannot be used: {refused.public}"
    )


def _event(event_type: str, action: str, url: str, source: str) -> Event:
    return Event(event_type=event_type, action_taken=action, client_id=url, source=source)
