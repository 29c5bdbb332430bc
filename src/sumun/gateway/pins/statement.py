"""What a server says that a model reads: of its tools, of its prompts, and of itself.

Only that is pinned: what a model is told decides what it does with everything else it can reach
(MCP security best practices, "Tool Poisoning"; MCP schema, Tool, Prompt, InitializeResult).
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

Kind = Literal["tool", "prompt", "server"]
Key = tuple[Kind, str]
Statement = dict[str, Any]

ITSELF: Final[Key] = ("server", "")
"""The instructions."""

MEMBERS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "tool": ("title", "description", "inputSchema", "outputSchema", "annotations"),
    "prompt": ("title", "description", "arguments"),
    "server": ("instructions",),
}
_LISTS: Final[Mapping[str, Kind]] = {"tools": "tool", "prompts": "prompt"}

_encode = msgspec.json.Encoder(order="sorted").encode


def statement(kind: Kind, said: Mapping[str, Any]) -> Statement:
    """Return the part of a tool, a prompt or a greeting that is pinned.

    A schema of results that are no objects is not: revisions up to 2025-11-25 leave it out.
    """
    kept = {key: said[key] for key in MEMBERS[kind] if said.get(key) is not None}
    schema = kept.get("outputSchema")
    if schema is not None and not (isinstance(schema, dict) and schema.get("type") == "object"):
        del kept["outputSchema"]
    return kept


def lists_in(result: Mapping[str, Any]) -> Iterator[tuple[str, Kind, list[Any]]]:
    """Yield the lists of pinned things in a result: member, kind and entries."""
    for member, kind in _LISTS.items():
        entries = result.get(member)
        if isinstance(entries, list):
            yield member, kind, entries


def key_of(kind: Kind, entry: Any) -> Key | None:
    """Return what an entry is known by; nothing, if it has no name."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return (kind, name) if isinstance(name, str) and name else None


def written(said: Statement) -> str:
    """Return a statement in canonical form: sorted keys, no spaces."""
    return _encode(said).decode()


def digest(text: str) -> str:
    """Return the SHA-256 of a statement in canonical form, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def says_no_more(said: Statement, approved: Statement) -> bool:
    """Whether all that is said was approved; older revisions may leave something out."""
    return all(key in approved and approved[key] == value for key, value in said.items())
