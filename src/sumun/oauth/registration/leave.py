"""Whether one may register, and what the operator gives along with that."""

from typing import Final

import msgspec

from sumun.oauth.clients import ClientMetadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.scopes import ScopeHierarchy

CHALLENGE: Final = ((b"www-authenticate", b'Bearer realm="sumun"'),)
_REFUSED: Final = ((b"www-authenticate", b'Bearer realm="sumun", error="invalid_token"'),)


def token_needed() -> OAuthError:
    """Return what somebody without a token is told."""
    return OAuthError(
        "invalid_token",
        "registering needs an initial access token here; ask the operator for one, or be known "
        "by a client ID metadata document",
        headers=CHALLENGE,
    )


def token_refused() -> OAuthError:
    """Return the one answer to a token that is not good: nobody learns which clients exist."""
    return OAuthError(
        "invalid_token",
        "the token is not good for this: used up, expired, revoked, or of another client",
        headers=_REFUSED,
    )


def with_scope_given(
    hierarchy: ScopeHierarchy, given: str, metadata: ClientMetadata
) -> ClientMetadata:
    """Return the metadata with the scopes the operator gave, or as many as are asked for.

    Raises
    ------
    OAuthError
        ``invalid_client_metadata`` if more is asked for, or nothing was given to a client that
        asks nobody else.

    """
    if not given:
        if "client_credentials" in metadata.grant_types:
            raise OAuthError(
                "invalid_client_metadata",
                "grant_types: client_credentials needs an initial access token with a scope",
            )
        # What it says itself gives it nothing.
        return msgspec.structs.replace(metadata, scope="")
    beyond = hierarchy.missing(given.split(), metadata.scope.split())
    if beyond:
        raise OAuthError(
            "invalid_client_metadata",
            f"scope: the initial access token does not give {' '.join(beyond)}",
        )
    return msgspec.structs.replace(metadata, scope=metadata.scope or given)
