"""``/approvals``: calls that wait for this person's word."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import AccountVisits, Visit
from sumun.console.readable import readable
from sumun.guard import Approval, Approvals, ApprovalSpent, may_decide
from sumun.oauth.authorization.parameters import Malformed

APPROVALS_PATH: Final = "/approvals"

_YES: Final = {"approve": True, "deny": False}


class ApprovalsPage:
    """Shows what would be called, masked, and takes a yes or a no."""

    def __init__(self, approvals: Approvals, visits: AccountVisits) -> None:
        self._approvals = approvals
        self._visits = visits

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer)

    async def _answer(self, visit: Visit) -> Response:
        if visit.visitor.is_post:
            return await self._decide(visit)
        return await self._show(visit)

    async def _decide(self, visit: Visit) -> Response:
        visitor, user = visit.visitor, visit.user
        yes = _YES.get(visitor.fields.get("decision"))
        if yes is None:
            raise Malformed("no decision")
        found = await self._approvals.find(visitor.fields.get("approval")[:64])
        if found is None or not may_decide(found, user.username, user.user_id):
            return await self._show(visit, over=True)
        try:
            await self._approvals.decide(found, user.username, yes=yes, source=visitor.source)
        except ApprovalSpent:
            return await self._show(visit, over=True)
        return visitor.done("approved" if yes else "denied", APPROVALS_PATH)

    async def _show(self, visit: Visit, *, over: bool = False) -> Response:
        user = visit.user
        waiting = await self._approvals.listed(user.username, user.user_id)
        document: dict[str, Any] = {
            "username": user.username,
            "done": visit.visitor.fields.get("done"),
            "over": over,
            "approvals": [_shown(each) for each in waiting],
        }
        return visit.visitor.show("approvals.html", document, status=409 if over else 200)


def _shown(approval: Approval) -> dict[str, Any]:
    return {
        "approval": approval.approval_id,
        "client": readable(approval.client_id),
        "tool": readable(approval.tool),
        "server": approval.server,
        "arguments": approval.arguments,
        "rule": readable(approval.rule),
        "expires_at": approval.expires_at,
    }
