"""Servers upstream that people sign in at: what the pages about them need."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sumun.audit import AuditUnavailable
from sumun.config import UpstreamConfig
from sumun.console.client import name_of
from sumun.console.readable import readable
from sumun.oauth.client_directory import ClientDirectory
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError
from sumun.oauth.upstream.grants import GrantRow
from sumun.oauth.upstream.sign_ins import SignIns


class Connections(NamedTuple):
    """Where people signed in, for which clients.

    Attributes
    ----------
    definition:
        Finds a server by its name.

    """

    sign_ins: SignIns
    definition: Callable[[str], UpstreamConfig | None]
    clients: ClientDirectory

    def server(self, name: str) -> UpstreamConfig | None:
        """Return a server, if it is one that people sign in at."""
        found = self.definition(name)
        return found if found is not None and found.credential.kind == "sign_in" else None

    async def client(self, client_id: str) -> Client | None:
        """Return a client, if it is known just now."""
        try:
            return await self.clients.find(client_id)
        except (OAuthError, AuditUnavailable):
            return None

    async def of(self, user_id: str) -> list[Mapping[str, Any]]:
        """Return a person's grants, for the page of their account."""
        found = await self.sign_ins.store.of(user_id)
        return [await self._shown(grant, clients) for grant, clients in found]

    async def withdraw(self, name: str, user_id: str, *, source: str) -> None:
        """Forget a person's grant at a server."""
        await self.sign_ins.withdraw(name, self.server(name), user_id, source=source)

    async def _shown(self, grant: GrantRow, clients: Sequence[str]) -> Mapping[str, Any]:
        known = {client_id: await self.client(client_id) for client_id in clients}
        return {
            "server": grant.server,
            "host": urlsplit(grant.url).netloc,
            "scope": grant.scope,
            "clients": [
                name_of(client) if client else readable(client_id)
                for client_id, client in known.items()
            ],
            "granted_at": grant.created_at,
        }
