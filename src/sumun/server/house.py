"""Every room of a running server, opened in order and closed in reverse."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any

import msgspec

from sumun.audit import AuditUnavailable, Event
from sumun.config import Config, ConfigurationError
from sumun.console import Connections, Console, LogoutPages, ProblemPage
from sumun.gateway.combined.combined import Combined
from sumun.gateway.credentials.credentials import Credentials
from sumun.gateway.door import Door
from sumun.gateway.eras.mirrors import Paths
from sumun.gateway.exchange import Gate
from sumun.gateway.minted_scopes import MintedScopes
from sumun.gateway.pins.pins import PinMode, Pins
from sumun.gateway.pins.statement import Key, Statement
from sumun.gateway.registry import Registry, list_servers
from sumun.gateway.sealing import Seal
from sumun.gateway.tool_lists import ToolLists
from sumun.gateway.tracing import UNTRACED, Tracing
from sumun.gateway.upstreams.checking import Checking
from sumun.gateway.upstreams.http import client_session
from sumun.gateway.upstreams.in_process import InProcessUpstream
from sumun.gateway.upstreams.upstream import Upstream
from sumun.guard import (
    Revealer,
    Rooms,
    check_data,
    purge_vault,
    read_policy,
    record_loading,
)
from sumun.keys import Schedule
from sumun.oauth import AuthorizationServer, KnownResources
from sumun.oauth.demo_client import ensure_demo_client
from sumun.oauth.housekeeping import PURGE_EVERY, purge_expired
from sumun.oauth.metadata import issuer_path
from sumun.oauth.registration.housekeeping import purge_clients
from sumun.oauth.resources import OWN_TOOLS
from sumun.oauth.upstream.sign_ins import SignIns
from sumun.proof import NONCE_PURPOSE, Nonces, takes_certificates
from sumun.resource import BearerVerifier, ProtectedResources
from sumun.server.health import Health
from sumun.server.metrics import Metrics
from sumun.server.rotation import KeyRotation
from sumun.tools.application import OwnTools, own_policy
from sumun.tools.workbench import Workbench
from sumun.watch import Incident, Watch

_REFRESH = 1.0
_DAY = 86_400.0
_REMEMBERED = 10_000

_log = logging.getLogger("sumun")


class House:
    """Opens the rooms that one configuration describes.

    Parameters
    ----------
    config:
        What the operator wants.

    Raises
    ------
    ConfigurationError, KeyMaterialError
        If the policy or the root secret cannot be used.

    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.metrics = Metrics()
        self.policy = read_policy(config)
        self.metrics.expect_rules(self.policy.rule_names)
        self.rooms = Rooms(config)
        check_data(self.policy, self.rooms.detectors)
        self.watch = Watch()
        self._tasks: list[asyncio.Task[Any]] = []
        self._reporting: set[asyncio.Task[None]] = set()
        self._closing = AsyncExitStack()
        self.ready = False

    async def open(self) -> None:
        """Open every room; afterwards the server can answer."""
        config, rooms, closing = self.config, self.rooms, self._closing
        closing.push_async_callback(rooms.close)
        await rooms.open()
        await record_loading(rooms.audit, self.policy)
        self.keyring = await rooms.open_keyring()
        if config.oauth.demo_client:
            await ensure_demo_client(rooms)
        session = await closing.enter_async_context(client_session())
        self.sign_ins = SignIns(
            config,
            database=rooms.database,
            audit=rooms.audit,
            root_secret=rooms.root,
            keyring=self.keyring,
        )
        credentials = Credentials(
            config, keyring=self.keyring, audit=rooms.audit, sign_ins=self.sign_ins
        )
        self.registry = Registry(
            config.servers,
            rooms.database,
            session,
            mirrored=self._mirrored,
            credentials=credentials.of,
        )
        closing.push_async_callback(self.registry.close)
        await self.registry.refresh()
        for name in config.servers:
            await self.registry.find(name)  # what cannot be read of their settings shows now
        self.tool_lists = ToolLists(self.registry, told=self._told)
        closing.push_async_callback(self.tool_lists.close)
        self.pins = Pins(
            rooms.database, rooms.audit, mode=self._pin_mode, ask=self.tool_lists.look_again
        )
        self.authorization_server = AuthorizationServer(
            config,
            database=rooms.database,
            keyring=self.keyring,
            audit=rooms.audit,
            root_secret=rooms.root,
            resources=KnownResources(config.issuer, config.default_audience, self.registry.knows),
            tool_lists=self.tool_lists,
            data_scopes=self.policy.data_scopes(),
            problem_page=ProblemPage(issuer_path(config.issuer)),
            logout_pages=LogoutPages(issuer_path(config.issuer)),
        )
        closing.push_async_callback(self.authorization_server.traces.close)
        closing.callback(self.authorization_server.people.close)
        self.console = Console(
            config,
            self.authorization_server.people,
            rooms.root,
            self.tool_lists,
            connections=Connections(
                self.sign_ins, self.registry.definition, self.authorization_server.clients
            ),
            approvals=rooms.approvals,
        )
        self.verifier = BearerVerifier(
            config,
            keyring=self.keyring,
            database=rooms.database,
            audit=rooms.audit,
            covers=self.authorization_server.hierarchy.covers,
            nonces=(
                Nonces(rooms.root.derive(NONCE_PURPOSE), time.time)
                if config.oauth.dpop_nonces
                else None
            ),
        )
        self.protected_resources = ProtectedResources(
            config.issuer,
            self.registry.knows,
            MintedScopes(self.registry, self.tool_lists, self.policy).below,
            takes_certificates=takes_certificates(config),
        )
        self.door = self._door()
        self.checking = Checking(self.registry, self.metrics.servers_found)
        self.health = Health(
            {"storage": self._check_storage, "audit": self._check_audit},
            started=lambda: self.ready,
            verbose=config.mode == "development",
            beside=self.checking.summary,
        )
        await self._warm_up()
        closing.push_async_callback(self._stop)
        rooms.audit.subscribe(self._watch)
        self._tasks = [
            asyncio.create_task(self._refresh(), name="refresh"),
            asyncio.create_task(self.checking.run(), name="server checks"),
            asyncio.create_task(self._own_upstream.load(), name="own tools"),
            asyncio.create_task(self.authorization_server.openid.backchannel.run(), name="logouts"),
            asyncio.create_task(
                KeyRotation(self.keyring, Schedule.of(config), rooms.audit).run(),
                name="key rotation",
            ),
        ]
        self.ready = True

    async def close(self) -> None:
        """Finish what was accepted and let go of everything."""
        self.ready = False
        self.metrics.export()
        await self._closing.aclose()

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._reporting, return_exceptions=True)

    def _door(self) -> Door:
        config, rooms = self.config, self.rooms
        seal = Seal(rooms.root.derive("mcp-session"))
        gate = Gate(
            tracing=self._tracing(),
            guard=rooms.guard(
                self.policy,
                observer=self.metrics.call_decided,
                checks=[self.pins.check],
            ),
            seal=seal,
            body_limit=config.server.body_limit,
            heard=self.tool_lists.heard,
            schemas=self.tool_lists.output_schema,
            hold_back=self.pins.hold_back,
        )
        revealer = rooms.revealer(
            self.policy, self.registry.names, self.authorization_server.hierarchy.reach
        )
        own_gate = msgspec.structs.replace(
            gate,
            guard=rooms.guard(
                own_policy(),
                observer=self.metrics.call_decided,
                checks=[revealer.check],
            ),
            hold_back=None,
        )
        own_tools = OwnTools(self._workbench(revealer))
        self._closing.push_async_callback(own_tools.close)
        self._own_upstream = InProcessUpstream(own_tools.load)
        return Door(
            issuer=config.issuer,
            verifier=self.verifier,
            find=self._find,
            gates={OWN_TOOLS: own_gate},
            gate=gate,
            combined=Combined(
                definitions=self.registry.definitions,
                may_look=lambda principal, server: (
                    own_gate if server == OWN_TOOLS else gate
                ).guard.may_look(principal, server),
                mirrored=self._mirrored,
                seal=seal,
                body_limit=config.server.body_limit,
            ),
            origins=frozenset(config.server.origins) | {_origin(config.issuer)},
        )

    async def _told(self, server: str, said: Mapping[Key, Statement]) -> None:
        await self.pins.take(server, said)

    def _pin_mode(self, server: str) -> PinMode:
        definition = self.registry.definition(server)
        return "off" if definition is None else definition.pin

    def _tracing(self) -> Tracing:
        """Have calls watched, where that is wanted; else nothing of it is even imported."""
        if not self.config.telemetry.enabled:
            return UNTRACED
        try:
            from sumun.server.telemetry import open_telemetry  # noqa: PLC0415 - an extra
        except ImportError:
            raise ConfigurationError(
                "telemetry.enabled: OpenTelemetry is not installed; pip install 'sumun[otel]'"
            ) from None
        telemetry = open_telemetry(self.config.telemetry, self.rooms.detectors.is_clean)
        self._closing.push_async_callback(telemetry.close)
        return telemetry.tracing

    async def _mirrored(self, server: str, tool: str) -> Paths:
        return await self.tool_lists.mirrored(server, tool)

    async def _find(self, name: str) -> Upstream | None:
        if name == OWN_TOOLS:
            return self._own_upstream
        return await self.registry.find(name)

    def _workbench(self, revealer: Revealer | None = None) -> Workbench:
        rooms = self.rooms
        return Workbench(
            config=self.config,
            database=rooms.database,
            keyring=self.keyring,
            audit=rooms.audit,
            authorization_server=self.authorization_server,
            detector=rooms.detector,
            fernet=rooms.fernet,
            mask=rooms.mask,
            revealer=revealer,
            clock=time.time,
        )

    async def _warm_up(self) -> None:
        """Let the watch see the last day, so that it knows what is usual; it was told then."""
        for told in await self.rooms.audit.tail(_REMEMBERED, since=time.time() - _DAY):
            self.watch.feed(msgspec.convert(told, Event))
        self.watch.tick()  # the time nobody served is no silence to wonder about

    def _watch(self, event: Event) -> None:
        for incident in self.watch.feed(event):
            reporting = asyncio.create_task(self._report(incident))
            self._reporting.add(reporting)
            reporting.add_done_callback(self._reporting.discard)
        if event.event_type == "token_issued":
            self.metrics.token_issued()
        elif event.event_type == "token_refused":
            self.metrics.token_refused()

    async def _report(self, incident: Incident) -> None:
        _log.warning("incident: %s", incident.summary["en"])
        with suppress(AuditUnavailable):  # calls are being refused for the same reason
            await self.rooms.audit.record(incident.as_event())

    async def _check_storage(self) -> None:
        await self.rooms.database.read(list_servers)

    async def _check_audit(self) -> None:
        error = self.rooms.audit.status().log_error
        if error is not None:
            raise AuditUnavailable(error)

    async def _refresh(self) -> None:
        """Notice what other processes changed: keys rotated, servers added."""
        purged_at = time.time()
        while True:
            await asyncio.sleep(_REFRESH)
            self.metrics.export()
            now = time.time()
            with suppress(Exception):  # storage may be away for a while; calls report that
                await self.registry.refresh()
                await self.rooms.refresh_keys()
                self.keyring.reload_if_changed()
                if now - purged_at > PURGE_EVERY:
                    purged_at = now
                    await self.rooms.database.write(purge_expired, now=int(now))
                    await self.rooms.database.write(purge_vault, now=int(now))
                    await self.rooms.approvals.end_expired()
                    await purge_clients(
                        self.rooms.database,
                        self.rooms.audit,
                        unused_client_ttl=self.config.oauth.unused_client_ttl,
                        now=int(now),
                    )
                for incident in self.watch.tick():
                    await self._report(incident)


def _origin(issuer: str) -> str:
    scheme, _, rest = issuer.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
