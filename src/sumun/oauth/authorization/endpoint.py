"""``GET|POST /oauth2/authorize`` (RFC 6749 §3.1): where a person is sent to decide."""

import logging
import math
from typing import Final, Protocol

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sumun.audit import AuditLog, AuditUnavailable, Event
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.auto_approve import AutoApprove
from sumun.oauth.authorization.decision import Step
from sumun.oauth.authorization.flow import AuthorizationFlow
from sumun.oauth.authorization.parameters import LIMIT, Malformed, Parameters, parse
from sumun.oauth.authorization.reader import Asked, NotSent, RequestReader, SentBack
from sumun.oauth.authorization.sessions import Session
from sumun.oauth.errors import OAuthError
from sumun.oauth.form import source_of
from sumun.oauth.redirects import redirect_kind
from sumun.oauth.throttle import Throttle, site_of
from sumun.oauth.traces import Stage, Traces
from sumun.storage import StorageError

_log = logging.getLogger("sumun.oauth")

_FORM: Final = "application/x-www-form-urlencoded"


class ProblemPage(Protocol):
    """Tells a person why nothing happens: there is nowhere to send the answer."""

    def __call__(
        self,
        request: Request,
        problem: str,
        /,
        *,
        status: int,
        wait: int = 0,
        ref: str = "",
        onward: str = "",
    ) -> Response:
        """Return a page.

        ``problem`` is ``malformed``, ``client``, ``redirect_uri``, ``leaving``, ``too_many`` or
        ``unavailable``; ``wait`` is the seconds after which another try makes sense, ``ref`` the
        reference under which the operator finds the reason, and ``onward`` the address to which
        the person may go on.
        """


