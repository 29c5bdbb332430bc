"""Whose data a call touched, counted without keeping it."""

import hashlib
import hmac
from collections.abc import Iterable

from sumun.detection import LeafFindings

_IDENTIFYING = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "KR_RRN", "KR_FRN", "US_SSN", "PERSON"})
"""What stands for one person; a card or an address may be one of several."""

_LIMIT = 2048
"""Values of one type remembered for a call: beyond it the number is what matters."""


class Subjects:
    """The data subjects of one call, as keyed hashes.

    A person's record has a name, an e-mail address and a phone number: that is one person, not
    three. So the type with the most distinct values stands for all.

    Parameters
    ----------
    key:
        32 bytes; whoever has it can look a value up, nobody else can.
    tenant:
        Part of what is hashed, so that hashes of two tenants cannot be compared.

    """

    def __init__(self, key: bytes, tenant: str) -> None:
        self._key = key
        self._tenant = tenant
        self._by_type: dict[str, set[str]] = {}

    def note(self, leaves: Iterable[LeafFindings]) -> None:
        """Count the people found."""
        for found in leaves:
            text = found.leaf.text
            for finding in found.findings:
                if finding.entity_type in _IDENTIFYING:
                    values = self._by_type.setdefault(finding.entity_type, set())
                    if len(values) < _LIMIT:
                        values.add(text[finding.start : finding.end])

    def hashes(self) -> list[str]:
        """Return one hash a person, sorted."""
        largest = max(self._by_type.values(), key=len, default=set())
        return sorted(self.hash(value) for value in largest)

    def hash(self, value: str) -> str:
        """Return by what the log knows a value."""
        message = f"{self._tenant}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:16]
