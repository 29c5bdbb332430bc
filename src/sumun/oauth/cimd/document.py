"""What a client's document must say (draft 02 §4)."""

from sumun.oauth.clients import ClientMetadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.registration.described import Described, read_described
from sumun.oauth.registration.metadata import SYMMETRIC, Offer, check_metadata


class BadDocument(Exception):
    """The document cannot be used; the message says why, for its author."""


def read_document(url: str, body: bytes, offer: Offer) -> ClientMetadata:
    """Return what the client is known by.

    Raises
    ------
    BadDocument
        If the document breaks a rule.

    """
    try:
        described = read_described(body)
        _check(url, described)
        return check_metadata(described, offer)
    except OAuthError as error:
        raise BadDocument(error.description) from None


def _check(url: str, described: Described) -> None:
    # §4: "simple string comparison": nothing is normalised.
    if described.client_id != url:
        raise BadDocument("its client_id is not its own URL, character by character")
    if not described.client_name:
        raise BadDocument("it has no client_name")
    if not described.redirect_uris:
        raise BadDocument("it has no redirect_uris")
    # §4.1: what everybody can read is no secret.
    if described.client_secret is not None or described.client_secret_expires_at is not None:
        raise BadDocument("it has a client_secret, which a public document cannot have")
    methods = {
        described.token_endpoint_auth_method,
        *(described.token_endpoint_auth_methods_supported or ()),
    }
    if methods & SYMMETRIC:
        raise BadDocument(
            "its token_endpoint_auth_method needs a secret, which a public document cannot have; "
            "use none or private_key_jwt"
        )
