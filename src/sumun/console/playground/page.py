"""The page over HTTP: what may be sent to it, and what it answers."""

import asyncio
import math
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from sumun.console import language
from sumun.console.csrf import Csrf
from sumun.console.entity_words import entity_in_words
from sumun.console.playground.examples import EXAMPLES
from sumun.console.playground.play import MAX_TEXT, Choices, Outcome, Play, policy_of, settings_of
from sumun.console.playground.rows import Rows
from sumun.console.problem_page import ProblemPage
from sumun.console.rendering import render
from sumun.detection.entities import CATEGORIES, ENTITIES, canonical
from sumun.oauth.authorization import opaque
from sumun.oauth.authorization.browser import Cookies
from sumun.oauth.form import source_of
from sumun.oauth.throttle import Throttle, site_of
from sumun.protection import Action

PLAYGROUND_PATH: Final = "/playground"

_BODY_LIMIT: Final = 12 * MAX_TEXT
"""Bytes of a form: percent-encoding takes up to twelve for a character."""

_FIELDS: Final = 256
_FORM: Final = "application/x-www-form-urlencoded"
_PER_TYPE: Final = "action:"
_LANGUAGE_LIFETIME: Final = 365 * 86_400
_STEPS: Final = 20
_FIRST: Final = {"en": "record", "ko": "korean"}
"""The example that is there when the page is opened."""


class _Unreadable(Exception):
    """What was sent is not a form, or too long for one; with the status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class PlaygroundPage:
    """Shows the page, and plays the rounds that its own forms ask for.

    Parameters
    ----------
    csrf:
        Makes and checks the token of the form.
    issuer:
        Where the page is; cookies are set as its scheme allows.
    base:
        The issuer's path.
    clock:
        Monotonic seconds.

    """

    def __init__(
        self,
        csrf: Csrf,
        issuer: str,
        base: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._csrf = csrf
        self._cookies = Cookies(issuer)
        self._base = base
        self._problem = ProblemPage(base)
        self._play = Play()
        # Somebody who types sends a round every few moments.
        self._rounds = Throttle(rate=5, burst=60, clock=clock)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        browser = self._cookies.read(request, self._cookies.browser)
        new = not browser
        if new:
            browser = opaque.mint()
        response = await self._answer(request, ("playground", browser))
        if new:
            self._cookies.set(response, self._cookies.browser, browser, lifetime=None)
        if language.switched_to(request) is not None:
            chosen = language.choose(request)
            self._cookies.set(response, language.COOKIE, chosen, lifetime=_LANGUAGE_LIFETIME)
        return response

    async def _answer(self, request: Request, bound_to: tuple[str, str]) -> Response:
        if request.method != "POST":
            # Looking costs something, and only what is sent by the form is counted.
            name = _FIRST[language.choose(request)]
            return self._show(request, Choices(EXAMPLES[name][1]), Outcome(), bound_to)
        try:
            fields = await _fields(request)
        except _Unreadable as unreadable:
            return self._problem(request, "too_long", status=unreadable.status)
        if not self._csrf.accepts(request, fields.get("csrf", ""), *bound_to):
            return self._problem(request, "forged", status=403)
        site = site_of(source_of(request.scope))
        wait = math.ceil(self._rounds.wait(site))
        if wait:
            return self._problem(request, "too_many", status=429, wait=wait)
        self._rounds.failed(site)
        choices = _choices(fields)
        outcome = Outcome()
        if len(choices.text) <= MAX_TEXT:
            # A long text takes a while: others are answered meanwhile.
            outcome = await asyncio.to_thread(self._play.round, choices)
        return self._show(request, choices, outcome, bound_to)

    def _show(
        self, request: Request, choices: Choices, outcome: Outcome, bound_to: tuple[str, str]
    ) -> Response:
        chosen = language.choose(request)
        rows = Rows(choices, outcome, chosen)
        return render(
            "playground.html",
            chosen,
            base=self._base,
            switch=f"{self._base}{PLAYGROUND_PATH}?",
            csrf=self._csrf.token(*bound_to),
            choices=choices,
            outcome=outcome,
            kept=rows.kept(),
            in_order=rows.in_order(),
            dropped=rows.dropped(),
            types=rows.types(),
            policy=policy_of(choices),
            settings=settings_of(choices),
            actions=list(Action),
            examples=[(name, title) for name, (title, _) in EXAMPLES.items()],
            vocabulary=_vocabulary(chosen),
            max_text=MAX_TEXT,
            too_long=len(choices.text) > MAX_TEXT,
        )


async def _fields(request: Request) -> Mapping[str, str]:
    """Read a form.

    Raises
    ------
    _Unreadable
        If it is too long or not a form.

    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _FORM:
        raise _Unreadable(400)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _BODY_LIMIT:
            raise _Unreadable(413)
    try:
        fields = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict"
        )
    except ValueError:  # also UnicodeDecodeError
        raise _Unreadable(400) from None
    return dict(reversed(fields))  # the first of each name


def _choices(fields: Mapping[str, str]) -> Choices:
    """Return what was chosen; what is no choice counts as none."""
    usual = Choices()
    example = EXAMPLES.get(fields.get("example", ""))
    # Browsers write a form's line ends as CRLF (WHATWG HTML §4.10.21.4).
    text = fields.get("text", "").replace("\r\n", "\n") if example is None else example[1]
    return Choices(
        text=text,
        action=_action(fields.get("action", "")) or usual.action,
        actions={
            canonical(name.removeprefix(_PER_TYPE)): action
            for name, value in fields.items()
            if name.startswith(_PER_TYPE)
            and name.removeprefix(_PER_TYPE) in ENTITIES
            and (action := _action(value)) is not None
        },
        least=_score(fields.get("least", ""), usual.least),
        only=only if (only := fields.get("only", "")) in {*CATEGORIES, *ENTITIES} else "",
    )


def _action(value: str) -> Action | None:
    return Action(value) if value in set(Action) else None


def _score(value: str, usual: float) -> float:
    """Return a score in steps, so that few detectors serve all."""
    try:
        score = float(value)
    except ValueError:
        return usual
    return round(score * _STEPS) / _STEPS if 0 <= score <= 1 else usual


def _vocabulary(chosen: language.Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the entity types by category, each with what it is called, in its order."""
    return [
        (
            category,
            sorted(
                ((name, entity_in_words(name, chosen)) for name in names),
                key=lambda named: named[1].casefold(),
            ),
        )
        for category, names in CATEGORIES.items()
    ]
