"""Detection, masking and encryption as two small services, and the decorator: the seed's API."""

from functools import lru_cache

from sumun.detection import Finding
from sumun.detection.entities import ENTITIES
from sumun.guard import Rooms
from sumun.integrations.decorator import CallRefused, secure_tool
from sumun.integrations.local import local_house
from sumun.protection import Scope

__all__ = [
    "CallRefused",
    "EncryptionService",
    "PiiDetector",
    "get_encryption_service",
    "get_pii_detector",
    "secure_tool",
]

_SCOPE = Scope(tenant="default", audience="")


class DetectedPii(dict[str, list[str]]):
    """The values found, by their short names (``email``, ``phone``), in order of appearance.

    Attributes
    ----------
    findings:
        The same with spans and scores.

    """

    findings: list[Finding]


class PiiDetector:
    """Finds and masks personal data and secrets in text.

    Parameters
    ----------
    rooms:
        The detector and protector to use.

    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def scan_text(self, text: str) -> DetectedPii:
        """Return what is found in ``text``."""
        detected = DetectedPii()
        detected.findings = self._rooms.detector.scan_text(text)
        for finding in detected.findings:
            known = ENTITIES.get(finding.entity_type)
            name = known.aliases[0] if known else finding.entity_type.lower()
            detected.setdefault(name, []).append(text[finding.start : finding.end])
        return detected

    def mask_pii(self, text: str) -> str:
        """Return ``text`` with everything that is found in it masked, its shape kept."""
        return self._rooms.mask(text)


class EncryptionService:
    """Encrypts and decrypts text with the current data keys.

    Parameters
    ----------
    rooms:
        The keys to use.

    """

    def __init__(self, rooms: Rooms) -> None:
        self._fernet = rooms.fernet
        self._protector = rooms.protector

    def encrypt(self, text: str) -> str:
        """Return ``text`` as a Fernet token."""
        return self._fernet.encrypt(text)

    def decrypt(self, text: str) -> str:
        """Return what was encrypted.

        Takes a Fernet token of :meth:`encrypt`, or a text in which :func:`secure_tool` encrypted
        the personal data.

        Raises
        ------
        DecryptionError
            If it was altered, is not ours, or its key is gone.

        """
        if text.startswith("gAAAA"):
            return self._fernet.decrypt(text)
        return self._protector.decrypt_text(text, scope=_SCOPE)


@lru_cache(maxsize=1)
def get_pii_detector() -> PiiDetector:
    """Return the process's detector."""
    return PiiDetector(local_house().rooms)


@lru_cache(maxsize=1)
def get_encryption_service() -> EncryptionService:
    """Return the process's encryption service."""
    return EncryptionService(local_house().rooms)
