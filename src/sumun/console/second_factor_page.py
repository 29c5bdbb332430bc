"""``/account/second-factor``: a person sets up an authenticator app, or takes it away."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import AccountVisits, Visit
from sumun.oauth.authorization.parameters import Malformed
from sumun.oauth.second_factor import SecondFactors


class SecondFactorPage:
    """Shows the secret once, the recovery codes once, and afterwards neither."""

    def __init__(self, second_factors: SecondFactors, visits: AccountVisits) -> None:
        self._second_factors = second_factors
        self._visits = visits

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer, recent=True)

    async def _answer(self, visit: Visit) -> Response:
        if not visit.visitor.is_post:
            return await self._show(visit)
        user, source = visit.user, visit.visitor.source
        match visit.visitor.fields.get("action"):
            case "begin":
                await self._second_factors.begin(user)
                return await self._show(visit)
            case "confirm":
                return await self._confirm(visit)
            case "renew" if (await self._second_factors.status(user)).enrolled_at is not None:
                codes = await self._second_factors.renew_recovery_codes(user, source=source)
                return await self._show(visit, codes=codes)
            case "remove":
                await self._second_factors.remove(user, source=source)
                return visit.visitor.done("second_factor_removed")
        raise Malformed("no such action")

    async def _confirm(self, visit: Visit) -> Response:
        code = visit.visitor.fields.get("code")
        outcome = await self._second_factors.confirm(visit.user, code, source=visit.visitor.source)
        if isinstance(outcome, list):
            return await self._show(visit, codes=outcome)
        translate = visit.visitor.translate
        if outcome.wait:
            error = translate(
                "Too many attempts. Wait {seconds} seconds, then try again.", seconds=outcome.wait
            )
            return await self._show(visit, error=error, status=429, wait=outcome.wait)
        error = translate("That code is not right, or was used already. Wait for the next one.")
        return await self._show(visit, error=error, status=400)

    async def _show(
        self,
        visit: Visit,
        *,
        codes: list[str] | None = None,
        error: str = "",
        status: int = 200,
        wait: int = 0,
    ) -> Response:
        found = await self._second_factors.status(visit.user)
        pending = await self._second_factors.pending(visit.user)
        document: dict[str, Any] = {
            "username": visit.user.username,
            "enrolled_at": found.enrolled_at,
            "recovery_codes": found.recovery_codes,
            "pending": None if pending is None else pending._asdict(),
            "new_recovery_codes": codes,
            "error": error,
        }
        return visit.visitor.show("second_factor.html", document, status=status, wait=wait)
