"""``/account/password``: a person changes their password."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import ACCOUNT_PATH, AccountVisits, Visit
from sumun.oauth.account import Account, PasswordRefused
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.password_rules import LONGEST
from sumun.oauth.people import SIGN_IN_PATH
from sumun.oauth.throttle import Throttle
from sumun.oauth.users import PasswordsBusy

_REASONS: Final[Mapping[str, str]] = {
    "wrong": "The current password is not right.",
    "short": "The new password needs at least {shortest} characters.",
    "long": "The new password may have at most {longest} characters.",
    "common": (
        "The new password is one of those that are tried first, or is made of your name or ours. "
        "Choose another."
    ),
    "breached": (
        "The new password is on a list of passwords that became known by a breach somewhere. "
        "Choose another."
    ),
    "unknown": "The new password cannot be checked just now. Try again later.",
    "same": "The new password is the one you have.",
    "differ": "The new password was typed differently the second time.",
    "too_many": "Too many attempts. Wait {seconds} seconds, then try again.",
    "busy": "The server is busy. Try again in a moment.",
}
_STATUS: Final = {"too_many": 429, "busy": 503, "unknown": 503}
_TICKET: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{opaque.LIMIT}}}")


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
            return await self._show(visit)
        user_id = visit.user.user_id
        wait = self._per_user.wait(user_id)
        if wait:
            return await self._show(visit, "too_many", int(wait) + 1)
        fields = visit.visitor.fields
        new = fields.get("new_password")
        if new != fields.get("new_password_again"):
            return await self._show(visit, "differ")
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
            return await self._show(visit, refused.reason)
        except PasswordsBusy:
            self._per_user.forgive(user_id)
            return await self._show(visit, "busy", 2)
        self._per_user.forgive(user_id)
        if _ticket(visit):
            return see_other(visit.visitor.base + _onward(visit))
        return visit.visitor.done("password_changed")

    async def _show(self, visit: Visit, reason: str = "", wait: int = 0) -> Response:
        shortest = await self._account.shortest_password(visit.user)
        error = _REASONS.get(reason, "") and visit.visitor.translate(
            _REASONS[reason], shortest=shortest, longest=LONGEST, seconds=wait
        )
        document = {
            "username": visit.user.username,
            "has_password": bool(visit.user.password_hash),
            "shortest": shortest,
            "longest": LONGEST,
            "known": visit.visitor.fields.get("why") == "known",
            "ticket": _ticket(visit),
            "onward": _onward(visit),
            "error": error,
        }
        status = _STATUS.get(reason, 400) if reason else 200
        return visit.visitor.show("account_password.html", document, status=status, wait=wait)


def _ticket(visit: Visit) -> str:
    """Return the ticket of the application's request that waits, if one does."""
    ticket = visit.visitor.fields.get("ticket")
    return ticket if _TICKET.fullmatch(ticket) else ""


def _onward(visit: Visit) -> str:
    """Return where the person goes on who does not change it, or has."""
    ticket = _ticket(visit)
    return f"{SIGN_IN_PATH}?ticket={ticket}" if ticket else ACCOUNT_PATH
