"""Why nothing happens, where there is no client to be told."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.console import language
from sumun.console.rendering import render
from sumun.oauth.redirects import redirect_host

_PROBLEMS: Final = {
    "client": (
        "This sign-in link does not work",
        "The application that sent you here is not known to this server, or was turned off.",
        (
            "Nothing was granted. Go back to the application and try again; if it stays like this, "
            "tell whoever runs it."
        ),
        (
            "For developers: client_id is not registered here. Register the client, or correct the "
            "identifier."
        ),
    ),
    "redirect_uri": (
        "This sign-in link does not work",
        (
            "The address to which the application wants you sent back is not one it registered, so "
            "you are not sent there."
        ),
        "Nothing was granted. If you did not expect this page, close it.",
        (
            "For developers: redirect_uri must be exactly one of those registered; only the port "
            "of a loopback address may differ."
        ),
    ),
    "leaving": (
        "The application could not go on",
        "What it asked for was refused. Nobody has checked the address it wants you back at.",
        "Nothing was granted. Go on only if you know the address and came from there.",
        "",
    ),
    "logout": (
        "This sign-out link does not work",
        "What the application asks for is not what it registered, so nothing was done.",
        "You are signed in or out as before. To sign out, use your account page.",
        (
            "For developers: post_logout_redirect_uri must be exactly one of those registered, and "
            "client_id the one that the ID token was issued to."
        ),
    ),
    "malformed": (
        "This sign-in link does not work",
        "The link is damaged or far too long.",
        "Nothing was granted. Go back to the application and start again.",
        "For developers: send a query or a form of at most 16 KiB and 128 parameters, in UTF-8.",
    ),
    "expired": (
        "This page is over",
        "You have already decided, it took too long, or it was opened in another browser.",
        "Go back to the application and start again.",
        "",
    ),
    "forged": (
        "This did not come from our page",
        "What was sent is not what the page in this browser would send, so nothing was done.",
        "Go back to the application and start again.",
        "",
    ),
    "too_long": (
        "This cannot be read",
        "What was sent is not a form of this page, or longer than it takes.",
        "Go back and send less. For files there is the command sumun scan.",
        "",
    ),
    "too_many": (
        "One moment, please",
        "There were too many requests from your network.",
        "Wait a little and try again.",
        "",
    ),
    "unavailable": (
        "One moment, please",
        "The server cannot record what it does right now, so it does nothing.",
        "Wait a little and try again.",
        "",
    ),
}


class ProblemPage:
    """Shows the page.

    Parameters
    ----------
    base:
        The issuer's path.

    """

    def __init__(self, base: str) -> None:
        self._base = base

    def __call__(
        self,
        request: Request,
        problem: str,
        *,
        status: int,
        wait: int = 0,
        ref: str = "",
        onward: str = "",
    ) -> Response:
        """Return the page.

        ``wait`` is the seconds after which another try makes sense, ``ref`` the reference under
        which the operator finds the reason, ``onward`` the address to which the person may go on.
        """
        title, what, then, developers = _PROBLEMS[problem]
        response = render(
            "problem.html",
            language.choose(request),
            base=self._base,
            status=status,
            title=title,
            what=what,
            then=then,
            developers=developers,
            ref=ref,
            onward=onward,
            host=redirect_host(onward),
            switch=None,
        )
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response
