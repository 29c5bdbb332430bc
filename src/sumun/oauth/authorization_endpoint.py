"""``/oauth2/authorize`` (RFC 6749 §3.1): refuses everybody, until people can sign in.

Discovery must name this endpoint (OpenID Connect Discovery §3; RFC 8414 leaves it optional for
grants that do without, but widespread clients reject a document that lacks it), so there is one,
and it says what is so: no client has a redirect URI registered, and ``response_types_supported``
is empty.
"""

from starlette.requests import Request
from starlette.responses import Response

from sumun.oauth.page import page


async def authorization_endpoint(_request: Request) -> Response:
    """Tell the person, and redirect nowhere.

    RFC 6749 §4.1.2.1: with a missing or unregistered redirect URI the server "SHOULD inform the
    resource owner of the error and MUST NOT automatically redirect".
    """
    return page(
        "This sign-in link does not work",
        "<p>The application that sent you here is not registered for sign-in on this server, "
        "so nothing was granted and you can close this page.</p>"
        "<p>For its developer: use the client_credentials grant at the token endpoint "
        "(RFC 6749 §4.4).</p>",
        status=400,
    )
