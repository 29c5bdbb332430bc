"""The rooms a guard leads through, opened together wherever a guard stands."""

import os

from sumun.action import Action
from sumun.audit import AuditLog
from sumun.config import Config, ConfigurationError
from sumun.detection import Detector
from sumun.guard.guard import Guard
from sumun.guard.records import Observer
from sumun.keys import DataKeys, RootSecret, SealedFiles, open_root_secret
from sumun.policy import Policy, PolicyError
from sumun.protection import FernetService, ProtectionKeys, Protector, Scope
from sumun.storage import connect


class Rooms:
    """Keys, storage, log, detection and protection, as one configuration describes them.

    Parameters
    ----------
    config:
        Where everything is.

    Raises
    ------
    KeyMaterialError
        If a key file cannot be used.

    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.root: RootSecret = open_root_secret(config)
        self.files = SealedFiles(config.keys_path, self.root, strict=config.mode == "production")
        self.data_keys = DataKeys.open(self.files)
        self.database = connect(config.database_url, node=config.audit.node)
        self.audit = AuditLog(
            self.database,
            self.files.load_or_create("audit-checkpoint", _new_seed),
            node=config.audit.node,
            sink=config.audit_log_path,
            commit_timeout=config.audit.commit_timeout,
        )
        self._data_key = self.data_keys.current_id
        self.detector = Detector()
        self.protector = Protector(_protection_keys(self.data_keys))
        self.fernet = FernetService(self.data_keys.fernet())

    async def open(self) -> None:
        """Bring storage up to date and take up the log where it ended."""
        await self.database.open()
        await self.audit.open()

    async def close(self) -> None:
        """Write what is pending, then let go of the files."""
        await self.audit.close()
        await self.database.close()

    def refresh_keys(self) -> None:
        """Take up data keys that another process has rotated."""
        if self.data_keys.current_id != self._data_key:
            self._data_key = self.data_keys.current_id
            self.protector.use(_protection_keys(self.data_keys))
            self.fernet.use(self.data_keys.fernet())

    def mask(self, text: str) -> str:
        """Return ``text`` with everything that is found in it masked, its shape kept."""
        findings = self.detector.scan_text(text)
        return self.protector.protect_text(text, findings, lambda _: Action.MASK, scope=_NOBODY)

    def guard(
        self,
        policy: Policy,
        *,
        observer: Observer | None = None,
    ) -> Guard:
        """Return a guard with ``policy`` that leads through these rooms."""
        return Guard(
            detector=self.detector,
            protector=self.protector,
            policy=policy,
            audit=self.audit,
            subject_key=self.root.derive("audit-subject"),
            scope_hierarchy=self.config.scope_hierarchy,
            observer=observer,
        )


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
        return Policy.default()
    try:
        return Policy.parse(path.read_text(encoding="utf-8"), str(path))
    except PolicyError as error:
        raise ConfigurationError(str(error)) from None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: is not UTF-8 text") from None


def _new_seed() -> bytes:
    return os.urandom(32)


def _protection_keys(keys: DataKeys) -> ProtectionKeys:
    known = {key_id: key for key_id in keys.ids if (key := keys.get(key_id)) is not None}
    return ProtectionKeys(keys.current_id, known)
