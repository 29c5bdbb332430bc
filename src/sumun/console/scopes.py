"""Scopes in words: what a person lets a client do, and what it would reveal."""

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from sumun.config import RevealConfig
from sumun.console.language import Language
from sumun.console.readable import readable
from sumun.console.rendering import Translate, translator
from sumun.detection.entities import CATEGORIES
from sumun.oauth.scopes import DATA
from sumun.oauth.tools import Tool, ToolLists, tool_scope

_SERVER: Final = "mcp:"
_USUAL: Final = RevealConfig()
_DESCRIPTION_LIMIT: Final = 160
_FIXED: Final = {
    "mcp.access": "Use every tool behind this gateway",
    "audit:read": "Read the audit log: who did what, and when",
    "openid": "Know that it is you",
    "profile": "See your user name and language",
    "email": "See your e-mail address",
    "offline_access": "Stay connected when you are away, until you end it",
}
_CATEGORY_WORDS: Final = {
    "contact": "contact details (e-mail addresses, telephone numbers)",
    "person": "people's names and what identifies them",
    "government_id": "identity numbers (resident registration, passport, driving licence)",
    "financial": "money matters (cards, bank accounts)",
    "credential": "passwords, keys and tokens",
    "network": "computers' addresses",
    "health": "health matters",
    "location": "where people live and are",
}


class ScopeInWords(NamedTuple):
    """A scope as the consent page shows it.

    Attributes
    ----------
    text:
        What it allows, in the person's language.
    said:
        What the server itself says of it, marked as such; often empty.
    reveals:
        Whether it lets personal data through that would otherwise be protected.
    fixed:
        Whether it cannot be left out by itself.
    ticked:
        Whether its box is ticked from the start.
    minutes:
        For how long it reveals, if it does.

    """

    scope: str
    text: str
    said: str
    reveals: bool
    fixed: bool
    ticked: bool
    minutes: int


class ScopesInWords:
    """Says scopes for the pages.

    Parameters
    ----------
    tool_lists:
        What servers call their tools.
    reveal:
        What data may be seen for, and for how long.

    """

    def __init__(self, tool_lists: ToolLists, reveal: RevealConfig = _USUAL) -> None:
        self._tool_lists = tool_lists
        self._reasons = reveal.reasons
        self._minutes = -(-reveal.ttl // 60)

    def say(
        self, scopes: tuple[str, ...], agreed: AbstractSet[str], language: Language
    ) -> list[ScopeInWords]:
        """Return the scopes for the page; a lone one has nothing to choose.

        A tool is called as its server calls it, bounded and without what disguises; that the scope
        itself stands beside it is up to the page.

        What reveals personal data is only ticked where the person has agreed to it before: a box
        ticked for them is no consent (GDPR art. 25(2); CJEU C-673/17).
        """
        lone = len([scope for scope in scopes if scope != "openid"]) == 1
        translate = translator(language)
        return [
            ScopeInWords(
                scope=scope,
                text=self._text(scope, language, tool),
                said=_said(scope, translate, tool),
                reveals=scope.startswith(DATA),
                fixed=lone or scope == "openid",
                ticked=not scope.startswith(DATA) or scope in agreed,
                minutes=self._minutes,
            )
            for scope in scopes
            for tool in (self._find_tool(scope),)
        ]

    def _find_tool(self, scope: str) -> Tool:
        named = tool_scope(scope)
        known = self._tool_lists.find(named.server) if named else None
        return known.tools.get(named.tool, Tool()) if named and known else Tool()

    def _text(self, scope: str, language: Language, described: Tool) -> str:
        translate = translator(language)
        if scope in _FIXED:
            return translate(_FIXED[scope])
        if scope.startswith(DATA):
            category, _, purpose = scope.removeprefix(DATA).partition(":")
            data = _data(category, translate)
            return f"{data}, {self._purpose(purpose, language)}" if purpose else data
        if scope.startswith(_SERVER):
            server, _, tool = scope.removeprefix(_SERVER).partition(":")
            if tool:
                name = readable(described.title) or tool
                return translate("Use the tool “{tool}” of {server}", tool=name, server=server)
            return translate("Use every tool of {server}", server=server)
        return translate("“{scope}”, as the application calls it", scope=scope)

    def _purpose(self, purpose: str, language: Language) -> str:
        words = self._reasons.get(purpose)
        if words is not None:
            return words.ko if language == "ko" else words.en
        return translator(language)("for a purpose unknown here: “{purpose}”", purpose=purpose)


def _said(scope: str, translate: Translate, tool: Tool) -> str:
    named = tool_scope(scope)
    words = readable(tool.description, _DESCRIPTION_LIMIT)
    if not named or not words:
        return ""
    return translate("{server} says of it: “{words}”", server=named.server, words=words)


def _data(category: str, translate: Translate) -> str:
    words = _CATEGORY_WORDS.get(category)
    if words is None or category not in CATEGORIES:
        return translate("See personal data of the kind “{kind}”", kind=category)
    return translate("See as they are: {words}", words=translate(words))
