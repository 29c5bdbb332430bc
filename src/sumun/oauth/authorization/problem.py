"""The plainest page for a request that is answered nowhere else (RFC 6749 §4.1.2.1)."""

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from sumun.oauth.page import page


def plain_problem_page(
    _request: Request,
    problem: str,
    *,
    status: int,
    wait: int = 0,
    ref: str = "",
    onward: str = "",
) -> Response:
    """Tell the person that nothing was granted; the pages with a design say more."""
    response = page(
        "This sign-in link does not work",
        "<p>The request of the application that sent you here cannot be answered "
        f"({problem}), so nothing was granted and you can close this page.</p>"
        f"<p>Reference: {ref or 'none'}</p>"
        + (f'<p><a href="{escape(onward)}">Where it wants you back</a></p>' if onward else ""),
        status=status,
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
