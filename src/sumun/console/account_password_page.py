"""``/account/password``: a person changes their password."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import AccountVisits, Visit
from sumun.oauth.account import LONGEST_PASSWORD, SHORTEST_PASSWORD, Account, PasswordRefused
from sumun.oauth.throttle import Throttle
from sumun.oauth.users import PasswordsBusy

_REASONS: Final[Mapping[str, str]] = {
    "wrong": "The current password is not right.",
    "short": "The new password needs at least {shortest} characters.",
    "long": "The new password may have at most {longest} characters.",
    "same": "The new password is the one you have.",
    "differ": "The new password was typed differently the second time.",
    "too_many": "Too many attempts. Wait {seconds} seconds, then try again.",
    "busy": "The server is busy. Try again in a moment.",
}
_STATUS: Final = {"too_many": 429, "busy": 503}


class AccountPasswordPage:
    """Asks for the password there is, and twice for the one there shall be."""

    def __init__(self, account: Account, visits: AccountVisits) -> None:
        self._account = account
        self._visits = visits
        # Whoever finds a browser left open must not guess the password here.
        self._per_user = Throttle(rate=1 / 60, burst=5)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer, recent=True)

    async def _answer(self, visit: Visit) -> Response:
        if not visit.visitor.is_post:
            return self._show(visit)
        user_id = visit.user.user_id
        wait = self._per_user.wait(user_id)
        if wait:
            return self._show(visit, "too_many", int(wait) + 1)
        fields = visit.visitor.fields
        new = fields.get("new_password")
        if new != fields.get("new_password_again"):
            return self._show(visit, "differ")
        self._per_user.failed(user_id)
        try:
            await self._account.change_password(
                visit.user,
                visit.session,
                fields.get("password"),
                new,
                source=visit.visitor.source,
            )
        except PasswordRefused as refused:
            if refused.reason != "wrong":
                self._per_user.forgive(user_id)
            return self._show(visit, refused.reason)
        except PasswordsBusy:
            self._per_user.forgive(user_id)
            return self._show(visit, "busy", 2)
        self._per_user.forgive(user_id)
        return visit.visitor.done("password_changed")

    def _show(self, visit: Visit, reason: str = "", wait: int = 0) -> Response:
        error = _REASONS.get(reason, "") and visit.visitor.translate(
            _REASONS[reason], shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD, seconds=wait
        )
        document = {
            "username": visit.user.username,
            "has_password": bool(visit.user.password_hash),
            "shortest": SHORTEST_PASSWORD,
            "longest": LONGEST_PASSWORD,
            "error": error,
        }
        status = _STATUS.get(reason, 400) if reason else 200
        return visit.visitor.show("account_password.html", document, status=status, wait=wait)
