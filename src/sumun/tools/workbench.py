"""What Sumun's own tools work with, and the reports each of them makes."""

from collections.abc import Callable
from typing import Any

import msgspec

from sumun.audit import AuditLog
from sumun.config import Config
from sumun.detection import Detector
from sumun.guard import Revealer
from sumun.keys import SigningKeyring
from sumun.oauth import AuthorizationServer
from sumun.protection import FernetService
from sumun.storage import Database

Report = dict[str, Any]


class Workbench(msgspec.Struct, frozen=True, kw_only=True):
    """The rooms the tools look into.

    Attributes
    ----------
    config, database, keyring, audit, authorization_server, detector, fernet:
        The running server's own.
    mask:
        Masks what the detector finds in a text.
    revealer:
        Turns tokens back into values, where there is a way to ask people for leave.
    clock:
        Unix seconds.

    """

    config: Config
    database: Database
    keyring: SigningKeyring
    audit: AuditLog
    authorization_server: AuthorizationServer
    detector: Detector
    fernet: FernetService
    mask: Callable[[str], str]
    revealer: Revealer | None = None
    clock: Callable[[], float]
