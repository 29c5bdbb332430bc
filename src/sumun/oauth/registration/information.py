"""What a registered client is told of itself (RFC 7591 §3.2.1, RFC 7592 §3)."""

from typing import Any, Final

from sumun.oauth.clients import ClientMetadata
from sumun.oauth.registration.registrar import Registration

_AS_STORED: Final = (
    "client_name",
    "client_uri",
    "logo_uri",
    "contacts",
    "tos_uri",
    "policy_uri",
    "application_type",
    "grant_types",
    "response_types",
    "redirect_uris",
    "post_logout_redirect_uris",
    "scope",
    "token_endpoint_auth_signing_alg",
    "jwks",
    "jwks_uri",
    "software_id",
    "software_version",
    "tls_client_auth_subject_dn",
    "dpop_bound_access_tokens",
    "require_pushed_authorization_requests",
    "id_token_signed_response_alg",
    "backchannel_logout_uri",
    "authorization_details_types",
)


def client_information(registration: Registration, configuration_url: str) -> dict[str, Any]:
    """Return the members of the answer.

    ``configuration_url`` is where the client may look after its registration; where it may not,
    because it shares it, neither that URL nor a token is named.
    """
    client, secret, token = registration
    document: dict[str, Any] = {
        "client_id": client.client_id,
        "client_id_issued_at": client.created_at,
    }
    if secret is not None:
        document["client_secret"] = secret
    if client.secret_hash is not None:
        document["client_secret_expires_at"] = 0  # never
    if token is not None:
        document["registration_access_token"] = token
        document["registration_client_uri"] = configuration_url
    return document | _registered(client.metadata)


def _registered(metadata: ClientMetadata) -> dict[str, Any]:
    members = {name: value for name in _AS_STORED if (value := getattr(metadata, name))}
    return members | {"token_endpoint_auth_method": metadata.token_endpoint_auth_methods[0]}
