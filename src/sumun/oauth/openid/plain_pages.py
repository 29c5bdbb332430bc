"""The plainest pages of signing out; the pages with a design say more."""

from html import escape

from starlette.requests import Request
from starlette.responses import Response

from sumun.oauth.clients import Client
from sumun.oauth.page import page


class PlainLogoutPages:
    """Pages without style, in English."""

    def confirm(
        self, _request: Request, fields: dict[str, str], _client: Client | None
    ) -> Response:
        """Ask."""
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in fields.items()
        )
        return page(
            "Sign out?",
            f'<form method="post">{hidden}<button type="submit">Sign out</button></form>',
        )

    def done(self, _request: Request) -> Response:
        """Say so."""
        return page("You are signed out", "<p>You can close this page.</p>")
