"""How providers are reached."""

from collections.abc import Callable

from sumun.config import Config, ProviderConfig
from sumun.oauth.fetch import Fetcher
from sumun.oauth.fetch.reaching import named_fetcher


def fetcher_of(config: Config) -> Callable[[ProviderConfig], Fetcher]:
    """Return what makes the fetcher of each provider."""

    def make(provider: ProviderConfig) -> Fetcher:
        return named_fetcher(config, (provider.issuer,), provider.networks)

    return make
