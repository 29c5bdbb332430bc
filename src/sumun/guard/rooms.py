"""The rooms a guard leads through, opened together wherever a guard stands."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from sumun.action import Action
from sumun.audit import AuditLog
from sumun.config import Config, ConfigurationError
from sumun.guard.approvals import Approvals
from sumun.guard.checks import Check
from sumun.guard.detectors import Detectors
from sumun.guard.guard import Guard
from sumun.guard.records import Observer
from sumun.guard.revealing import Revealer
from sumun.guard.vault import Vault
from sumun.keys import (
    DataKeys,
    RootSecret,
    Schedule,
    SealedFiles,
    SealedRows,
    SealedStore,
    SigningKeyring,
    open_key_service,
    open_root_secret,
)
from sumun.policy import CedarMissing, CedarPolicies, Policy, PolicyError
from sumun.protection import FernetService, ProtectionKeys, Protector, Scope
from sumun.storage import connect


class Rooms:
    """Keys, storage, log, detection and protection, as one configuration describes them.

    The key that signs the log is this node's own and stays in a file; all other keys are where
    the configuration says.

    Parameters
    ----------
    config:
        Where everything is.

    Raises
    ------
    ConfigurationError
        If what is to be detected cannot be.
    KeyMaterialError
        If a key file cannot be used.

    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.root: RootSecret = open_root_secret(config)
        self.files = SealedFiles(config.keys_path, self.root, strict=config.mode == "production")
        self.store: SealedStore = self.files
        self.database = connect(config.database_url, node=config.audit.node)
        self.vault = Vault(self.database)
        self.audit = AuditLog(
            self.database,
            self.files.load_or_create("audit-checkpoint", _new_seed),
            node=config.audit.node,
            sink=config.audit_log_path,
            commit_timeout=config.audit.commit_timeout,
        )
        self.detectors = Detectors(config)
        self.detector = self.detectors.rules
        self._keyrings: list[SigningKeyring] = []

    async def open(self) -> None:
        """Bring storage up to date, read the keys, and take up the log where it ended.

        Raises
        ------
        KeyMaterialError
            If the keys cannot be used.
        StorageError, AuditDamaged
            If the database or the log in it cannot.

        """
        await self.database.open()
        if self.config.keys.store == "database":
            self.store = SealedRows(self.database, self.root)
        await self.store.refresh()
        self.data_keys = await asyncio.to_thread(DataKeys.open, self.store)
        self._data_keys_seen = self.data_keys.generation
        self.protector = Protector(_protection_keys(self.data_keys))
        self.fernet = FernetService(self.data_keys.fernet())
        await self.audit.open()

    async def open_keyring(self) -> SigningKeyring:
        """Read the signing keys, making the first where there is none.

        Raises
        ------
        KeyMaterialError
            If they cannot be used.
        SignerUnavailable
            If what is to hold them does not answer.

        """
        schedule = Schedule.of(self.config)
        keyring = await asyncio.to_thread(
            SigningKeyring.open,
            self.store,
            self.config.oauth.signing_alg,
            also=self.config.oauth.resource_signing_algs.values(),
            service=open_key_service(self.config.keys),
            publish_ahead=schedule.publish_ahead,
            keep=schedule.keep,
        )
        self._keyrings.append(keyring)
        return keyring

    async def close(self) -> None:
        """Write what is pending, then let go of the files."""
        for keyring in self._keyrings:
            keyring.close()
        self.detectors.close()
        await self.audit.close()
        await self.database.close()

    async def refresh_keys(self) -> None:
        """Take up data keys that another process has rotated, and forget what it destroyed."""
        await self.store.refresh()
        seen = self.data_keys.generation
        if seen != self._data_keys_seen:
            self._data_keys_seen = seen
            self.protector.use(_protection_keys(self.data_keys))
            self.fernet.use(self.data_keys.fernet())

    async def enter_tenant(self, tenant: str) -> None:
        """See that a tenant has keys of its own before anything is protected for it.

        Raises
        ------
        KeyMaterialError, StorageError
            If that cannot be done.

        """
        if tenant not in self.data_keys.tenants:
            await asyncio.to_thread(self.data_keys.add_tenant, tenant)
            await self.refresh_keys()

    def mask(self, text: str) -> str:
        """Return ``text`` with everything that is found in it masked, its shape kept."""
        findings = self.detector.scan_text(text)
        return self.protector.protect_text(text, findings, lambda _: Action.MASK, scope=_NOBODY)

    def guard(
        self,
        policy: Policy,
        *,
        observer: Observer | None = None,
        checks: Sequence[Check] = (),
    ) -> Guard:
        """Return a guard with ``policy`` that leads through these rooms.

        Raises
        ------
        ConfigurationError
            If the policy speaks of data that nobody looks for.

        """
        check_data(policy, self.detectors)
        return Guard(
            detector=self.detectors,
            protector=self.protector,
            policy=policy,
            audit=self.audit,
            vault=self.vault,
            enter_tenant=self.enter_tenant,
            subject_key=self.root.derive(_SUBJECT),
            scope_hierarchy=self.config.scope_hierarchy,
            observer=observer,
            checks=[self.approvals.check, *checks] if policy.mode == "enforce" else checks,
        )

    @cached_property
    def approvals(self) -> Approvals:
        """What has people say yes before a call goes on."""
        return Approvals(
            database=self.database,
            audit=self.audit,
            detector=self.detector,
            protector=self.protector,
            key=self.root.derive("approvals"),
        )

    def revealer(
        self,
        policy: Policy,
        servers: Callable[[], Awaitable[Iterable[str]]],
        reach: Callable[[str], Iterable[str]],
    ) -> Revealer:
        """Return what turns tokens made under ``policy`` back; see :class:`Revealer`."""
        return Revealer(
            protector=self.protector,
            vault=self.vault,
            audit=self.audit,
            tokens=policy.tokens,
            settings=self.config.reveal,
            servers=servers,
            reach=reach,
            subject_key=self.root.derive(_SUBJECT),
        )


