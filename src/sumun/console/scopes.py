"""Scopes in words: what a person lets a client do, and what it would reveal."""

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from sumun.console.readable import readable
from sumun.console.rendering import Translate
from sumun.detection.entities import CATEGORIES
from sumun.oauth.tools import Tool, ToolLists, tool_scope

_DATA: Final = "pii:"
_SERVER: Final = "mcp:"
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

    """

    scope: str
    text: str
    said: str
    reveals: bool
    fixed: bool
    ticked: bool


def in_words(
    scopes: tuple[str, ...],
    agreed: AbstractSet[str],
    translate: Translate,
    tool_lists: ToolLists,
) -> list[ScopeInWords]:
    """Return the scopes for the page; a lone one has nothing to choose.

    A tool is called as its server calls it, bounded and without what disguises; that the scope
    itself stands beside it is up to the page.

    What reveals personal data is only ticked where the person has agreed to it before: a box
    ticked for them is no consent (GDPR art. 25(2); CJEU C-673/17).
    """
    lone = len([scope for scope in scopes if scope != "openid"]) == 1
    return [
        ScopeInWords(
            scope=scope,
            text=_text(scope, translate, tool),
            said=_said(scope, translate, tool),
            reveals=scope.startswith(_DATA),
            fixed=lone or scope == "openid",
            ticked=not scope.startswith(_DATA) or scope in agreed,
        )
        for scope in scopes
        for tool in (_find_tool(scope, tool_lists),)
    ]


def _find_tool(scope: str, tool_lists: ToolLists) -> Tool:
    named = tool_scope(scope)
    known = tool_lists.find(named.server) if named else None
    return known.tools.get(named.tool, Tool()) if named and known else Tool()


def _said(scope: str, translate: Translate, tool: Tool) -> str:
    named = tool_scope(scope)
    words = readable(tool.description, _DESCRIPTION_LIMIT)
    if not named or not words:
        return ""
    return translate("{server} says of it: “{words}”", server=named.server, words=words)


def _text(scope: str, translate: Translate, described: Tool) -> str:
    if scope in _FIXED:
        return translate(_FIXED[scope])
    if scope.startswith(_DATA):
        return _data(scope.removeprefix(_DATA), translate)
    if scope.startswith(_SERVER):
        server, _, tool = scope.removeprefix(_SERVER).partition(":")
        if tool:
            name = readable(described.title) or tool
            return translate("Use the tool “{tool}” of {server}", tool=name, server=server)
        return translate("Use every tool of {server}", server=server)
    return translate("“{scope}”, as the application calls it", scope=scope)


def _data(category: str, translate: Translate) -> str:
    words = _CATEGORY_WORDS.get(category)
    if words is None or category not in CATEGORIES:
        return translate("See personal data of the kind “{kind}”", kind=category)
    return translate("See as they are: {words}", words=translate(words))
