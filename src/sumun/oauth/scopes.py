"""Scopes as sets (RFC 6749 §3.3), with those that include others."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from sumun.policy.patterns import covers_scope

DATA: Final = "pii:"
"""What scopes begin with that let personal data be seen as it is."""

_TOKEN: Final = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_LENGTH_LIMIT: Final = 2048
_COUNT_LIMIT: Final = 64


class MalformedScope(ValueError):
    """The text is not a scope in the sense of RFC 6749 §3.3, or is over the limit."""


def parse_scope(text: str) -> tuple[str, ...]:
    """Split a scope value into its tokens, in order, each once.

    Raises
    ------
    MalformedScope
        If the text is malformed or too long.

    """
    if not text:
        return ()
    if len(text) > _LENGTH_LIMIT:
        raise MalformedScope(f"scope: is longer than {_LENGTH_LIMIT} characters")
    tokens = tuple(dict.fromkeys(text.split(" ")))
    if len(tokens) > _COUNT_LIMIT:
        raise MalformedScope(f"scope: has more than {_COUNT_LIMIT} tokens")
    if not all(map(_TOKEN.fullmatch, tokens)):
        raise MalformedScope(
            "scope: must be tokens of printable ASCII separated by single spaces (RFC 6749 3.3)"
        )
    return tokens


def shows_data(scope: str) -> bool:
    """Say whether a scope's value has a token that lets personal data be seen as it is."""
    return f" {DATA}" in f" {scope}"


def without_data(scope: str) -> str:
    """Return a scope's value without the tokens that let personal data be seen as it is."""
    return " ".join(token for token in scope.split(" ") if not token.startswith(DATA))


class ScopeHierarchy:
    """Which scope includes which.

    A scope includes what policy says it covers, so that a token is never issued for less or more
    than it opens: ``mcp:crm`` includes ``mcp:crm:lookup``, and ``*`` stands for any characters.
    Configuration adds the rest (``mcp.access`` includes ``mcp:*``).
    """

    def __init__(self, includes: Mapping[str, Sequence[str]]) -> None:
        self._includes = {scope: tuple(patterns) for scope, patterns in includes.items()}
        self._reach = lru_cache(maxsize=1024)(self._find_reach)

    @property
    def names(self) -> list[str]:
        """The scopes configuration names, without patterns: what metadata may list."""
        named = {*self._includes, *(s for below in self._includes.values() for s in below)}
        return sorted(scope for scope in named if not scope.endswith("*"))

    def covers(self, granted: Iterable[str], needed: str) -> bool:
        """Say whether any of the granted scopes is or includes the needed one."""
        return any(covers_scope(each, needed) for scope in granted for each in self._reach(scope))

    def missing(self, granted: Iterable[str], needed: Iterable[str]) -> list[str]:
        """Return the needed scopes that the granted ones do not cover, in order."""
        granted = tuple(granted)
        return [scope for scope in needed if not self.covers(granted, scope)]

    def reach(self, scope: str) -> tuple[str, ...]:
        """Return the scope and all that configuration adds to it, patterns among them."""
        return self._reach(scope)

    def _find_reach(self, scope: str) -> tuple[str, ...]:
        reached = [scope]
        for each in reached:
            reached.extend(s for s in self._includes.get(each, ()) if s not in reached)
        return tuple(reached)
