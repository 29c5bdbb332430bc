"""``/account/sign-in``: a person signs in to see their account, or once more to change it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import (
    ACCOUNT_SIGN_IN_PATH,
    AccountVisits,
    Visitor,
    destination,
)
from sumun.console.sign_in_page import STATUS, explain
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.flow import AuthorizationFlow
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.people import PASSWORD_PATH
from sumun.oauth.sign_in import Attempt, SentElsewhere, SignIn, SignInRefused
from sumun.oauth.sign_in import Visitor as Browser
from sumun.oauth.users import User

AGAIN: Final = "again"


class AccountSignInPage:
    """The methods of the sign-in page, where no application waits for the outcome."""

    def __init__(
        self,
        flow: AuthorizationFlow,
        sign_in: SignIn,
        visits: AccountVisits,
        destinations: frozenset[str],
        base: str,
    ) -> None:
        self._flow = flow
        self._sign_in = sign_in
        self._visits = visits
        self._destinations = destinations
        self._base = base

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.receive(request, self._answer)

    async def _answer(self, visitor: Visitor) -> Response:
        session = await self._flow.session(visitor.request)
        if visitor.is_post:
            return await self._try(visitor, session)
        if session is not None and session.complete and visitor.fields.get("why") != AGAIN:
            return see_other(self._base + self._then(visitor))
        return await self._show(visitor, session)

    async def _try(self, visitor: Visitor, session: Session | None) -> Response:
        browser = Browser(
            session=session,
            user_agent=visitor.request.headers.get("user-agent", ""),
            source=visitor.source,
        )
        # Whoever is signed in already is asked to show it anew, not only that a provider knows.
        again = {"again": "1" if session is not None and session.complete else ""}
        attempt = Attempt(
            form={**visitor.form, **again},
            ticket=visitor.browser,
            user=await self._second(visitor, session),
            source=visitor.source,
        )
        try:
            outcome = await self._sign_in.attempt(
                visitor.fields.get("method"), attempt, None, browser
            )
        except SignInRefused as refusal:
            return await self._show(visitor, session, refusal)
        if isinstance(outcome, SentElsewhere):
            return see_other(outcome.url)
        then = self._then(visitor)
        complete = outcome.session.complete
        path = then if complete else f"{ACCOUNT_SIGN_IN_PATH}?then={then}"
        if outcome.should_change:
            path = f"{PASSWORD_PATH}?why=known"
        if visitor.wants_json:
            response = visitor.show("", {"signed_in": complete})
        else:
            response = see_other(self._base + path)
        cookies = self._flow.cookies
        cookies.set(response, cookies.session, outcome.cookie, lifetime=None)
        return response

    def _reference(self, visitor: Visitor, refusal: SignInRefused | None) -> str:
        """Return where the operator finds more, if there is more."""
        if refusal is None or not refusal.why:
            return ""
        traces = self._flow.traces
        ref = traces.begin(visitor.source)
        traces.note(ref, "sign_in", "refused", code=refusal.reason, words=refusal.why)
        return ref

    async def _second(self, visitor: Visitor, session: Session | None) -> User | None:
        """Return the person whose second factor is to come, unless it is to be another person."""
        if visitor.fields.get("other"):
            return None
        return await self._sign_in.half_signed_in(session)

    def _then(self, visitor: Visitor) -> str:
        """Return where to go afterwards: one of our own pages, whatever the address says."""
        return destination(visitor.fields.get("then"), self._destinations)

    async def _show(
        self, visitor: Visitor, session: Session | None, refusal: SignInRefused | None = None
    ) -> Response:
        second = await self._second(visitor, session)
        methods = [
            {"name": method.name, **await method.describe(visitor.browser, second)}
            for method in await self._sign_in.offered(second)
        ]
        error = ""
        if refusal is not None:
            error = explain(refusal, second is not None, visitor.translate)
        document = {
            "methods": methods,
            "then": self._then(visitor),
            "again": session is not None and session.complete,
            "username": session.username if session is not None else "",
            "second": second.username if second else "",
            "other": bool(visitor.fields.get("other")),
            "tried": visitor.fields.get("username"),
            "action": self._base + ACCOUNT_SIGN_IN_PATH,
            "error": error,
            "ref": self._reference(visitor, refusal),
        }
        return visitor.show(
            "account_sign_in.html",
            document,
            status=200 if refusal is None else STATUS[refusal.reason],
            wait=0 if refusal is None else refusal.wait,
        )
