"""Registering clients (RFC 7591)."""

import secrets
import time
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from sumun.audit import AuditLog, Event
from sumun.config import Config
from sumun.oauth.authorization.opaque import mint
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import Client, ClientMetadata
from sumun.oauth.registration.described import Described
from sumun.oauth.registration.initial_access_tokens import (
    InitialAccessToken,
    Spent,
    find_initial_access_token,
)
from sumun.oauth.registration.leave import token_needed, token_refused, with_scope_given
from sumun.oauth.registration.metadata import check_metadata
from sumun.oauth.registration.offers import offer_to_anybody, offer_to_trusted
from sumun.oauth.registration.records import (
    Changed,
    add_registration,
    find_alike,
    metadata_digest,
    share_registration,
)
from sumun.oauth.registration.software_statement import SoftwareStatements
from sumun.oauth.scopes import ScopeHierarchy
from sumun.storage import Conflict, Database

REGISTRATION_TOKEN: Final = "sumun-registration-"  # noqa: S105 - how such tokens begin
_TRIES: Final = 3


class Registration(NamedTuple):
    """A client, and what only the one who registered it is told.

    Attributes
    ----------
    token:
        What it is managed with; ``None`` where it shares its identifier with others.

    """

    client: Client
    secret: str | None = None
    token: str | None = None


class _Leave(NamedTuple):
    token: str
    record: InitialAccessToken


class Registrar:
    """Takes in clients that register themselves.

    Parameters
    ----------
    statements:
        Judges software statements.
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        config: Config,
        database: Database,
        audit: AuditLog,
        *,
        hierarchy: ScopeHierarchy,
        client_secrets: ClientSecrets,
        statements: SoftwareStatements,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._audit = audit
        self._hierarchy = hierarchy
        self._secrets = client_secrets
        self._statements = statements
        self._clock = clock
        self._open = config.registration == "open"
        self._to_anybody = offer_to_anybody(config)
        self._to_trusted = offer_to_trusted(config)

    async def register(self, described: Described, token: str | None, source: str) -> Registration:
        """Register a client (RFC 7591 §3.1).

        Parameters
        ----------
        token:
            The initial access token that came, if one did.

        Raises
        ------
        OAuthError
            If it may not be registered, or not so.
        StorageError, AuditUnavailable
            If it cannot be kept or recorded.

        """
        leave = await self._leave(token)
        described = await self._statements.apply(described)
        if leave is not None:
            metadata = check_metadata(described, self._to_trusted)
            metadata = with_scope_given(self._hierarchy, leave.record.scope, metadata)
            return await self._add(metadata, source, leave=leave)
        metadata = check_metadata(described, self._to_anybody)
        if metadata.has_secret:
            return await self._add(metadata, source)
        return await self._register_once(metadata, source)

    async def _leave(self, token: str | None) -> _Leave | None:
        if token is None:
            if self._open:
                return None
            raise token_needed()
        now = int(self._clock())
        record = await self._database.read(find_initial_access_token, token, now=now)
        if record is None:
            raise token_refused()
        return _Leave(token, record)

    async def _register_once(self, metadata: ClientMetadata, source: str) -> Registration:
        """Register a client without a secret; the same once more is the same client."""
        digest = metadata_digest(metadata)
        for _ in range(_TRIES):
            alike = await self._database.read(find_alike, digest)
            try:
                if alike is None:
                    return await self._add(metadata, source, digest=digest)
                return await self._share(alike, digest, source)
            except (Conflict, Changed):
                continue  # somebody registered or forgot it in this very moment
        return await self._add(metadata, source)

    async def _add(
        self,
        metadata: ClientMetadata,
        source: str,
        *,
        leave: _Leave | None = None,
        digest: bytes | None = None,
    ) -> Registration:
        client_id = f"client-{secrets.token_urlsafe(16)}"
        secret = self._secrets.mint() if metadata.has_secret else None
        client = Client(
            client_id=client_id,
            metadata=metadata,
            secret_hash=None if secret is None else self._secrets.hash(client_id, secret),
            created_at=int(self._clock()),
            origin="self" if leave is None else "initial_access_token",
        )
        token = mint(REGISTRATION_TOKEN)
        event = registration_event("client_registered", "registered", client, source)
        event.token_id = None if leave is None else leave.record.token_id
        try:
            await self._audit.write(
                [event],
                add_registration,
                client,
                digest=digest,
                token=token,
                initial_access_token=None if leave is None else leave.token,
            )
        except Spent:
            raise token_refused() from None
        return Registration(client, secret, token)

    async def _share(self, alike: Client, digest: bytes, source: str) -> Registration:
        event = registration_event("client_registered", "shared", alike, source)
        now = int(self._clock())
        await self._audit.write([event], share_registration, alike.client_id, digest, now=now)
        return Registration(msgspec.structs.replace(alike, created_at=now))


def registration_event(event_type: str, action: str, client: Client, source: str) -> Event:
    """Return the record of what became of a registration, without what the client says freely."""
    metadata = client.metadata
    parts = map(urlsplit, metadata.redirect_uris)
    return Event(
        event_type=event_type,
        action_taken=action,
        client_id=client.client_id,
        source=source,
        detail={
            "origin": client.origin,
            "grant_types": list(metadata.grant_types),
            "redirects_to": sorted({part.hostname or part.scheme for part in parts}),
        },
    )
