"""``GET /oauth2/errors``: where ``error_uri`` points, an anchor for each error code."""

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from sumun.oauth.errors import ERRORS
from sumun.oauth.page import page


async def errors_page(_request: Request) -> Response:
    """Explain every error code: what it means and how to mend it."""
    sections = (
        f'<section id="{code}"><h2>{code}</h2>'
        f"<p>{escape(kind.meaning)}</p><p>{escape(kind.mend)}</p>"
        f"<p>HTTP {kind.status}; {escape(kind.source)}</p></section>"
        for code, kind in ERRORS.items()
    )
    return page("OAuth errors and how to mend them", "".join(sections))