class AuthorizationEndpoint:
    """Judges a request, and sends the browser on: to a page, or back to the client.

    Parameters
    ----------
    sign_in_url, consent_url:
        The pages, to which ``?ticket=`` is added.
    problem_page:
        Shown where nothing may be sent to the client.

    """

    def __init__(
        self,
        *,
        reader: RequestReader,
        flow: AuthorizationFlow,
        audit: AuditLog,
        sign_in_url: str,
        consent_url: str,
        problem_page: ProblemPage,
        traces: Traces,
        auto_approve: AutoApprove | None = None,
    ) -> None:
        self._reader = reader
        self._flow = flow
        self._audit = audit
        self._pages = {Step.SIGN_IN: sign_in_url, Step.CONSENT: consent_url}
        self._problem_page = problem_page
        self._traces = traces
        self._auto_approve = auto_approve
        # Each request that needs a person is kept for a while: a flood must not fill storage.
        self._per_source = Throttle(rate=2, burst=120)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        source = source_of(request.scope)
        try:
            wait = self._per_source.wait(site_of(source))
            if wait:
                return self._problem(request, "too_many", 429, math.ceil(wait))
            return await self._answer(request, source)
        except (AuditUnavailable, StorageError) as error:
            _log.error("authorization endpoint: %s", error)
            return self._problem(request, "unavailable", 503, 1)

    async def _answer(self, request: Request, source: str) -> Response:
        ref = self._traces.begin(source)
        try:
            asked = await self._reader.read(await read_parameters(request), source)
            return await self._send_on(request, self._traced(asked, ref), source)
        except Malformed as malformed:
            refused = NotSent("malformed", why=f"the request is {malformed}")
        except NotSent as problem:
            refused = problem
        except SentBack as back:
            self._traces.refused(ref, "authorize", back.error)
            await self._record(back.error.error, back.client.client_id, source, ref)
            url = self._flow.refusal_url(back.redirect_uri, back.error, back.state, ref)
            if _may_lead_anywhere(back):
                return self._problem_page(request, "leaving", status=400, ref=ref, onward=url)
            return see_other(url)
        self._traces.name(ref, refused.client_id)
        self._traces.note(ref, "authorize", "refused", code=refused.problem, words=refused.why)
        await self._record(refused.problem, refused.client_id, source, ref)
        status = 429 if refused.wait else 400
        return self._problem_page(
            request, refused.problem, status=status, wait=refused.wait, ref=ref
        )

    def _traced(self, asked: Asked, ref: str) -> Asked:
        self._traces.known(ref, asked.client)
        words = f"for {asked.request.resource}, scope {asked.request.scope or 'none'}"
        self._traces.note(ref, "authorize", "passed", words=words)
        return asked._replace(request=msgspec.structs.replace(asked.request, trace=ref))

    async def _send_on(self, request: Request, asked: Asked, source: str) -> Response:
        """Send the browser to the next step."""
        if self._auto_approve is not None and not asked.request.acr_needed:
            return see_other(await self._auto_approve.grant(asked.request, source))
        session = await self._flow.session(request)
        step, _ = await self._flow.step(asked.request, asked.client, session)
        if step is Step.GRANT and session is not None:
            return see_other(await self._flow.grant(asked.request, session, source=source))
        if "none" in asked.request.prompt:
            raise _interaction_forbidden(step, session, asked)
        return await self._ask(request, asked, step, source)

    async def _ask(self, request: Request, asked: Asked, step: Step, source: str) -> Response:
        self._per_source.failed(site_of(source))
        cookies = self._flow.cookies
        browser = cookies.read(request, cookies.browser)
        new = not browser
        if new:
            browser = opaque.mint()
        ticket = await self._flow.keep(asked.request, browser)
        stage: Stage = "sign_in" if step is Step.SIGN_IN else "consent"
        self._traces.note(asked.request.trace, stage, "waiting", words="the person was asked")
        response = see_other(f"{self._pages[step]}?ticket={ticket}")
        if new:
            cookies.set(response, cookies.browser, browser, lifetime=None)
        return response

    async def _record(self, reason: str, client_id: str, source: str, ref: str) -> None:
        self._per_source.failed(site_of(source))
        await self._audit.record(
            Event(
                event_type="authorization_refused",
                client_id=client_id or None,
                action_taken="rejected",
                method="authorization_code",
                reason=reason,
                source=source,
                detail={"ref": ref},
            )
        )

    def _problem(self, request: Request, problem: str, status: int, wait: int = 0) -> Response:
        return self._problem_page(request, problem, status=status, wait=wait)


def _interaction_forbidden(step: Step, session: Session | None, asked: Asked) -> SentBack:
    """Return OIDC Core §3.1.2.6's answer to ``prompt=none``."""
    if step is Step.SIGN_IN:
        error = OAuthError(
            "login_required",
            "nobody is signed in" if session is None else "the person must sign in again",
        )
    else:
        error = OAuthError("consent_required", "the person has not agreed to all of this")
    request = asked.request
    return SentBack(error, asked.client, request.redirect_uri, request.state)


def _may_lead_anywhere(back: SentBack) -> bool:
    """Say whether anybody could have chosen the web site to which the browser would be sent.

    A link to a known server must not lead straight on to an unknown one (RFC 9700 §4.11.2).
    """
    vouched_for = back.client.origin in {"operator", "initial_access_token"}
    return not vouched_for and redirect_kind(back.redirect_uri) == "web"


async def read_parameters(request: Request) -> Parameters:
    """Read the query, or the form of a POST (OIDC Core §3.1.2.1).

    Raises
    ------
    Malformed
        If it is too long or not a form.

    """
    if request.method != "POST":
        return parse(request.scope["query_string"])
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise Malformed("not a form")
    return parse(await _read_body(request))


async def _read_body(request: Request) -> bytes:
    """Read a body of at most :data:`LIMIT` bytes.

    Raises
    ------
    Malformed
        If it is longer.

    """
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > LIMIT:
            raise Malformed(f"over {LIMIT} bytes")
    return bytes(parts)
