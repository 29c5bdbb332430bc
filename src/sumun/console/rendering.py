"""Templates made into answers, with the headers every page has."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sumun.console.language import Language
from sumun.console.words import KOREAN

STATIC_PATH: Final = "/static"

# No form-action: browsers apply it to the redirects after a form too, and a decision ends with
# one to wherever the client sends people on (W3C CSP issue 8).
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Vary": "Accept-Language, Cookie",
}
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Translate = Callable[..., str]


def translator(language: Language) -> Translate:
    """Return what says an English text in a language, its ``{names}`` filled in."""
    texts = KOREAN if language == "ko" else {}

    def translate(text: str, **values: object) -> str:
        return texts.get(text, text).format(**values) if values else texts.get(text, text)

    return translate


def render(
    template: str, language: Language, *, base: str = "", status: int = 200, **values: object
) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    template:
        A file of ``console/templates``.
    base:
        The issuer's path, before which every address of ours stands.

    """
    html = (
        _environment()
        .get_template(template)
        .render(_=translator(language), language=language, base=base, static=_versioned, **values)
    )
    return HTMLResponse(html, status_code=status, headers=_HEADERS)


def static_routes(prefixes: list[str]) -> list[Route]:
    """Return the routes of style sheets and scripts, which never change under one address."""
    return [
        Route(f"{prefix}{STATIC_PATH}/{{name}}", _static, methods=["GET"]) for prefix in prefixes
    ]


async def _static(request: Request) -> Response:
    found = _files().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    content, media_type = found
    return Response(
        content,
        media_type=media_type,
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _versioned(name: str) -> str:
    content, _ = _files()[name]
    return f"{STATIC_PATH}/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    return {
        entry.name: (entry.read_bytes(), _MEDIA_TYPES[entry.name[entry.name.rindex(".") :]])
        for entry in (files("sumun.console") / "static").iterdir()
        if "." in entry.name
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sumun.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": _moment, "fours": _fours}
    return environment


def _moment(seconds: float) -> str:
    """Return Unix seconds as RFC 3339 says, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _fours(text: str) -> str:
    """Return text in groups of four, as people copy it."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
