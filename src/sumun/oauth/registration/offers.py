"""What clients of each kind may register, however they become known."""

from typing import Final

from sumun.config import Config
from sumun.oauth.registration.metadata import Offer

_BY_A_PERSON: Final = frozenset(
    {
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    }
)
"""Grants in which a person decides: a client nobody knows may have them."""

_BY_ANOTHER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
"""Here somebody whom the operator trusts has decided (ID-JAG, RFC 7523 §2.1)."""


def offer_to_documents(config: Config) -> Offer:
    """Return what a client may have that is known by its document: no secret, no way of its own."""
    return Offer(
        grant_types=_BY_A_PERSON | {_BY_ANOTHER},
        auth_methods=frozenset({"none", "private_key_jwt"}),
        default_method="none",
        private_use_schemes=frozenset(config.oauth.private_use_schemes),
        id_token_algs=_algs(config),
    )


def offer_to_anybody(config: Config) -> Offer:
    """Return what a client may have that registers itself."""
    return Offer(
        grant_types=_BY_A_PERSON,
        auth_methods=frozenset(
            {"none", "client_secret_basic", "client_secret_post", "private_key_jwt"}
        ),
        # RFC 7591 §2.
        default_method="client_secret_basic",
        private_use_schemes=frozenset(config.oauth.private_use_schemes),
        id_token_algs=_algs(config),
    )


def offer_to_trusted(config: Config) -> Offer:
    """Return what a client may have whose registration the operator has allowed."""
    offer = offer_to_anybody(config)
    return offer._replace(grant_types=offer.grant_types | {_BY_ANOTHER, "client_credentials"})


def _algs(config: Config) -> frozenset[str]:
    """Return what there are signing keys for."""
    return frozenset({config.oauth.signing_alg, *config.oauth.resource_signing_algs.values()})
