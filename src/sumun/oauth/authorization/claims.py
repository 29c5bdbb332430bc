"""How a person must have signed in, as the parameter ``claims`` says it (OIDC Core §5.5.1.1)."""

from typing import Annotated, Any, Final, NamedTuple

import msgspec

from sumun.oauth.authorization.sessions import ACR_VALUES
from sumun.oauth.errors import OAuthError

_LENGTH_LIMIT: Final = 4096

_Value = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class _Acr(msgspec.Struct, frozen=True):
    essential: bool = False
    value: _Value | None = None
    values: Annotated[list[_Value], msgspec.Meta(max_length=16)] = []


class _IdToken(msgspec.Struct, frozen=True):
    acr: _Acr | None = None


class _Claims(msgspec.Struct, frozen=True):
    """All that is read of it: which other claims there are is decided by scopes."""

    id_token: _IdToken | None = None
    userinfo: dict[str, Any] | None = None


class WantedAcr(NamedTuple):
    """The classes a client would like, and those of which it needs one."""

    wished: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


_decode: Final = msgspec.json.Decoder(_Claims).decode


def read_acr(claims: str) -> WantedAcr:
    """Return what the parameter asks of the sign-in.

    Raises
    ------
    OAuthError
        If it cannot be read, or needs what is unknown here and so can never be.

    """
    asked = _read(claims) if claims else _Claims()
    acr = asked.id_token.acr if asked.id_token else None
    if acr is None:
        return WantedAcr()
    values = tuple(dict.fromkeys([*([acr.value] if acr.value else []), *acr.values]))
    if not acr.essential:
        return WantedAcr(wished=values)
    if values and not set(values) & set(ACR_VALUES):
        raise OAuthError(
            "unmet_authentication_requirements",
            f"nobody can sign in so here; the classes are {', '.join(ACR_VALUES)}",
        )
    return WantedAcr(needed=values)


def _read(claims: str) -> _Claims:
    malformed = OAuthError(
        "invalid_request",
        f"claims must be a JSON object of at most {_LENGTH_LIMIT} characters (OIDC Core 5.5)",
    )
    if len(claims) > _LENGTH_LIMIT:
        raise malformed
    try:
        return _decode(claims)
    except (ValueError, RecursionError):
        raise malformed from None
