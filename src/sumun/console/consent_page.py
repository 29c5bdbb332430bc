"""``/consent``: a person decides what a client may do."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from sumun.console import client
from sumun.console.interaction import Interaction, Interactions
from sumun.console.rendering import render, translator
from sumun.console.scopes import ScopesInWords
from sumun.console.servers import server_in_words
from sumun.oauth.authorization.answers import see_other
from sumun.oauth.authorization.consents import fingerprint
from sumun.oauth.authorization.decision import Step
from sumun.oauth.authorization.flow import AuthorizationFlow, Pending
from sumun.oauth.authorization.parameters import Malformed
from sumun.oauth.form import source_of
from sumun.oauth.people import CONSENT_PATH, SIGN_IN_PATH


class ConsentPage:
    """Shows who asks for what, and takes the decision to the client."""

    def __init__(
        self,
        issuer: str,
        flow: AuthorizationFlow,
        interactions: Interactions,
        in_words: ScopesInWords,
        base: str,
    ) -> None:
        self._issuer = issuer
        self._in_words = in_words
        self._flow = flow
        self._interactions = interactions
        self._base = base

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        return await self._interactions.visit(request, self._answer)

    async def _answer(self, interaction: Interaction) -> Response:
        if interaction.pending.step in {Step.SIGN_IN, Step.UNMET}:
            return see_other(f"{self._base}{SIGN_IN_PATH}?ticket={interaction.ticket}")
        if interaction.is_post:
            return see_other(await self._decide(interaction))
        return self._show(interaction)

    async def _decide(self, interaction: Interaction) -> str:
        pending = interaction.pending
        source = source_of(interaction.request.scope)
        decision = interaction.form.get("decision", "")
        if decision not in {"allow", "deny"}:
            raise Malformed("no decision")
        asked = pending.request.scopes
        ticked = [scope for scope in asked if f"scope:{scope}" in interaction.form]
        if decision == "deny" or (_substance(asked) and not _substance(ticked)):
            return await self._flow.deny(pending, source=source)
        return await self._flow.approve(pending, ticked, source=source)

    def _show(self, interaction: Interaction) -> Response:
        translate = translator(interaction.language)
        pending = interaction.pending
        request = pending.request
        asked = self._in_words.say(request.scopes, _agreed(pending), interaction.language)
        action = f"{self._base}{CONSENT_PATH}"
        ticket = interaction.ticket
        return render(
            "consent.html",
            interaction.language,
            base=self._base,
            action=action,
            switch=f"{action}?ticket={ticket}&",
            other=f"{self._base}{SIGN_IN_PATH}?ticket={ticket}&other=1",
            ticket=ticket,
            csrf=interaction.csrf,
            client=client.in_words(pending.client, request.redirect_uri, translate),
            server=server_in_words(request.resource, self._issuer, translate),
            resource=request.resource,
            scopes=asked,
            optional=any(not scope.fixed for scope in asked),
            username=pending.session.username if pending.session else "",
        )


def _agreed(pending: Pending) -> frozenset[str]:
    """Return what the person had agreed to before, if to this very client."""
    consent = pending.consent
    if consent is None or consent.fingerprint != fingerprint(pending.client.metadata):
        return frozenset()
    return frozenset(consent.scope.split())


def _substance(scopes: Iterable[str]) -> set[str]:
    """Return the scopes that let anything be done: unticking all of them is a no."""
    return set(scopes) - {"openid", "offline_access"}
