"""What an operator registers a client with, made of options and a preset."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sumun.cli.failures import Failure
from sumun.cli.language import tr

if TYPE_CHECKING:
    from sumun.config import Config
    from sumun.oauth import ClientMetadata

_SECRET = ("client_secret_basic", "client_secret_post")
REQUIREMENTS = (
    ("dpop", "dpop_bound_access_tokens"),
    ("certificate", "tls_client_certificate_bound_access_tokens"),
    ("par", "require_pushed_authorization_requests"),
    ("signed-request", "require_signed_request_object"),
)
"""What an operator may require of a client, and what its metadata calls that."""

_BY_A_PERSON = ("authorization_code", "refresh_token")


class Wanted(NamedTuple):
    """The options as they were given."""

    name: str
    scope: str
    resources: tuple[str, ...]
    redirect_uris: tuple[str, ...]
    grant_types: tuple[str, ...]
    public: bool
    jwks: Path | None
    preset: str | None
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""
    tls_subject: str = ""
    require: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    may_act: str = ""


def metadata_of(wanted: Wanted, config: "Config") -> "ClientMetadata":
    """Return what to register the client with.

    Raises
    ------
    Failure
        Naming the option that cannot be used.

    """
    import msgspec

    from sumun.oauth import ClientMetadata

    base = ClientMetadata() if wanted.preset is None else _preset(wanted.preset)
    redirect_uris = tuple(dict.fromkeys((*base.redirect_uris, *wanted.redirect_uris)))
    _check_redirect_uris("--redirect-uri", redirect_uris, config)
    _check_redirect_uris("--post-logout-redirect-uri", wanted.post_logout_redirect_uris, config)
    _check_fetchable("--backchannel-logout-uri", wanted.backchannel_logout_uri)
    methods = _methods(wanted, base)
    grant_types = _grant_types(wanted, base, redirect_uris, methods)
    by_code = "authorization_code" in grant_types
    scope = _scope(wanted.scope)
    return msgspec.structs.replace(
        base,
        client_name=wanted.name or base.client_name,
        redirect_uris=redirect_uris,
        grant_types=grant_types,
        response_types=("code",) if by_code else (),
        # A person decides what of it the client gets.
        scope=scope or (config.oauth.self_registered_scope if by_code else ""),
        post_logout_redirect_uris=wanted.post_logout_redirect_uris,
        backchannel_logout_uri=wanted.backchannel_logout_uri,
        resources=wanted.resources,
        serves=wanted.serves,
        may_act=wanted.may_act,
        tls_client_auth_subject_dn=wanted.tls_subject,
        **{field: name in wanted.require for name, field in REQUIREMENTS},
        token_endpoint_auth_methods=methods,
        jwks=None if wanted.jwks is None else _jwks(wanted.jwks),
    )


def _preset(name: str) -> "ClientMetadata":
    from sumun.oauth.presets import PRESETS

    preset = PRESETS.get(name)
    if preset is None:
        raise Failure(
            tr("--preset: {name!r} is none of {known}").format(name=name, known=", ".join(PRESETS))
        )
    return preset.metadata()


def _methods(wanted: Wanted, base: "ClientMetadata") -> tuple[str, ...]:
    if wanted.public and (wanted.jwks is not None or wanted.tls_subject):
        raise Failure(tr("--public: a client with keys is not public; leave one of them out"))
    if wanted.tls_subject:
        if wanted.jwks is not None:
            raise Failure(tr("--tls-subject: leave out --jwks; one way to prove it is enough"))
        return ("tls_client_auth",)
    if wanted.jwks is not None:
        return ("private_key_jwt",)
    if wanted.public:
        return ("none",)
    return base.token_endpoint_auth_methods if wanted.preset else _SECRET


def _grant_types(
    wanted: Wanted, base: "ClientMetadata", redirect_uris: tuple[str, ...], methods: tuple[str, ...]
) -> tuple[str, ...]:
    usual = _BY_A_PERSON if redirect_uris else base.grant_types
    grant_types = tuple(dict.fromkeys(wanted.grant_types)) or usual
    if "authorization_code" in grant_types and not redirect_uris:
        raise Failure(tr("--redirect-uri: is missing; authorization_code needs one"))
    if "client_credentials" in grant_types and "none" in methods:
        raise Failure(tr("--public: client_credentials needs a secret or keys (RFC 6749 §4.4)"))
    return grant_types


def _check_redirect_uris(option: str, uris: tuple[str, ...], config: "Config") -> None:
    from sumun.oauth.redirects import InvalidRedirectUri, check_redirect_uri

    for uri in uris:
        try:
            check_redirect_uri(uri, config.oauth.private_use_schemes)
        except InvalidRedirectUri as error:
            raise Failure(f"{option}: {uri!r} {error}") from None


def _check_fetchable(option: str, url: str) -> None:
    from sumun.oauth.fetch import FetchRefused, check_url

    if not url:
        return
    try:
        check_url(url)
    except FetchRefused as error:
        raise Failure(f"{option}: {error}") from None


def _scope(scope: str) -> str:
    from sumun.oauth.scopes import MalformedScope, parse_scope

    try:
        return " ".join(parse_scope(scope))
    except MalformedScope as error:
        raise Failure(f"--scope: {error}") from None


def _jwks(file: Path) -> dict[str, Any]:
    import msgspec

    from sumun.keys.jwk import ForeignKeys
    from sumun.keys.jws import Malformed

    try:
        document = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
        usable = len(ForeignKeys(document))
    except OSError as error:
        raise Failure(f"--jwks: {file}: {error.strerror}") from None
    except (Malformed, msgspec.MsgspecError) as error:
        raise Failure(f"--jwks: {file}: {error}") from None
    if not usable:
        raise Failure(tr("--jwks: {file}: has no key to sign with").format(file=file))
    return document
