"""Whose assertions are exchanged for tokens: identity providers, and platforms of workloads."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from sumun.config import TrustedIssuerConfig
from sumun.oauth.assertions import Assertion
from sumun.oauth.issuer_keys import IssuerKeys
from sumun.oauth.key_sets import KeySets
from sumun.policy.patterns import matches


class TrustedIssuer(NamedTuple):
    """One entry of ``oauth.trusted_issuers``."""

    name: str
    settings: TrustedIssuerConfig
    keys: IssuerKeys

    def describes(self, claims: Mapping[str, Any]) -> bool:
        """Say whether every claim that the entry names is there and fits its pattern."""
        return all(
            isinstance(value := claims.get(name), str) and matches(pattern, value)
            for name, pattern in self.settings.claims.items()
        )


class TrustedIssuers:
    """Finds who vouches for an assertion.

    Raises
    ------
    ConfigurationError
        If a key file cannot be used.

    """

    def __init__(self, settings: Mapping[str, TrustedIssuerConfig], key_sets: KeySets) -> None:
        self._entries = [
            TrustedIssuer(
                name, entry, IssuerKeys(f"oauth.trusted_issuers.{name}.keys", entry.keys, key_sets)
            )
            for name, entry in settings.items()
        ]

    def __len__(self) -> int:
        return len(self._entries)

    async def vouching(
        self, assertion: Assertion, kind: Literal["identity", "workload"]
    ) -> TrustedIssuer | None:
        """Return the first entry whose issuer signed the assertion and whose claims it has.

        A key counts for its own issuer alone, whatever it is called.
        """
        for entry in self._of(assertion.claims.iss, kind):
            if entry.describes(assertion.more) and await entry.keys.find(assertion.jws):
                return entry
        return None

    def _of(self, issuer: str, kind: str) -> Iterator[TrustedIssuer]:
        for entry in self._entries:
            if entry.settings.issuer == issuer and entry.settings.kind == kind:
                yield entry
