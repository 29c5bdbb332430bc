"""What a client says of itself, as it comes (RFC 7591 §2)."""

from typing import Any

import msgspec

from sumun.oauth.errors import OAuthError


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """The members as they come; unknown ones are ignored (RFC 7591 §2), ``null`` is none."""

    client_id: str | None = None
    client_secret: str | None = None
    client_secret_expires_at: int | None = None
    client_id_issued_at: int | None = None
    registration_access_token: str | None = None
    registration_client_uri: str | None = None
    redirect_uris: list[str] | None = None
    post_logout_redirect_uris: list[str] | None = None
    token_endpoint_auth_method: str | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None
    token_endpoint_auth_signing_alg: str | None = None
    grant_types: list[str] | None = None
    response_types: list[str] | None = None
    application_type: str | None = None
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    tos_uri: str | None = None
    policy_uri: str | None = None
    contacts: list[str] | None = None
    scope: str | None = None
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None
    software_id: str | None = None
    software_version: str | None = None
    software_statement: str | None = None
    tls_client_auth_subject_dn: str | None = None
    dpop_bound_access_tokens: bool | None = None
    require_pushed_authorization_requests: bool | None = None
    id_token_signed_response_alg: str | None = None
    backchannel_logout_uri: str | None = None
    authorization_details_types: list[str] | None = None

    @property
    def names_what_the_server_sets(self) -> bool:
        """Whether there are members only the server gives (RFC 7592 §2.2)."""
        members = (
            self.client_secret_expires_at,
            self.client_id_issued_at,
            self.registration_access_token,
            self.registration_client_uri,
        )
        return any(member is not None for member in members)


_decoder = msgspec.json.Decoder(Described)


def read_described(text: bytes) -> Described:
    """Read the members of a JSON object.

    Raises
    ------
    OAuthError
        ``invalid_client_metadata``, naming the member of the wrong type.

    """
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError as error:
        raise invalid_metadata(f"the metadata is not as RFC 7591 2 says: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise invalid_metadata("the metadata is not a JSON object") from None


def invalid_metadata(description: str) -> OAuthError:
    """Return the refusal of a member, which ``description`` names."""
    return OAuthError("invalid_client_metadata", description)
