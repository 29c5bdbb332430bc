"""What a client says of itself, checked member by member (RFC 7591 §2).

The same rules hold for a registration request and for a client's metadata document. What this
server does not offer is left out of the answer, as RFC 7591 §3.2.1 allows; what is dangerous or
contradicts itself is refused.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from sumun.keys.jwk import FOREIGN_ALGS, ForeignKeys
from sumun.keys.jws import Malformed
from sumun.oauth.authorization_details import TYPES
from sumun.oauth.clients import ClientMetadata
from sumun.oauth.errors import OAuthError
from sumun.oauth.fetch import FetchRefused, check_url
from sumun.oauth.redirects import InvalidRedirectUri, check_redirect_uri, redirect_kind
from sumun.oauth.registration.described import Described, invalid_metadata
from sumun.oauth.scopes import MalformedScope, parse_scope

SYMMETRIC: Final = frozenset({"client_secret_basic", "client_secret_post", "client_secret_jwt"})
"""The methods that need a secret both sides know."""

_REDIRECT_URIS: Final = 20
_CONTACTS: Final = 10
_LIST: Final = 20
_NAME: Final = 128
_WORD: Final = 255
_LINK: Final = 2048
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Offer(NamedTuple):
    """What clients of one kind may register.

    Attributes
    ----------
    grant_types, auth_methods:
        What this server lets them use.
    default_method:
        How they authenticate if they do not say.
    private_use_schemes:
        The schemes of redirect URIs that lead to an application.
    id_token_algs:
        What ID tokens can be signed with.

    """

    grant_types: frozenset[str]
    auth_methods: frozenset[str]
    default_method: str
    private_use_schemes: frozenset[str]
    id_token_algs: frozenset[str] = frozenset()


def check_metadata(described: Described, offer: Offer) -> ClientMetadata:
    """Return what the client is known by.

    Raises
    ------
    OAuthError
        ``invalid_redirect_uri`` or ``invalid_client_metadata``, naming the member.

    """
    grant_types = _grant_types(described, offer)
    methods = _auth_methods(described, offer)
    redirect_uris = _redirect_uris("redirect_uris", described.redirect_uris, offer)
    if "authorization_code" in grant_types and not redirect_uris:
        raise OAuthError(
            "invalid_redirect_uri",
            "redirect_uris is missing; a client of authorization_code must have one",
        )
    keys = _keys(described, methods)
    return ClientMetadata(
        client_name=_name(described.client_name),
        client_uri=_link("client_uri", described.client_uri),
        logo_uri=_fetchable("logo_uri", described.logo_uri),
        contacts=_contacts(described.contacts),
        tos_uri=_link("tos_uri", described.tos_uri),
        policy_uri=_link("policy_uri", described.policy_uri),
        application_type=_application_type(described, redirect_uris),
        grant_types=grant_types,
        response_types=_response_types(described, grant_types),
        redirect_uris=redirect_uris,
        post_logout_redirect_uris=_redirect_uris(
            "post_logout_redirect_uris", described.post_logout_redirect_uris, offer
        ),
        scope=_scope(described.scope),
        token_endpoint_auth_methods=methods,
        token_endpoint_auth_signing_alg=_signing_alg(described, methods),
        jwks=keys.jwks,
        jwks_uri=keys.jwks_uri,
        software_id=_word("software_id", described.software_id),
        software_version=_word("software_version", described.software_version),
        tls_client_auth_subject_dn=_word(
            "tls_client_auth_subject_dn", described.tls_client_auth_subject_dn
        ),
        dpop_bound_access_tokens=bool(described.dpop_bound_access_tokens),
        require_pushed_authorization_requests=bool(described.require_pushed_authorization_requests),
        id_token_signed_response_alg=_id_token_alg(described, offer),
        backchannel_logout_uri=_fetchable(
            "backchannel_logout_uri", described.backchannel_logout_uri
        ),
        authorization_details_types=_details_types(described),
    )


class _Keys(NamedTuple):
    jwks: dict[str, Any] | None
    jwks_uri: str


def _grant_types(described: Described, offer: Offer) -> tuple[str, ...]:
    # RFC 7591 §2: omitted means authorization_code alone.
    asked = _texts("grant_types", described.grant_types) or ("authorization_code",)
    if "client_credentials" in asked and "client_credentials" not in offer.grant_types:
        raise invalid_metadata(
            "grant_types: client_credentials acts without a person, so the operator must allow it: "
            "ask for an initial access token (RFC 7591 3)"
        )
    kept = tuple(each for each in asked if each in offer.grant_types)
    if not set(kept) - {"refresh_token"}:
        raise invalid_metadata(
            f"grant_types: none of them is offered; use {_one_of(offer.grant_types)}"
        )
    return kept


def _response_types(described: Described, grant_types: Sequence[str]) -> tuple[str, ...]:
    if "authorization_code" not in grant_types:
        return ()
    # RFC 7591 §2.1: the grant and the response type belong together.
    if "code" not in (_texts("response_types", described.response_types) or ("code",)):
        raise invalid_metadata("response_types: authorization_code needs code (RFC 7591 2.1)")
    return ("code",)


def _auth_methods(described: Described, offer: Offer) -> tuple[str, ...]:
    """Return the methods both sides know, the one the client prefers first."""
    preferred = described.token_endpoint_auth_method or offer.default_method
    several = _texts(
        "token_endpoint_auth_methods_supported", described.token_endpoint_auth_methods_supported
    )
    kept = tuple(
        each for each in dict.fromkeys((preferred, *several)) if each in offer.auth_methods
    )
    if not kept:
        raise invalid_metadata(
            f"token_endpoint_auth_method: is not offered; use {_one_of(offer.auth_methods)}"
        )
    return kept


def _redirect_uris(member: str, uris: list[str] | None, offer: Offer) -> tuple[str, ...]:
    if uris is not None and len(uris) > _REDIRECT_URIS:
        raise OAuthError("invalid_redirect_uri", f"{member}: has more than {_REDIRECT_URIS}")
    for number, uri in enumerate(uris or (), 1):
        try:
            check_redirect_uri(uri, offer.private_use_schemes)
        except InvalidRedirectUri as error:
            raise OAuthError("invalid_redirect_uri", f"{member}: number {number} {error}") from None
    return tuple(dict.fromkeys(uris or ()))


def _application_type(
    described: Described, redirect_uris: Iterable[str]
) -> Literal["native", "web"]:
    """Return what the redirect URIs say: clients that declare the other are many."""
    if any(redirect_kind(uri) != "web" for uri in redirect_uris):
        return "native"
    return "native" if described.application_type == "native" else "web"


def _keys(described: Described, methods: Sequence[str]) -> _Keys:
    jwks_uri = _fetchable("jwks_uri", described.jwks_uri)
    if described.jwks is not None and jwks_uri:
        raise invalid_metadata("jwks: is there beside jwks_uri; give one of them (RFC 7591 2)")
    if described.jwks is not None:
        _check_keys(described.jwks)
    if "private_key_jwt" in methods and described.jwks is None and not jwks_uri:
        raise invalid_metadata(
            "jwks: is missing; private_key_jwt needs jwks or jwks_uri (RFC 7591 2)"
        )
    return _Keys(described.jwks, jwks_uri)


def _check_keys(jwks: dict[str, Any]) -> None:
    try:
        usable = len(ForeignKeys(jwks))
    except Malformed as error:
        raise invalid_metadata(f"jwks: {error}") from None
    if not usable:
        raise invalid_metadata(f"jwks: has no key to sign with, for {_one_of(FOREIGN_ALGS)}")


def _signing_alg(described: Described, methods: Sequence[str]) -> str:
    alg = described.token_endpoint_auth_signing_alg
    if not alg or "private_key_jwt" not in methods:
        return ""
    if alg not in FOREIGN_ALGS:
        raise invalid_metadata(
            f"token_endpoint_auth_signing_alg: is not offered; use {_one_of(FOREIGN_ALGS)}"
        )
    return alg


def _id_token_alg(described: Described, offer: Offer) -> str:
    alg = described.id_token_signed_response_alg
    return alg if alg in offer.id_token_algs else ""


def _details_types(described: Described) -> tuple[str, ...] | None:
    """Return those of the types that there are; ``None`` if the client does not say."""
    if described.authorization_details_types is None:
        return None
    asked = _texts("authorization_details_types", described.authorization_details_types)
    return tuple(each for each in asked if each in TYPES)


def _name(name: str | None) -> str:
    name = unicodedata.normalize("NFC", name or "").strip()
    if len(name) > _NAME:
        raise invalid_metadata(f"client_name: is longer than {_NAME} characters")
    # Characters that cannot be seen can turn a name around or make two look alike.
    if any(unicodedata.category(each) in _UNSEEN for each in name):
        raise invalid_metadata("client_name: has characters that cannot be seen")
    return name


def _link(member: str, url: str | None) -> str:
    """Return a link for people, which is never fetched."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"https", "http"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable or len(url) > _LINK or not url.isascii() or not url.isprintable() or " " in url:
        raise invalid_metadata(
            f"{member}: must be an http or https URL of at most {_LINK} characters"
        )
    return url


def _fetchable(member: str, url: str | None) -> str:
    """Return a URL that this server may fetch."""
    if not url:
        return ""
    try:
        check_url(url)
    except FetchRefused as error:
        raise invalid_metadata(f"{member}: {error}") from None
    return url


def _scope(scope: str | None) -> str:
    try:
        return " ".join(parse_scope(scope or ""))
    except MalformedScope as error:
        raise invalid_metadata(str(error)) from None


def _contacts(contacts: list[str] | None) -> tuple[str, ...]:
    if contacts is not None and len(contacts) > _CONTACTS:
        raise invalid_metadata(f"contacts: has more than {_CONTACTS}")
    return tuple(_word("contacts", each) for each in contacts or ())


def _texts(member: str, values: list[str] | None) -> tuple[str, ...]:
    if values is not None and len(values) > _LIST:
        raise invalid_metadata(f"{member}: has more than {_LIST}")
    return tuple(dict.fromkeys(values or ()))


def _word(member: str, value: str | None) -> str:
    if value and (len(value) > _WORD or not value.isprintable()):
        raise invalid_metadata(f"{member}: must be at most {_WORD} printable characters")
    return value or ""


def _one_of(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
