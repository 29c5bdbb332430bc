"""Coming back from a provider, and ``/account/providers``: linking accounts elsewhere."""

import hmac
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from sumun.console.account_visit import (
    ACCOUNT_SIGN_IN_PATH,
    AccountVisits,
    Visit,
    Visitor,
    destination,
)
from sumun.console.sign_in_page import note_signed_in
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.granting import TicketKey
from sumun.oauth.authorization.parameters import Malformed
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.authorization.tickets import TicketSpent
from sumun.oauth.people import SIGN_IN_PATH, People
from sumun.oauth.providers import Arrived, UpstreamRefused
from sumun.oauth.sign_in import Proven
from sumun.oauth.sign_in import Visitor as Browser

PROVIDERS_PATH: Final = "/account/providers"

_BAD: Final = {"unknown_request", "issuer", "refused", "token"}
"""What only happens if something is wrong with the answer, not with the person."""


class _Waiting(NamedTuple):
    """Who waits for a provider's answer, in the browser it came to.

    Attributes
    ----------
    key, trace:
        Of the application's request; ``None`` and empty if none is pending.

    """

    session: Session | None
    for_linking: bool
    key: TicketKey | None = None
    trace: str = ""


class ProviderCallback:
    """Takes a provider's answer, in the browser that the request was made in and nowhere else."""

    def __init__(
        self,
        name: str,
        people: People,
        visits: AccountVisits,
        destinations: frozenset[str],
        base: str,
    ) -> None:
        self._name = name
        self._people = people
        self._visits = visits
        self._destinations = destinations
        self._base = base

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.receive(request, self._answer)

    async def _answer(self, visitor: Visitor) -> Response:
        if visitor.is_post:
            raise Malformed("a provider answers by redirecting")
        if visitor.fields.repeated:
            raise Malformed("a parameter was sent twice")
        trace = ""
        try:
            waiting = await self._waiting(visitor)
            trace = waiting.trace
            return await self._arrive(visitor, waiting)
        except UpstreamRefused as refused:
            return self._refused(visitor, refused, trace)
        except TicketSpent:
            return self._refused(
                visitor, UpstreamRefused("unknown_request", "its request is over"), trace
            )

    async def _waiting(self, visitor: Visitor) -> _Waiting:
        flow = self._people.flow
        request = await self._people.providers.waiting(self._name, visitor.fields.get("state"))
        session = await flow.session(visitor.request)
        if request.purpose == "request":
            pending = await flow.resume(visitor.request, request.bound_to)
            return _Waiting(session, False, pending.key, pending.request.trace)
        for_linking = request.purpose == "link"
        here = _id_of(session) if for_linking else visitor.browser
        if not hmac.compare_digest(here, request.bound_to):
            raise UpstreamRefused("unknown_request", "it is the request of another browser")
        return _Waiting(session, for_linking)

    async def _arrive(self, visitor: Visitor, waiting: _Waiting) -> Response:
        fields = visitor.fields
        arrived = await self._people.providers.arrive(
            self._name, fields.get("state"), fields.values, source=visitor.source
        )
        if waiting.for_linking:
            return await self._link(visitor, arrived, waiting.session)
        return await self._sign_in(visitor, arrived, waiting)

    async def _sign_in(self, visitor: Visitor, arrived: Arrived, waiting: _Waiting) -> Response:
        people = self._people
        user = await people.providers.user_of(arrived, source=visitor.source)
        browser = Browser(
            session=waiting.session,
            user_agent=visitor.request.headers.get("user-agent", ""),
            source=visitor.source,
        )
        # Signing in elsewhere is one factor here, which RFC 8176 has no name for, unless the
        # operator trusts what the provider says of a second.
        second = arrived.person.several_factors and arrived.provider.config.trust_mfa
        proven = Proven(user, ("fed", "mfa") if second else ("fed",), arrived.person.auth_time)
        signed_in = await people.sign_in.accept(proven, self._name, waiting.key, browser)
        note_signed_in(people.flow.traces, waiting.trace, signed_in)
        then = destination(arrived.request.then, self._destinations)
        if waiting.key is not None:
            where = f"{SIGN_IN_PATH}?ticket={arrived.request.bound_to}"
        elif signed_in.session.complete:
            where = then
        else:
            where = f"{ACCOUNT_SIGN_IN_PATH}?then={then}"
        response = see_other(self._base + where)
        cookies = people.flow.cookies
        cookies.set(response, cookies.session, signed_in.cookie, lifetime=None)
        return response

    async def _link(self, visitor: Visitor, arrived: Arrived, session: Session | None) -> Response:
        user = None if session is None else await self._people.account.user(session)
        if user is None:
            raise UpstreamRefused("unknown_request")
        await self._people.providers.link(arrived, user, source=visitor.source)
        return visitor.done("linked", PROVIDERS_PATH)

    def _refused(self, visitor: Visitor, refused: UpstreamRefused, trace: str) -> Response:
        provider = self._people.providers.by_name[self._name]
        document = {
            "reason": refused.reason,
            "provider": provider.label,
            "name": provider.name,
            "ref": self._people.flow.traces.provider_refused(
                trace, visitor.source, provider.name, refused.reason, refused.detail
            ),
        }
        status = 400 if refused.reason in _BAD else 403
        if refused.reason == "unreachable":
            status = 503
        return visitor.show("provider_refused.html", document, status=status)


