"""The discovery documents (RFC 8414, OpenID Connect Discovery 1.0) and the key set."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sumun.cross_origin import cross_origin
from sumun.keys import SigningKeyring
from sumun.oauth.authorization_details import TYPES
from sumun.oauth.form import source_of

TOKEN_PATH: Final = "/oauth2/token"  # noqa: S105 - a path
AUTHORIZATION_PATH: Final = "/oauth2/authorize"
DEVICE_AUTHORIZATION_PATH: Final = "/oauth2/device_authorization"
PUSHED_REQUEST_PATH: Final = "/oauth2/par"
REVOCATION_PATH: Final = "/oauth2/revoke"
INTROSPECTION_PATH: Final = "/oauth2/introspect"
ERRORS_PATH: Final = "/oauth2/errors"
JWKS_PATH: Final = "/.well-known/jwks.json"
_DOCUMENTS: Final = (
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
)
_HEADERS: Final = {
    # Public, and the same for everybody.
    "Cache-Control": "public, max-age=300",
    "X-Content-Type-Options": "nosniff",
}


def endpoint_url(issuer: str, path: str) -> str:
    """Return the URL of an endpoint under the issuer."""
    return issuer.rstrip("/") + path


def issuer_path(issuer: str) -> str:
    """Return the issuer's path without a trailing slash; empty for most."""
    return urlsplit(issuer).path.rstrip("/")


def server_metadata(
    *,
    issuer: str,
    scopes: list[str],
    endpoints: dict[str, Any],
) -> dict[str, Any]:
    """Return the one document both discovery specifications are served with.

    It names only what works; ``endpoints`` is what it says of the endpoints.
    """
    return {
        "issuer": issuer,
        "authorization_endpoint": endpoint_url(issuer, AUTHORIZATION_PATH),
        **endpoints,
        "jwks_uri": endpoint_url(issuer, JWKS_PATH),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        # RFC 9207 §3.
        "authorization_response_iss_parameter_supported": True,
        # RFC 9396 §10.
        "authorization_details_types_supported": list(TYPES),
        # The pages for people.
        "ui_locales_supported": ["en", "ko"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
    }


def metadata_routes(
    metadata: dict[str, Any], keyring: SigningKeyring, discovered: Callable[[str], None]
) -> list[Route]:
    """Return the routes of the documents, at every form clients try for an issuer with a path.

    RFC 8414 §3.1 puts the well-known part before the issuer's path, OpenID Connect after it.
    ``discovered`` is told the address of whoever reads a document.
    """
    body = msgspec.json.encode(metadata)

    async def document(request: Request) -> Response:
        discovered(source_of(request.scope))
        return Response(body, media_type="application/json", headers=_HEADERS)

    async def jwks(_request: Request) -> Response:
        keys = msgspec.json.encode(await keyring.published())
        return Response(keys, media_type="application/json", headers=_HEADERS)

    path = issuer_path(metadata["issuer"])
    forms = [
        form for name in _DOCUMENTS for form in dict.fromkeys((name, name + path, path + name))
    ]
    jwks_forms = dict.fromkeys((JWKS_PATH, path + JWKS_PATH))
    routes = [
        *(Route(form, document, methods=["GET"]) for form in forms),
        *(Route(form, jwks, methods=["GET"]) for form in jwks_forms),
    ]
    return [cross_origin(route, "GET") for route in routes]
