"""The tools that scopes are minted from: ``mcp:{server}:{tool}``."""

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol

import msgspec

_SCOPE: Final = "mcp:"
_TOKEN: Final = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")


class Tool(msgspec.Struct, frozen=True):
    """A tool as its server describes it: words of somebody else, not to be believed or obeyed.

    ``output_schema`` is what its structured results promise to be, in JSON Schema; ``mirrored``
    are the arguments that HTTP headers repeat (MCP 2026-07-28 "x-mcp-header"), by their path.
    """

    title: str = ""
    description: str = ""
    output_schema: dict[str, Any] | None = None
    mirrored: Mapping[tuple[str, ...], str] = {}


class ToolList(msgspec.Struct, frozen=True):
    """The tools of one server, by name.

    Attributes
    ----------
    public:
        Whether everybody may know what there is.

    """

    tools: Mapping[str, Tool]
    public: bool = False

    def scopes(self, server: str) -> list[str]:
        """Return the scope of each tool whose name can be part of one (RFC 6749 §3.3)."""
        return [
            f"{_SCOPE}{server}:{name}"
            for name in sorted(self.tools)
            if _TOKEN.fullmatch(name) and "*" not in name
        ]

    def may_have(self, name: str) -> bool:
        """Say whether what a scope names may be there.

        A pattern stands for what comes later too, and a name with a slash for a method
        (``resources/read``), so neither is judged by a list of tools.
        """
        return (
            name in self.tools
            or "*" in name
            or "/" in name
            or any(tool.startswith(f"{name}:") for tool in self.tools)
        )


class ToolLists(Protocol):
    """Where lists of tools are found."""

    def find(self, server: str) -> ToolList | None:
        """Return what is known of a server's tools; ``None`` if that is nothing."""


class NoToolLists:
    """For an authorization server that stands alone."""

    def find(self, server: str) -> ToolList | None:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return None


class ToolScope(NamedTuple):
    """A scope for one tool, taken apart."""

    server: str
    tool: str


def tool_scope(scope: str) -> ToolScope | None:
    """Take a scope apart, if it is one for a tool."""
    if not scope.startswith(_SCOPE):
        return None
    server, _, tool = scope[len(_SCOPE) :].partition(":")
    return ToolScope(server, tool) if tool else None


def unknown_tools(scope: str, lists: ToolLists) -> list[str]:
    """Return the scopes among these whose tool is not there, where that may be known.

    Where a list is not for everybody the answer would tell what is in it, one guess at a time;
    there a scope for a tool that is not there is issued, and opens nothing.
    """
    unknown = []
    for each in scope.split():
        named = tool_scope(each)
        known = lists.find(named.server) if named else None
        if named and known and known.public and not known.may_have(named.tool):
            unknown.append(each)
    return unknown
