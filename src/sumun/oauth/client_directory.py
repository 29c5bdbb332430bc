"""Finding clients: registered, or described by a document of their own; each kept for a moment."""

import time
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from sumun.oauth.clients import DOCUMENT_PREFIX, Client, find_client, note_client_use
from sumun.storage import Database

_CACHE_SECONDS: Final = 1.0
_CACHE_SIZE: Final = 4096
_FORGOTTEN_UNUSED: Final = frozenset({"initial_access_token", "self"})


class Documents(Protocol):
    """Where clients are found whose identifier is the URL of a document."""

    async def find(self, client_id: str, source: str) -> Client:
        """Return the client the document describes, asked for from the address ``source``.

        Raises
        ------
        OAuthError
            If there is no such document, or it cannot be used.
        StorageError, AuditUnavailable
            If it cannot be kept or recorded.

        """


class ClientDirectory:
    """Client records for the endpoints, read at most once a second each.

    A client disabled elsewhere is refused within that second; :meth:`forget` makes it at once.

    Parameters
    ----------
    documents:
        Where clients with a URL as their identifier are found; without it there are none.
    self_registered_scope:
        The scopes clients may ask for that nobody gave any.

    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.monotonic,
        *,
        documents: Documents | None = None,
        self_registered_scope: str = "",
    ) -> None:
        self._database = database
        self._clock = clock
        self._documents = documents
        self._self_registered_scope = self_registered_scope
        self._cache: dict[str, tuple[float, Client | None]] = {}

    async def find(self, client_id: str, source: str = "") -> Client | None:
        """Return the client, enabled or not; ``source`` is the address that asks.

        Raises
        ------
        StorageUnavailable
            If the database cannot be read.
        OAuthError, AuditUnavailable
            If the identifier is a URL, as :meth:`Documents.find`.

        """
        now = self._clock()
        cached = self._cache.get(client_id)
        if cached is not None and now < cached[0]:
            return cached[1]
        client = await self._find(client_id, source)
        if len(self._cache) >= _CACHE_SIZE:
            self._cache.clear()
        self._cache[client_id] = (now + _CACHE_SECONDS, client)
        return client

    def forget(self, client_id: str) -> None:
        """Read the client anew the next time it is asked for."""
        self._cache.pop(client_id, None)

    async def note_use(self, client: Client, *, now: int) -> None:
        """Remember that a client that registered itself is alive.

        Raises
        ------
        StorageUnavailable
            If the database cannot be written.

        """
        if client.used_at is None and client.origin in _FORGOTTEN_UNUSED:
            await self._database.write(note_client_use, client.client_id, now=now)
            self.forget(client.client_id)

    async def _find(self, client_id: str, source: str) -> Client | None:
        if not client_id.startswith(DOCUMENT_PREFIX):
            client = await self._database.read(find_client, client_id)
        elif self._documents is not None:
            client = await self._documents.find(client_id, source)
        else:
            client = None
        return None if client is None else self._with_scope(client)

    def _with_scope(self, client: Client) -> Client:
        """Return the client with the scopes it may ask for: what it says itself grants nothing."""
        given = client.origin == "initial_access_token" and client.metadata.scope
        if client.origin == "operator" or given:
            return client
        metadata = msgspec.structs.replace(client.metadata, scope=self._self_registered_scope)
        return msgspec.structs.replace(client, metadata=metadata)
