"""Which MCP servers stand behind the gateway: those of the configuration, and those added since."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
import msgspec

from sumun.config import ConfigurationError, UpstreamConfig, reaching_problems
from sumun.gateway.credentials.certificate import tls_of
from sumun.gateway.credentials.credential import Credential
from sumun.gateway.credentials.static import StaticHeader
from sumun.gateway.eras.mirrors import Paths
from sumun.gateway.eras.translated import Translated
from sumun.gateway.upstreams.opening import local_server, remote_server
from sumun.gateway.upstreams.upstream import Transport, Upstream
from sumun.storage import Database, StorageError, Transaction

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
RESERVED = frozenset({"sumun"})
"""Names a server may not take: the gateway's own tools answer to it in policies and the log."""


def check_name(name: str) -> str:
    """Return ``name`` if a server may be called so.

    Raises
    ------
    ConfigurationError
        Saying what a name looks like.

    """
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise ConfigurationError(
            f"server name {name!r}: use up to 64 lower-case letters, digits and hyphens"
            f" (reserved: {', '.join(sorted(RESERVED))})"
        )
    return name


def check_definition(name: str, definition: UpstreamConfig) -> UpstreamConfig:
    """Return ``definition`` if a call could be sent there.

    Raises
    ------
    ConfigurationError
        Naming the server and the setting.

    """
    check_name(name)
    if problems := [f"servers.{name}.{problem}" for problem in reaching_problems(definition)]:
        raise ConfigurationError("\n".join(problems))
    return definition


def add_server(tx: Transaction, name: str, definition: UpstreamConfig, now: int) -> None:
    """Put a server behind the gateway (intent)."""
    tx.execute(
        "add_upstream_server",
        name=name,
        definition=msgspec.json.encode(definition).decode(),
        created_at=now,
    )


def remove_server(tx: Transaction, name: str) -> bool:
    """Take a server away again, and what was approved of it (intent); say whether there was one."""
    tx.execute("forget_pins", server=name)
    return tx.execute("remove_upstream_server", name=name) > 0


def list_servers(tx: Transaction) -> dict[str, UpstreamConfig]:
    """Return the servers that were added (query)."""
    return {
        str(name): msgspec.json.decode(str(definition), type=UpstreamConfig)
        for name, definition in tx.fetch_all("list_upstream_servers")
    }


class Registry:
    """Finds the upstream for a name.

    Parameters
    ----------
    configured:
        The servers of the configuration file; they win over added ones of the same name.
    database:
        Where added servers are; read again every ``refresh`` seconds, so that a server added by
        the command line is there without a restart.
    session:
        The client all of them share.
    mirrored:
        Knows which arguments of a server's tool HTTP headers repeat.
    credentials:
        Says what a server is shown.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        configured: dict[str, UpstreamConfig],
        database: Database,
        session: aiohttp.ClientSession,
        *,
        mirrored: Callable[[str, str], Awaitable[Paths]],
        credentials: Callable[[str, UpstreamConfig], Credential] = StaticHeader,
        refresh: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        for name, definition in configured.items():
            check_definition(name, definition)
        self._configured = configured
        self._database = database
        self._session = session
        self._mirrored = mirrored
        self._credentials = credentials
        self._refresh = refresh
        self._clock = clock
        self._definitions: dict[str, UpstreamConfig] = dict(configured)
        self._upstreams: dict[str, Translated] = {}
        self._transports: dict[str, Transport] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._read_at = float("-inf")

    def knows(self, name: str) -> bool:
        """Whether there was a server called ``name`` when the registry was last read."""
        return name in self._definitions

    def definition(self, name: str) -> UpstreamConfig | None:
        """Return what was known of a server when the registry was last read."""
        return self._definitions.get(name)

    async def refresh(self) -> None:
        """Read the registry again, if it was last read long enough ago."""
        await self._read_again()

    async def names(self) -> list[str]:
        """Return the names of all servers, in order."""
        await self._read_again()
        return sorted(self._definitions)

    async def definitions(self) -> dict[str, UpstreamConfig]:
        """Return all servers."""
        await self._read_again()
        return dict(self._definitions)

    async def find(self, name: str) -> Upstream | None:
        """Return the upstream called ``name``, if there is one."""
        await self._read_again()
        upstream = self._upstreams.get(name)
        if upstream is None and name in self._definitions:
            transport = self._open(name, self._definitions[name])
            upstream = Translated(transport, name, partial(self._mirrored, name))
            self._upstreams[name] = upstream
            self._transports[name] = transport
        return upstream

    async def transport(self, name: str) -> Transport | None:
        """Return how the server called ``name`` is reached, if there is one."""
        await self.find(name)
        return self._transports.get(name)

    async def close(self) -> None:
        """Let go of all servers; processes end."""
        self._let_go([*self._transports])
        await asyncio.gather(*self._closing)

    def _open(self, name: str, definition: UpstreamConfig) -> Transport:
        if definition.transport == "stdio":
            return local_server(name, definition)
        credential = self._credentials(name, definition)
        tls = tls_of(name, definition)
        return remote_server(name, definition, self._session, credential, tls)

    def _let_go(self, names: list[str]) -> None:
        for name in names:
            upstream = self._upstreams.pop(name, None)
            transport = self._transports.pop(name, None)
            if upstream is not None and transport is not None:
                closing = asyncio.create_task(_closed(upstream, transport))
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)

    async def _read_again(self) -> None:
        now = self._clock()
        if now - self._read_at < self._refresh:
            return
        self._read_at = now
        try:
            added = await self._database.read(list_servers)
        except StorageError:
            return  # what is known stays known; the log and the tokens say that storage is away
        definitions = {**added, **self._configured}
        if definitions != self._definitions:
            before, self._definitions = self._definitions, definitions
            self._let_go([name for name in before if definitions.get(name) != before[name]])


async def _closed(upstream: Translated, transport: Transport) -> None:
    await upstream.close()
    await transport.close()