_SUBJECT = "audit-subject"
_NOBODY = Scope(tenant="default", audience="")
"""Masking is the same for everybody; the protector asks all the same."""


def read_policy(config: Config) -> Policy:
    """Return the configured policy, or the safe default where there is no document.

    Raises
    ------
    ConfigurationError
        If the document cannot be read or is wrong; the message names the line.

    """
    path = config.policy_path
    if not path.exists() and not config.policy.file:
        policy = Policy.default()
    else:
        try:
            policy = Policy.parse(_text(path), str(path))
        except PolicyError as error:
            raise ConfigurationError(str(error)) from None
    return add_cedar(policy, config)


def add_cedar(policy: Policy, config: Config) -> Policy:
    """Return a policy with the configured Cedar policies, if there are any.

    Raises
    ------
    ConfigurationError
        If they cannot be read, or are wrong.

    """
    if not config.policy.cedar:
        return policy
    try:
        texts = [(path, _text(Path(path))) for path in config.policy.cedar]
        return policy.with_cedar(CedarPolicies(texts))
    except PolicyError as error:
        raise ConfigurationError(str(error)) from None
    except CedarMissing:
        raise ConfigurationError("policy.cedar: needs sumun[cedar]") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8 text") from None


def check_data(policy: Policy, detectors: Detectors) -> None:
    """See that all data a policy speaks of is looked for.

    Raises
    ------
    ConfigurationError
        If some is not, line by line.

    """
    unfound = policy.unfound(lambda when: detectors.finds(when.server, when.tool))
    if unfound:
        raise ConfigurationError("\n".join(unfound))


def _new_seed() -> bytes:
    return os.urandom(32)


def _protection_keys(keys: DataKeys) -> ProtectionKeys:
    known = {key_id: key for key_id in keys.ids if (key := keys.get(key_id)) is not None}
    return ProtectionKeys(keys.current_id, known, keys.tenants)
