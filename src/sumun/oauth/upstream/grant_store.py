"""People's grants at servers upstream: their tokens sealed, each change recorded with it."""

import base64
from collections.abc import Callable
from typing import Final

import msgspec

from sumun.audit import AuditLog, Event
from sumun.keys import KeyMaterialError, RootSecret
from sumun.keys.envelope import Envelope
from sumun.oauth.upstream.access_token import AccessToken
from sumun.oauth.upstream.grants import (
    GrantRow,
    approve_client,
    end_grant,
    find_grant,
    is_approved,
    lease_grant,
    list_approved,
    list_grants,
    new_version,
    put_grant,
    release_grant,
    renew_grant,
    withdraw_grant,
)
from sumun.proof.prover import Prover
from sumun.storage import Database

LEASE: Final = 30
"""Seconds after which somebody who was to renew a grant is given up."""

_PROVERS: Final = 1024


class _Sealed(msgspec.Struct, frozen=True):
    token: AccessToken
    key: str = ""


class Grant(msgspec.Struct, frozen=True):
    """A grant with its tokens.

    Attributes
    ----------
    prover:
        The key they are bound to; ``None`` for bearer tokens.

    """

    row: GrantRow
    token: AccessToken
    prover: Prover | None = None


class GrantStore:
    """Keeps them.

    Parameters
    ----------
    clock:
        Unix seconds.

    """

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        root_secret: RootSecret,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._audit = audit
        self._envelope = Envelope(root_secret)
        self._clock = clock
        self._provers: dict[str, Prover] = {}

    async def find(self, user_id: str, server: str) -> Grant | None:
        """Return a person's grant at a server; one that does not open is none.

        Raises
        ------
        StorageError
            If it cannot be read.

        """
        row = await self._database.read(find_grant, user_id, server)
        return None if row is None else self._opened(row)

    async def keep(
        self,
        user_id: str,
        server: str,
        *,
        url: str,
        issuer: str,
        token: AccessToken,
        prover: Prover | None,
        source: str,
    ) -> None:
        """Keep a new grant.

        Raises
        ------
        AuditUnavailable, StorageError
            If it cannot be recorded.

        """
        row = GrantRow(
            user_id=user_id,
            server=server,
            url=url,
            issuer=issuer,
            scope=token.scope,
            sealed=self._close(user_id, server, token, prover),
            version=new_version(),
            created_at=int(self._clock()),
        )
        event = self._event(row, "obtained", source=source)
        await self._audit.write([event], put_grant, row)

    async def lease(self, grant: Grant) -> bool:
        """Take the renewal upon oneself; return whether nobody else has."""
        now = int(self._clock())
        return await self._database.write(lease_grant, grant.row, now=now, until=now + LEASE)

    async def release(self, grant: Grant) -> None:
        """Let others try to renew it."""
        await self._database.write(release_grant, grant.row)

    async def renew(self, grant: Grant, token: AccessToken) -> None:
        """Replace the tokens before the new ones are used: the old ones may be good no more."""
        row = grant.row
        sealed = self._close(row.user_id, row.server, token, grant.prover)
        await self._audit.write(
            [self._event(row, "renewed")], renew_grant, row, scope=token.scope, sealed=sealed
        )

    async def end(self, grant: Grant) -> None:
        """Forget a grant that its authorization server no longer honours."""
        event = self._event(grant.row, "removed", reason="invalid_grant")
        await self._audit.write([event], end_grant, grant.row)

    async def note_use(self, grant: Grant, client_id: str) -> None:
        """Record that a client's call goes on with a person's token."""
        await self._audit.record(self._event(grant.row, "used", client_id=client_id))

    async def approve(self, user_id: str, server: str, client_id: str, *, source: str) -> None:
        """Let a client use the person's grant at a server, now or when there is one."""
        event = Event(
            event_type="upstream_grant",
            user_id=user_id,
            client_id=client_id,
            server=server,
            action_taken="granted",
            source=source,
        )
        now = int(self._clock())
        await self._audit.write([event], approve_client, user_id, server, client_id, now=now)

    async def is_approved(self, user_id: str, server: str, client_id: str) -> bool:
        """Whether a client may use the person's grant at a server."""
        return await self._database.read(is_approved, user_id, server, client_id)

    async def of(self, user_id: str) -> list[tuple[GrantRow, list[str]]]:
        """Return a person's grants, each with the clients that may use it."""
        approved = await self._database.read(list_approved, user_id)
        rows = await self._database.read(list_grants, user_id)
        return [(row, approved.get(row.server, [])) for row in rows]

    async def withdraw(self, user_id: str, server: str, *, source: str) -> Grant | None:
        """Forget a person's grant at a server and who may use it; return what it was."""
        event = Event(
            event_type="upstream_grant",
            user_id=user_id,
            server=server,
            action_taken="withdrawn",
            source=source,
        )
        row = await self._audit.write([event], withdraw_grant, user_id, server)
        return None if row is None else self._opened(row)

    def _close(self, user_id: str, server: str, token: AccessToken, prover: Prover | None) -> bytes:
        key = base64.b64encode(prover.to_der()).decode() if prover else ""
        return self._envelope.close(
            _name(user_id, server), msgspec.json.encode(_Sealed(token, key))
        )

    def _opened(self, row: GrantRow) -> Grant | None:
        name = _name(row.user_id, row.server)
        try:
            data = self._envelope.open(name, row.sealed, "the table upstream_grants")
        except KeyMaterialError:
            return None
        opened = msgspec.json.decode(data, type=_Sealed)
        return Grant(row, opened.token, self._prover(opened.key))

    def _prover(self, key: str) -> Prover | None:
        """Return the one object for a key: it remembers the nonces."""
        if not key:
            return None
        prover = self._provers.get(key)
        if prover is None:
            if len(self._provers) >= _PROVERS:
                self._provers.clear()
            prover = self._provers[key] = Prover(base64.b64decode(key), self._clock)
        return prover

    def _event(
        self, row: GrantRow, action: str, *, reason: str = "", client_id: str = "", source: str = ""
    ) -> Event:
        return Event(
            event_type="upstream_grant",
            user_id=row.user_id,
            client_id=client_id or None,
            server=row.server,
            resource=row.url,
            scope=row.scope or None,
            action_taken=action,
            reason=reason or None,
            source=source or None,
        )


def _name(user_id: str, server: str) -> str:
    """Return what ties the sealed tokens to their row."""
    return f"upstream-grant/{server}/{user_id}"
