"""What the sign-in and the consent page do alike: take up a ticket, and believe only own forms."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from sumun.audit import AuditUnavailable
from sumun.console import language
from sumun.console.csrf import Csrf
from sumun.console.problem_page import ProblemPage
from sumun.oauth.authorization.endpoint import read_parameters
from sumun.oauth.authorization.flow import AuthorizationFlow, Pending
from sumun.oauth.authorization.parameters import Malformed, Parameters
from sumun.oauth.authorization.tickets import TicketSpent
from sumun.storage import StorageError

_log = logging.getLogger("sumun.console")

_LANGUAGE_LIFETIME: Final = 365 * 86_400

Handler = Callable[["Interaction"], Awaitable[Response]]


class Interaction(NamedTuple):
    """One visit of a page.

    Attributes
    ----------
    fields:
        The query, or the form of a POST.
    csrf:
        The token the page's forms carry.

    """

    request: Request
    fields: Parameters
    ticket: str
    pending: Pending
    language: language.Language
    csrf: str

    @property
    def is_post(self) -> bool:
        """Whether something is to be done."""
        return self.request.method == "POST"

    @property
    def form(self) -> Mapping[str, str]:
        """The fields by name."""
        return self.fields.values


class Interactions:
    """Lets a page be visited with a good ticket, and acted from only by its own forms."""

    def __init__(self, flow: AuthorizationFlow, csrf: Csrf, problem: ProblemPage) -> None:
        self._flow = flow
        self._csrf = csrf
        self._problem = problem

    async def visit(self, request: Request, handler: Handler) -> Response:
        """Take up the ticket and have the page answer."""
        try:
            return await self._visit(request, handler)
        except Malformed:
            return self._problem(request, "malformed", status=400)
        except TicketSpent:
            # Nothing is done twice: a form sent again is refused, a page seen again is over.
            return self._problem(request, "expired", status=403 if _is_post(request) else 400)
        except (AuditUnavailable, StorageError) as error:
            _log.error("%s: %s", request.url.path, error)
            return self._problem(request, "unavailable", status=503, wait=1)

    async def _visit(self, request: Request, handler: Handler) -> Response:
        fields = await read_parameters(request)
        ticket = fields.get("ticket")
        bound_to = (ticket, *self._flow.secrets_of(request))
        if _is_post(request) and not self._csrf.accepts(request, fields.get("csrf"), *bound_to):
            return self._problem(request, "forged", status=403)
        pending = await self._flow.resume(request, ticket)
        chosen = language.choose(request, pending.request.ui_locales)
        interaction = Interaction(
            request, fields, ticket, pending, chosen, self._csrf.token(*bound_to)
        )
        response = await handler(interaction)
        if language.switched_to(request) is not None:
            self._flow.cookies.set(response, language.COOKIE, chosen, lifetime=_LANGUAGE_LIFETIME)
        return response


def _is_post(request: Request) -> bool:
    return request.method == "POST"
