"""Which language a page speaks."""

from collections.abc import Sequence
from typing import Final, Literal, cast, get_args

from starlette.requests import Request

Language = Literal["en", "ko"]
LANGUAGES: Final[tuple[str, ...]] = get_args(Language)

COOKIE: Final = "sumun-language"
"""Remembers the switch."""

_HEADER_LIMIT: Final = 256
_DEFAULT: Final[Language] = "en"


def choose(request: Request, ui_locales: Sequence[str] = ()) -> Language:
    """Return the language: what the person switched to, what the client says, what they read.

    ``ui_locales`` is what the client asked for (OIDC Core §3.1.2.1), best first.
    """
    switched = switched_to(request) or _known(request.cookies.get(COOKIE, ""))
    if switched is not None:
        return switched
    for locale in ui_locales:
        if (language := _known(locale)) is not None:
            return language
    return _preferred(request.headers.get("accept-language", "")[:_HEADER_LIMIT])


def switched_to(request: Request) -> Language | None:
    """Return the language the address asks for."""
    return _known(request.query_params.get("lang", ""))


def _preferred(header: str) -> Language:
    """Return the best language of ``Accept-Language`` (RFC 9110 §12.5.4)."""
    best, weight = _DEFAULT, 0.0
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        language = _known(tag.strip())
        quality = _quality(parameter)
        if language is not None and quality > weight:
            best, weight = language, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name == "q" and 0 <= quality <= 1 else 0.0


def _known(tag: str) -> Language | None:
    primary = tag.partition("-")[0].lower()
    return cast("Language", primary) if primary in LANGUAGES else None