class ProvidersPage:
    """Lists the accounts elsewhere, links another, and unlinks."""

    def __init__(self, people: People, visits: AccountVisits) -> None:
        self._people = people
        self._visits = visits

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._visits.visit(request, self._answer, recent=True)

    async def _answer(self, visit: Visit) -> Response:
        visitor = visit.visitor
        if not visitor.is_post:
            return await self._show(visit)
        match visitor.fields.get("action"):
            case "link":
                return await self._link(visit)
            case "unlink":
                return await self._unlink(visit)
        raise Malformed("no such action")

    async def _link(self, visit: Visit) -> Response:
        name = visit.visitor.fields.get("provider")
        try:
            url = await self._people.providers.begin(name, "link", visit.session.session_id)
        except UpstreamRefused as refused:
            ref = self._people.flow.traces.provider_refused(
                "", visit.visitor.source, name, refused.reason, refused.detail
            )
            error = visit.visitor.translate("It cannot be reached just now. Try again later.")
            return await self._show(visit, error, 503, ref)
        return see_other(url)

    async def _unlink(self, visit: Visit) -> Response:
        fields = visit.visitor.fields
        other_ways = bool(visit.user.password_hash) or bool(
            await self._people.passkeys.of(visit.user)
        )
        try:
            await self._people.providers.unlink(
                visit.user,
                fields.get("issuer"),
                fields.get("subject"),
                other_ways=other_ways,
                source=visit.visitor.source,
            )
        except UpstreamRefused:
            error = visit.visitor.translate(
                "You could not sign in any more. Set a password or add a passkey first."
            )
            return await self._show(visit, error, 400)
        return visit.visitor.done("unlinked", PROVIDERS_PATH)

    async def _show(
        self, visit: Visit, error: str = "", status: int = 200, ref: str = ""
    ) -> Response:
        providers = self._people.providers
        linked = await providers.of(visit.user)
        issuers = {each.issuer for each in linked}
        document: dict[str, Any] = {
            "username": visit.user.username,
            "done": visit.visitor.fields.get("done"),
            "linked": [
                {
                    "issuer": each.issuer,
                    "subject": each.subject,
                    "label": self._label(each.issuer),
                    "created_at": each.created_at,
                    "used_at": each.used_at,
                }
                for each in linked
            ],
            "others": [
                {"provider": provider.name, "label": provider.label}
                for provider in providers.by_name.values()
                if provider.issuer not in issuers
            ],
            "error": error,
            "ref": ref,
        }
        return visit.visitor.show("providers.html", document, status=status)

    def _label(self, issuer: str) -> str:
        name = self._people.providers.name_of(issuer)
        provider = self._people.providers.by_name.get(name)
        return provider.label if provider else issuer


def _id_of(session: Session | None) -> str:
    """Return what stands for a session that is complete."""
    return session.session_id if session is not None and session.complete else ""
