"""``authorization_details``: tools and data categories, asked for one by one (RFC 9396).

There is one type, ``mcp_tools``. An object of it says the same as scopes do, so it is turned into
scopes where it is read, and made of scopes again where it is shown: one thing is granted, agreed
to and enforced, whichever way it was asked for.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

import msgspec

from sumun.detection.entities import Category
from sumun.oauth.clients import Client
from sumun.oauth.errors import OAuthError

TYPE: Final = "mcp_tools"
TYPES: Final = (TYPE,)
"""What ``authorization_details_types_supported`` says (RFC 9396 §10)."""

_LENGTH_LIMIT: Final = 8192
_OBJECTS: Final = 8
_TOOLS: Final = 32
_LOCATIONS: Final = 8
_TOOL_PREFIX: Final = "mcp:"
_DATA_PREFIX: Final = "pii:"

_Location = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]
# The names the Model Context Protocol has for tools; without ":" and "*", which scopes give a
# meaning to.
_Tool = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_.-]{1,128}\Z")]
_Locations = Annotated[tuple[_Location, ...], msgspec.Meta(min_length=1, max_length=_LOCATIONS)]
_Tools = Annotated[tuple[_Tool, ...], msgspec.Meta(min_length=1, max_length=_TOOLS)]
_Categories = Annotated[tuple[Category, ...], msgspec.Meta(min_length=1, max_length=_TOOLS)]
_Actions = Annotated[tuple[Literal["call"], ...], msgspec.Meta(min_length=1, max_length=1)]


class McpTools(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tools of MCP servers, and the personal data they may show (RFC 9396 §2.2).

    Attributes
    ----------
    type:
        Required, unlike the rest.
    locations:
        Resource identifiers of the servers; empty for the one ``resource`` names.
    actions:
        What may be done with the tools: they may be called, which is also meant where it is empty.
    tools:
        Their names; empty for every tool.
    datatypes:
        The categories of personal data that may be seen as it is.

    """

    type: Literal["mcp_tools"]
    locations: _Locations = ()
    actions: _Actions = ()
    tools: _Tools = ()
    datatypes: _Categories = ()

    def scopes(self, root: str) -> list[str]:
        """Return the scopes that say the same, at the server whose scope is ``root``."""
        tools = [f"{root}:{tool}" for tool in dict.fromkeys(self.tools)] or [root]
        return tools + [_DATA_PREFIX + category for category in dict.fromkeys(self.datatypes)]


Details = tuple[McpTools, ...]

_Array = Annotated[Details, msgspec.Meta(min_length=1, max_length=_OBJECTS)]
_decoder: Final = msgspec.json.Decoder(_Array)


def read_details(client: Client, text: str | None) -> Details:
    """Read what a client sent; nothing if it sent nothing.

    Raises
    ------
    OAuthError
        ``invalid_authorization_details``, for all that RFC 9396 §5 lists.

    """
    if not text:
        return ()
    if len(text) > _LENGTH_LIMIT:
        raise refused(f"it has more than {_LENGTH_LIMIT} characters")
    try:
        details = _decoder.decode(text)
    except msgspec.ValidationError as error:
        raise refused(str(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise refused("it is not JSON") from None
    return _permitted(client, details)


def convert_details(client: Client, value: Any) -> Details:
    """Read what stands in a claim.

    Raises
    ------
    OAuthError
        As :func:`read_details`.

    """
    try:
        return _permitted(client, msgspec.convert(value, _Array, strict=True))
    except (msgspec.ValidationError, RecursionError) as error:
        raise refused(str(error)) from None


def locations(details: Details) -> list[str]:
    """Return every location named, once."""
    return list(dict.fromkeys(location for each in details for location in each.locations))


def describe(resource: str, scope: str) -> list[dict[str, Any]]:
    """Return the details that say what a scope does, at the resource it was granted for."""
    scopes = scope.split()
    calls = [each.split(":", 2)[2:] for each in scopes if each.startswith(_TOOL_PREFIX)]
    if not calls:
        return []
    described: dict[str, Any] = {"type": TYPE, "locations": [resource], "actions": ["call"]}
    if all(calls):
        described["tools"] = [tool for (tool,) in calls]
    data = [s.removeprefix(_DATA_PREFIX) for s in scopes if s.startswith(_DATA_PREFIX)]
    categories = [each for each in data if ":" not in each]  # for one purpose is said in scopes
    if categories:
        described["datatypes"] = categories
    return [described]


def encode_details(resource: str, scope: str) -> str:
    """Return the same as JSON; empty if there is nothing to say."""
    described = describe(resource, scope)
    return msgspec.json.encode(described).decode() if described else ""


def concern(patterns: Iterable[str]) -> bool:
    """Tell whether scopes, or patterns of them, say which tools may be called or data seen."""
    return any(_concerns(pattern) for pattern in patterns)


def _concerns(pattern: str) -> bool:
    head, star, _ = pattern.partition("*")
    return any(
        head.startswith(prefix) or (star and prefix.startswith(head))
        for prefix in (_TOOL_PREFIX, _DATA_PREFIX)
    )


def refused(why: str) -> OAuthError:
    """Return the refusal of RFC 9396 §5."""
    return OAuthError("invalid_authorization_details", f"authorization_details: {why}")


def _permitted(client: Client, details: Details) -> Details:
    types = client.metadata.authorization_details_types
    if types is not None and TYPE not in types:
        raise refused(f"this client is not registered for the type {TYPE} (RFC 9396 10)")
    return details
