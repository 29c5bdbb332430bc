"""How providers are reached: as strangers are, and where the operator says they may be."""

from collections.abc import Callable
from ipaddress import ip_network
from typing import Final

from sumun.config import Config, ProviderConfig
from sumun.oauth.fetch import Fetcher
from sumun.oauth.fetch.addresses import LOOPBACK

_PATIENCE: Final = 10.0
"""Seconds: a person waits, and would wait longer for nothing if it were given up early."""


def fetcher_of(config: Config) -> Callable[[ProviderConfig], Fetcher]:
    """Return what makes the fetcher of each provider."""
    developing = config.mode == "development"

    def make(provider: ProviderConfig) -> Fetcher:
        networks = [ip_network(each, strict=False) for each in provider.networks]
        # Only who is said to be on this machine may send us to it.
        here = developing and provider.issuer.startswith("http://localhost")
        return Fetcher(
            allowed=(*networks, *(LOOPBACK if here else ())),
            patience=_PATIENCE,
            plain_localhost=here,
        )

    return make
