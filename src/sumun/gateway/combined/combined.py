"""Sumun's own tools and all servers behind the gateway, offered at one address."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from sumun.config import UpstreamConfig
from sumun.gateway.combined.asking import Open
from sumun.gateway.combined.endpoint import Endpoint
from sumun.gateway.combined.legacy import TogetherUpstream
from sumun.gateway.combined.naming import Owners
from sumun.gateway.combined.together import Together
from sumun.gateway.eras.conversations import Conversations
from sumun.gateway.eras.mirrors import Paths
from sumun.gateway.eras.modern_server import ModernServer
from sumun.gateway.headers import Headers
from sumun.gateway.sealing import Seal
from sumun.guard import Principal
from sumun.oauth.resources import OWN_TOOLS

_LIMIT: Final = 16 * 1024 * 1024

_log = logging.getLogger("sumun")


class Combined:
    """What is offered at ``/mcp``.

    Parameters
    ----------
    definitions:
        Returns the servers behind the gateway.
    may_look:
        Whether a principal may see what a server has.
    mirrored:
        Knows which arguments of a server's tool HTTP headers repeat.
    seal:
        Binds session ids to their principal.
    body_limit:
        Bytes a request body may have.

    """

    def __init__(
        self,
        *,
        definitions: Callable[[], Awaitable[Mapping[str, UpstreamConfig]]],
        may_look: Callable[[Principal, str], bool],
        mirrored: Callable[[str, str], Awaitable[Paths]],
        seal: Seal,
        body_limit: int,
    ) -> None:
        self._definitions = definitions
        self._may_look = may_look
        self._mirrored = mirrored
        self._seal = seal
        self._body_limit = body_limit
        self._conversations = Conversations()
        self._away: dict[str, str] = {}

    async def endpoint(self, principal: Principal, headers: Headers, open_: Open) -> Endpoint:
        """Return what answers one request of a principal."""
        definitions = await self._definitions()
        servers = sorted(name for name, each in definitions.items() if each.combined)
        visible = [name for name in servers if self._may_look(principal, name)]
        owners = Owners(servers)
        together = Together(
            open_,
            owners,
            visible,
            _LIMIT,
            self._left_out,
            shows_own=self._may_look(principal, OWN_TOOLS),
        )
        upstream = TogetherUpstream(together, _LIMIT)

        async def mirrored(tool: str) -> Paths:
            found = owners.of_name(tool)
            return await self._mirrored(*found) if found else {}

        return Endpoint(
            headers=headers,
            principal=principal,
            open_=open_,
            together=together,
            translator=ModernServer(upstream, OWN_TOOLS, mirrored, self._conversations),
            upstream=upstream,
            seal=self._seal,
            body_limit=self._body_limit,
        )

    def _left_out(self, server: str, why: str) -> None:
        """Say once that a server is left out of the lists of all, and once that it is back."""
        if why and server not in self._away:
            _log.warning("left out at /mcp: %s: %s", server, why)
        elif not why and server in self._away:
            _log.warning("again at /mcp: %s", server)
        if why:
            self._away[server] = why
        else:
            self._away.pop(server, None)
