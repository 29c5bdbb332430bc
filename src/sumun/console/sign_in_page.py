"""``/sign-in``: a person shows who they are."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from sumun.console import client
from sumun.console.interaction import Interaction, Interactions
from sumun.console.rendering import Translate, render, translator
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.decision import Step
from sumun.oauth.authorization.flow import AuthorizationFlow
from sumun.oauth.authorization.request import AuthorizationRequest
from sumun.oauth.authorization.tickets import TicketSpent
from sumun.oauth.form import source_of
from sumun.oauth.people import CONSENT_PATH, PASSWORD_PATH, SIGN_IN_PATH
from sumun.oauth.sign_in import Attempt, SentElsewhere, SignedIn, SignIn, SignInRefused, Visitor
from sumun.oauth.traces import Traces
from sumun.oauth.users import User

STATUS: Final = {"wrong": 401, "too_many": 429, "busy": 503, "elsewhere": 503}
"""What a page that tells of a refusal is answered with."""


class SignInPage:
    """Shows the methods there are, has one judge what was sent, and sends the person on."""

    def __init__(
        self, flow: AuthorizationFlow, sign_in: SignIn, interactions: Interactions, base: str
    ) -> None:
        self._flow = flow
        self._sign_in = sign_in
        self._interactions = interactions
        self._base = base

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._interactions.visit(request, self._answer)

    async def _answer(self, interaction: Interaction) -> Response:
        if interaction.is_post:
            return await self._try(interaction)
        step = interaction.pending.step
        source = source_of(interaction.request.scope)
        if step is Step.UNMET:
            return see_other(await self._flow.fall_short(interaction.pending, source=source))
        if step is Step.SIGN_IN or interaction.fields.get("other"):
            return await self._show(interaction)
        if step is Step.CONSENT:
            return see_other(f"{self._base}{CONSENT_PATH}?ticket={interaction.ticket}")
        return see_other(await self._flow.proceed(interaction.pending, source=source))

    async def _try(self, interaction: Interaction) -> Response:
        request, pending = interaction.request, interaction.pending
        visitor = Visitor(
            session=pending.session,
            user_agent=request.headers.get("user-agent", ""),
            source=source_of(request.scope),
        )
        method = interaction.form.get("method", "")
        if method == "continue":
            return await self._continue(interaction)
        attempt = Attempt(
            form={**interaction.form, **_again(pending.request)},
            ticket=interaction.ticket,
            user=await self._second(interaction),
            source=visitor.source,
        )
        try:
            outcome = await self._sign_in.attempt(method, attempt, pending.key, visitor)
        except SignInRefused as refusal:
            self._flow.traces.note(
                pending.request.trace,
                "sign_in",
                "refused",
                code=refusal.reason,
                words=refusal.why
                or (method if method in self._sign_in.methods else "no such method"),
            )
            return await self._show(interaction, refusal)
        if isinstance(outcome, SentElsewhere):
            return see_other(outcome.url)
        return self._signed_in(interaction, outcome)

    async def _second(self, interaction: Interaction) -> User | None:
        """Return the person whose second factor is to come, unless it is to be another person."""
        if interaction.fields.get("other"):
            return None
        return await self._sign_in.half_signed_in(interaction.pending.session)

    def _signed_in(self, interaction: Interaction, signed_in: SignedIn) -> Response:
        note_signed_in(self._flow.traces, interaction.pending.request.trace, signed_in)
        path = f"{PASSWORD_PATH}?why=known&" if signed_in.should_change else f"{SIGN_IN_PATH}?"
        response = see_other(f"{self._base}{path}ticket={interaction.ticket}")
        cookies = self._flow.cookies
        cookies.set(response, cookies.session, signed_in.cookie, lifetime=None)
        return response

    async def _continue(self, interaction: Interaction) -> Response:
        """Go on with the session there is, where the client only asked which it should be."""
        pending = interaction.pending
        if pending.session is None or not _may_continue(interaction):
            raise TicketSpent
        await self._sign_in.keep_session(pending.session, pending.key)
        return see_other(f"{self._base}{SIGN_IN_PATH}?ticket={interaction.ticket}")

    async def _show(
        self, interaction: Interaction, refusal: SignInRefused | None = None
    ) -> Response:
        translate = translator(interaction.language)
        pending = interaction.pending
        second = await self._second(interaction)
        methods = [
            {"name": method.name, **await method.describe(interaction.ticket, second)}
            for method in await self._sign_in.offered(second)
        ]
        action = f"{self._base}{SIGN_IN_PATH}"
        response = render(
            "sign_in.html",
            interaction.language,
            base=self._base,
            status=200 if refusal is None else STATUS[refusal.reason],
            action=action,
            switch=f"{action}?ticket={interaction.ticket}&",
            ticket=interaction.ticket,
            csrf=interaction.csrf,
            client=client.in_words(pending.client, pending.request.redirect_uri, translate),
            second=second.username if second else "",
            current=_current(interaction),
            other=bool(interaction.fields.get("other")),
            methods=methods,
            login_hint=interaction.form.get("username") or pending.request.login_hint,
            error="" if refusal is None else explain(refusal, second is not None, translate),
            ref=pending.request.trace if refusal is not None and refusal.why else "",
        )
        if refusal is not None and refusal.wait:
            response.headers["Retry-After"] = str(refusal.wait)
        return response


def note_signed_in(traces: Traces, ref: str, signed_in: SignedIn) -> None:
    """Note in a trace that somebody signed in, or half."""
    session = signed_in.session
    traces.note(
        ref,
        "sign_in",
        "passed" if session.complete else "waiting",
        words=" ".join(session.amr) if session.complete else "a second factor is to come",
    )


def _again(request: AuthorizationRequest) -> dict[str, str]:
    """Say whether the client wants to be sure that the person is there now."""
    wanted = request.max_age is not None or "login" in request.prompt
    return {"again": "1" if wanted else ""}


def _may_continue(interaction: Interaction) -> bool:
    session, request = interaction.pending.session, interaction.pending.request
    return (
        session is not None
        and session.complete
        and "select_account" in request.prompt
        and "login" not in request.prompt
    )


def _current(interaction: Interaction) -> str:
    session = interaction.pending.session
    return session.username if session is not None and _may_continue(interaction) else ""


def explain(refusal: SignInRefused, second: bool, translate: Translate) -> str:
    """Say why it did not work; ``second`` is whether it was the second factor."""
    match refusal.reason:
        case "too_many":
            return translate(
                "Too many attempts. Wait {seconds} seconds, then try again.", seconds=refusal.wait
            )
        case "busy":
            return translate("The server is busy. Try again in a moment.")
        case "elsewhere":
            return translate("It cannot be reached just now. Try again later.")
        case "wrong" if second:
            return translate("That did not work. Try again.")
        case _:
            return translate("That did not work. Check your user name and password.")
