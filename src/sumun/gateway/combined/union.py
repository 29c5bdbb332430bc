"""What many servers say of themselves, as one would say it."""

from collections.abc import Mapping
from typing import Any, Final

from sumun.gateway.combined.marking import LISTS, mark_list
from sumun.gateway.combined.naming import combined_name, combined_uri
from sumun.gateway.eras import as_modern
from sumun.gateway.eras.revisions import LEGACY, MODERN, OWN_NAME, TASKS

_INSTRUCTIONS_LIMIT: Final = 2000
"""Characters of one server's own words."""
_NOT_TOGETHER: Final = frozenset({"tasks", "experimental"})
"""Capabilities that say nothing of the others' things, or whose ids would not lead back."""


def blank(method: str) -> dict[str, Any]:
    """Return the result of a request that all are asked, before any has said something."""
    if method in LISTS:
        return as_modern.result(method, {LISTS[method][0]: []}, OWN_NAME)
    greeting = {"supportedVersions": [MODERN, *reversed(LEGACY)], "capabilities": {}}
    return as_modern.result(method, greeting, OWN_NAME)


def union_of_lists(method: str, own: dict[str, Any], others: Mapping[str, dict[str, Any]]) -> None:
    """Add the entries of the others' lists to Sumun's own, one server after the other."""
    member, _, _ = LISTS[method]
    entries = own.get(member)
    own[member] = entries if isinstance(entries, list) else []
    for server, result in others.items():
        own[member] += mark_list(server, method, result)
    own.pop("nextCursor", None)
    _keep_shortest(own, others)


def union_of_greetings(own: dict[str, Any], others: Mapping[str, dict[str, Any]]) -> None:
    """Add what the others can do, and their instructions, to Sumun's own greeting."""
    capabilities = own.setdefault("capabilities", {})
    for result in others.values():
        declared = result.get("capabilities")
        if isinstance(declared, dict):
            _unite(capabilities, {k: v for k, v in declared.items() if k not in _NOT_TOGETHER})
    extensions = capabilities.get("extensions")
    if isinstance(extensions, dict):
        extensions.pop(TASKS, None)
    own["instructions"] = "\n\n".join(
        [*_stated(own.get("instructions")), *(_introduced(*each) for each in others.items())]
    )
    _keep_shortest(own, others)


def _introduced(server: str, result: Mapping[str, Any]) -> str:
    words = "".join(f"\n{said}" for said in _stated(result.get("instructions")))
    named, found = combined_name(server, "…"), combined_uri(server, "…")
    return f"## {server}: its tools and prompts are {named}, its resources {found}{words}"


def _stated(instructions: Any) -> list[str]:
    return [instructions[:_INSTRUCTIONS_LIMIT]] if isinstance(instructions, str) else []


def _unite(united: dict[str, Any], declared: Mapping[str, Any]) -> None:
    for key, value in declared.items():
        known = united.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            _unite(known, value)
        elif not known:
            united[key] = value


def _keep_shortest(own: dict[str, Any], others: Mapping[str, dict[str, Any]]) -> None:
    """Let the answer be kept as long as that of each, by this caller only (2026-07-28 caching)."""
    if "cacheScope" in own:
        own["cacheScope"] = "private"
    if "ttlMs" in own:
        times = [own["ttlMs"], *(result.get("ttlMs", 0) for result in others.values())]
        own["ttlMs"] = min(time for time in times if isinstance(time, int | float))
