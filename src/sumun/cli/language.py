"""The language the commands speak: English, or Korean where asked for."""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import Literal, get_args

Language = Literal["en", "ko"]
LANGUAGES: tuple[str, ...] = get_args(Language)

_language: ContextVar[Language] = ContextVar("language", default="en")


def from_environment(environ: Mapping[str, str]) -> Language:
    """Return the language the locale asks for (POSIX: ``LC_ALL`` before ``LANG``)."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "ko" if locale.lower().startswith("ko") else "en"


def choose(language: Language) -> None:
    """Speak ``language`` from here on."""
    _language.set(language)


def current() -> Language:
    """Return the language in use."""
    return _language.get()


def tr(text: str) -> str:
    """Return ``text``, which is English, in the language in use.

    A text with values in it is translated first and filled in after, with :meth:`str.format`.
    """
    return _korean().get(text, text) if current() == "ko" else text


@cache
def _korean() -> dict[str, str]:
    from sumun.cli.korean import TEXTS

    return TEXTS
