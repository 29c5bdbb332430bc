"""Letting clients look after what they registered (RFC 7592)."""

import time
from collections.abc import Callable
from typing import Final

import msgspec

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.client_secrets import ClientSecrets
from sumun.oauth.clients import Client, ClientMetadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.registration.described import Described
from sumun.oauth.registration.leave import token_refused, with_scope_given
from sumun.oauth.registration.metadata import check_metadata
from sumun.oauth.registration.offers import offer_to_anybody, offer_to_trusted
from sumun.oauth.registration.records import (
    Changed,
    change_registration,
    find_registered,
    remove_registration,
)
from sumun.oauth.registration.registrar import Registration, registration_event
from sumun.oauth.registration.software_statement import SoftwareStatements
from sumun.oauth.scopes import ScopeHierarchy
from sumun.storage import Database

_LEEWAY: Final = 60


class Management:
    """Reads, changes and removes registrations for whoever has the token of one.

    ``clock`` tells Unix seconds.
    """

    def __init__(
        self,
        config: Config,
        database: Database,
        audit: AuditLog,
        *,
        directory: ClientDirectory,
        hierarchy: ScopeHierarchy,
        client_secrets: ClientSecrets,
        statements: SoftwareStatements,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._audit = audit
        self._directory = directory
        self._hierarchy = hierarchy
        self._secrets = client_secrets
        self._statements = statements
        self._clock = clock
        self._token_lifetime = config.oauth.access_token_ttl
        self._to_anybody = offer_to_anybody(config)
        self._to_trusted = offer_to_trusted(config)

    async def read(self, client_id: str, token: str) -> Registration:
        """Return the client as it is registered (RFC 7592 §2.1).

        Raises
        ------
        OAuthError
            ``invalid_token`` if this is not its token.
        StorageUnavailable
            If that cannot be known.

        """
        return Registration(await self._find(client_id, token), token=token)

    async def change(
        self, client_id: str, token: str, described: Described, source: str
    ) -> Registration:
        """Give the client other metadata, all of it (RFC 7592 §2.2).

        Raises
        ------
        OAuthError
            ``invalid_token`` if this is not its token, or as registering says.
        StorageError, AuditUnavailable
            If it cannot be kept or recorded.

        """
        client = await self._find(client_id, token)
        self._check(client, described)
        metadata = self._judge(client, await self._statements.apply(described))
        secret, secret_hash = self._secret(client, metadata)
        changed = msgspec.structs.replace(client, metadata=metadata, secret_hash=secret_hash)
        event = registration_event("client_changed", "changed", changed, source)
        try:
            await self._audit.write(
                [event], change_registration, client_id, token, metadata, secret_hash=secret_hash
            )
        except Changed:
            raise token_refused() from None
        self._directory.forget(client_id)
        return Registration(changed, secret, token)

    async def remove(self, client_id: str, token: str, source: str) -> None:
        """Forget the client, and what people granted it (RFC 7592 §2.3).

        Raises
        ------
        OAuthError
            ``invalid_token`` if this is not its token.
        StorageError, AuditUnavailable
            If that cannot be done or recorded.

        """
        client = await self._find(client_id, token)
        event = registration_event("client_removed", "removed", client, source)
        now = int(self._clock())
        try:
            await self._audit.write(
                [event],
                remove_registration,
                client_id,
                token,
                now=now,
                deny_until=now + self._token_lifetime + _LEEWAY,
            )
        except Changed:
            raise token_refused() from None
        self._directory.forget(client_id)

    async def _find(self, client_id: str, token: str) -> Client:
        client = await self._database.read(find_registered, client_id, token)
        if client is None or client.disabled_at is not None:
            raise token_refused()
        return client

    def _check(self, client: Client, described: Described) -> None:
        if described.client_id != client.client_id:
            raise OAuthError(
                "invalid_client_metadata",
                "client_id: must be the client's own, beside all of its metadata (RFC 7592 2.2)",
            )
        if described.names_what_the_server_sets:
            raise OAuthError(
                "invalid_client_metadata",
                "leave out registration_access_token, registration_client_uri, "
                "client_secret_expires_at and client_id_issued_at (RFC 7592 2.2)",
            )
        presented = described.client_secret
        if presented is not None and not self._secrets.verify(
            client.client_id, client.secret_hash, presented
        ):
            raise OAuthError(
                "invalid_client_metadata",
                "client_secret: is not the client's, and cannot be chosen (RFC 7592 2.2)",
            )

    def _judge(self, client: Client, described: Described) -> ClientMetadata:
        if client.origin == "initial_access_token":
            metadata = check_metadata(described, self._to_trusted)
            metadata = with_scope_given(self._hierarchy, client.metadata.scope, metadata)
        else:
            metadata = check_metadata(described, self._to_anybody)
        # What the operator alone may say stays.
        return msgspec.structs.replace(
            metadata,
            resources=client.metadata.resources,
            serves=client.metadata.serves,
            may_act=client.metadata.may_act,
        )

    def _secret(self, client: Client, metadata: ClientMetadata) -> tuple[str | None, str | None]:
        """Return a new secret if one is needed and there is none, and the hash to keep."""
        if not metadata.has_secret:
            return None, None
        if client.secret_hash is not None:
            return None, client.secret_hash
        secret = self._secrets.mint()
        return secret, self._secrets.hash(client.client_id, secret)
