"""What the pages of an account do alike: know who is there, and believe only their own forms.

What a page shows is a document; a program that asks for JSON gets the document itself.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sumun.audit import AuditUnavailable
from sumun.console import language
from sumun.console.csrf import Csrf
from sumun.console.problem_page import ProblemPage
from sumun.console.rendering import render, translator
from sumun.oauth.account import Account
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.endpoint import read_parameters
from sumun.oauth.authorization.flow import AuthorizationFlow
from sumun.oauth.authorization.parameters import Malformed, Parameters
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.devices import is_user_code
from sumun.oauth.form import source_of
from sumun.oauth.upstream.links import is_link
from sumun.oauth.users import User
from sumun.storage import StorageError

ACCOUNT_PATH: Final = "/account"
ACCOUNT_SIGN_IN_PATH: Final = "/account/sign-in"

_RECENT: Final = 900
"""Seconds after signing in during which a person may change how they sign in."""
_LANGUAGE_LIFETIME: Final = 365 * 86_400
_JSON_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language, Cookie",
}

_CARRIED: Final = {"user_code": is_user_code, "link": is_link}
"""What a link to a page of an account may carry, and how each looks."""

_log = logging.getLogger("sumun.console")
_encode = msgspec.json.Encoder().encode


class Visitor(NamedTuple):
    """Somebody who may be signed in, at a page of an account.

    Attributes
    ----------
    csrf:
        The token the page's forms carry.
    browser:
        What stands for this browser, safe to show; challenges can be bound to it.

    """

    request: Request
    fields: Parameters
    language: language.Language
    base: str
    csrf: str
    browser: str

    @property
    def is_post(self) -> bool:
        """Whether something is to be done."""
        return self.request.method == "POST"

    @property
    def form(self) -> Mapping[str, str]:
        """The fields by name."""
        return self.fields.values

    @property
    def source(self) -> str:
        """The address of the browser."""
        return source_of(self.request.scope)

    @property
    def wants_json(self) -> bool:
        """Whether a program asks."""
        return "application/json" in self.request.headers.get("accept", "")

    def show(
        self, template: str, document: Mapping[str, Any], *, status: int = 200, wait: int = 0
    ) -> Response:
        """Answer with a document, as a page or as it is."""
        if self.wants_json:
            body = _encode({**document, "csrf": self.csrf})
            response = Response(
                body, status, media_type="application/json", headers=dict(_JSON_HEADERS)
            )
        else:
            path = self.request.url.path
            carried = _carried(self.fields).items()
            response = render(
                template,
                self.language,
                base=self.base,
                status=status,
                csrf=self.csrf,
                switch=f"{path}?{''.join(f'{name}={text}&' for name, text in carried)}",
                page=document,
            )
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response

    def done(self, what: str, path: str = ACCOUNT_PATH) -> Response:
        """Say that something was done, on the page at ``path``."""
        if self.wants_json:
            return self.show("", {"done": what})
        return see_other(f"{self.base}{path}?{urlencode({'done': what})}")

    def translate(self, text: str, **values: object) -> str:
        """Return an English text in the language of the page."""
        return str(translator(self.language)(text, **values))


class Visit(NamedTuple):
    """A signed-in person at a page of their account."""

    visitor: Visitor
    session: Session
    user: User


Handler = Callable[[Visit], Awaitable[Response]]


def destination(then: str, pages: frozenset[str]) -> str:
    """Return where to go after signing in: one of our ``pages``, whatever the address says.

    What is carried in a link may come along, such as the code that a device shows.
    """
    page, _, query = then.partition("?")
    name, _, value = query.partition("=")
    known = page in pages and (page == then or (name in _CARRIED and _CARRIED[name](value)))
    return then if known else ACCOUNT_PATH


def _carried(fields: Parameters) -> dict[str, str]:
    """Return what of an address goes along to where somebody signs in, and back."""
    return {
        name: value
        for name, looks_right in _CARRIED.items()
        if looks_right(value := fields.get(name))
    }


class AccountVisits:
    """Lets people come to the pages of their account, and act only from these."""

    def __init__(
        self,
        flow: AuthorizationFlow,
        account: Account,
        csrf: Csrf,
        problem: ProblemPage,
        *,
        base: str,
        clock: Callable[[], float],
    ) -> None:
        self._flow = flow
        self._account = account
        self._csrf = csrf
        self._problem = problem
        self._base = base
        self._clock = clock

    async def receive(
        self, request: Request, handler: Callable[[Visitor], Awaitable[Response]]
    ) -> Response:
        """Have a page answer, whoever is there."""
        try:
            return await self._receive(request, handler)
        except Malformed:
            return self._problem(request, "malformed", status=400)
        except (AuditUnavailable, StorageError) as error:
            _log.error("%s: %s", request.url.path, error)
            return self._problem(request, "unavailable", status=503, wait=1)

    async def visit(self, request: Request, handler: Handler, *, recent: bool = False) -> Response:
        """Have a page answer the person who is signed in; send others to sign in.

        With ``recent`` they must have signed in a moment ago: a browser left open must not be
        enough to change how somebody signs in.
        """

        async def handle(visitor: Visitor) -> Response:
            session = await self._flow.session(request)
            if session is None or session.auth_time is None:
                return self._to_sign_in(visitor)
            if recent and self._clock() - session.auth_time > _RECENT:
                return self._to_sign_in(visitor, "again")
            user = await self._account.user(session)
            if user is None:
                return self._to_sign_in(visitor)
            return await handler(Visit(visitor, session, user))

        return await self.receive(request, handle)

    async def _receive(
        self, request: Request, handler: Callable[[Visitor], Awaitable[Response]]
    ) -> Response:
        fields = await read_parameters(request)
        cookies = self._flow.cookies
        browser, session = self._flow.secrets_of(request)
        new = not browser
        if new:
            browser = opaque.mint()
        bound_to = ("account", browser, session)
        if request.method == "POST" and not self._csrf.accepts(
            request, fields.get("csrf"), *bound_to
        ):
            return self._problem(request, "forged", status=403)
        visitor = Visitor(
            request,
            fields,
            language.choose(request),
            self._base,
            self._csrf.token(*bound_to),
            opaque.digest(browser).hex(),
        )
        response = await handler(visitor)
        if new:
            cookies.set(response, cookies.browser, browser, lifetime=None)
        if language.switched_to(request) is not None:
            cookies.set(response, language.COOKIE, visitor.language, lifetime=_LANGUAGE_LIFETIME)
        return response

    def _to_sign_in(self, visitor: Visitor, why: str = "") -> Response:
        if visitor.wants_json:
            error = "sign_in_again" if why else "not_signed_in"
            return visitor.show("", {"error": error}, status=401)
        # A form cannot be sent again after signing in; its page can be seen again.
        path = visitor.request.url.path.removeprefix(self._base)
        carried = urlencode(_carried(visitor.fields))
        then = f"{path}?{carried}" if carried else path
        query = {"then": then} | ({"why": why} if why else {})
        return see_other(f"{self._base}{ACCOUNT_SIGN_IN_PATH}?{urlencode(query)}")
