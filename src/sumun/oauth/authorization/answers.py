"""What goes back to the client through the browser (RFC 6749 §4.1.2, RFC 9207)."""

from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from sumun.oauth.errors import OAuthError
from sumun.oauth.traces import with_reference


def code_url(redirect_uri: str, *, code: str, state: str, issuer: str) -> str:
    """Return where the browser takes the code."""
    return _with_query(redirect_uri, {"code": code, "state": state, "iss": issuer})


def error_url(
    redirect_uri: str,
    error: OAuthError,
    *,
    state: str,
    issuer: str,
    errors_page: str,
    ref: str = "",
) -> str:
    """Return where the browser takes the refusal; ``ref`` is where its reason is found."""
    return _with_query(
        redirect_uri,
        {
            "error": error.error,
            "error_description": with_reference(error.description, ref),
            "error_uri": f"{errors_page}#{error.error}",
            "state": state,
            "iss": issuer,
        },
    )


def see_other(url: str) -> RedirectResponse:
    """Redirect with 303, so that no form is ever posted on (RFC 9700 §4.12)."""
    return RedirectResponse(
        url, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


def _with_query(redirect_uri: str, parameters: dict[str, str]) -> str:
    # RFC 6749 §3.1.2: a query the client registered stays.
    query = urlencode({name: value for name, value in parameters.items() if value})
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"
