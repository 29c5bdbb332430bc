"""Signing out: the question, and the end."""

from starlette.requests import Request
from starlette.responses import Response

from sumun.console import client as clients
from sumun.console import language
from sumun.console.rendering import render
from sumun.oauth.clients import Client
from sumun.oauth.openid.provider import LOGOUT_PATH


class LogoutPages:
    """Shows the pages.

    Parameters
    ----------
    base:
        The issuer's path.

    """

    def __init__(self, base: str) -> None:
        self._base = base

    def confirm(self, request: Request, fields: dict[str, str], client: Client | None) -> Response:
        """Ask whether to sign out."""
        chosen = language.choose(request, fields.get("ui_locales", "").split())
        return render(
            "sign_out.html",
            chosen,
            base=self._base,
            action=f"{self._base}{LOGOUT_PATH}",
            fields=fields,
            client=client and clients.name_of(client),
            switch=None,
        )

    def done(self, request: Request) -> Response:
        """Say that nobody is signed in any more."""
        return render("signed_out.html", language.choose(request), base=self._base, switch=None)
