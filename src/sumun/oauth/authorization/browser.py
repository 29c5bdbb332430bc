"""The two cookies of a browser: who it is, and who is signed in with it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.oauth.authorization import opaque

_PREFIX: Final = "__Host-"


class Cookies:
    """Reads and sets cookies as the issuer's scheme allows.

    Over https they are ``__Host-`` cookies, which no other host and no plain connection can set
    or see (RFC 6265bis §4.1.3.2). Over plain http, which only development has, the prefix and
    ``Secure`` would keep browsers from storing them at all. ``SameSite=Lax`` lets them come along
    when another site sends the person here, and never with a form another site posts.
    """

    def __init__(self, issuer: str) -> None:
        self._secure = issuer.startswith("https://")
        prefix = _PREFIX if self._secure else ""
        self.browser = f"{prefix}sumun-browser"
        self.session = f"{prefix}sumun-session"

    def read(self, request: Request, name: str) -> str:
        """Return a cookie's value; empty if it was not sent or is longer than any of ours."""
        value = request.cookies.get(name, "")
        return value if len(value) <= opaque.LIMIT else ""

    def set(self, response: Response, name: str, value: str, *, lifetime: int | None) -> None:
        """Set a cookie for so many seconds; ``None`` is for as long as the browser runs."""
        response.set_cookie(
            name,
            value,
            max_age=lifetime,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def forget(self, response: Response, name: str) -> None:
        """Have the browser forget a cookie."""
        self.set(response, name, "", lifetime=0)
