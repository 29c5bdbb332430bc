"""What a stretch of the audit log adds up to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sumun.detection.entities import ENTITIES
from sumun.watch.observation import OUTCOMES

OTHERS = "(others)"
"""Where names beyond the bound are counted."""

UNPROTECTED = frozenset({"executed", "observed"})
"""Outcomes in which what was found went on as it was."""

_NAMES_KEPT = 10_000
_INCIDENTS_KEPT = 1000
_TEXT_KEPT = 500


class ClientFigures(msgspec.Struct):
    """What one client did."""

    calls: int = 0
    findings: int = 0
    refusals: int = 0


class Figures(msgspec.Struct):
    """Sums over events.

    ``calls`` counts outcomes by (tool, action taken); ``findings`` by (entity type, action taken);
    ``scope_refusals`` by client; ``tool_errors`` by tool.
    """

    events: int = 0
    first: str = ""
    last: str = ""
    calls: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    tool_errors: Counter[str] = msgspec.field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = msgspec.field(default_factory=Counter)
    refusals: Counter[str] = msgspec.field(default_factory=Counter)
    scope_refusals: Counter[str] = msgspec.field(default_factory=Counter)
    tokens: Counter[str] = msgspec.field(default_factory=Counter)
    clients: dict[str, ClientFigures] = msgspec.field(default_factory=dict)
    incidents: list[dict[str, Any]] = msgspec.field(default_factory=list)
    incident_count: int = 0

    def total_calls(self) -> int:
        """Count the calls that had an outcome."""
        return sum(self.calls.values())

    def total_findings(self) -> int:
        """Count the findings."""
        return sum(self.findings.values())

    def unprotected(self) -> Counter[str]:
        """Count by entity type what was found and went on as it was."""
        passed: Counter[str] = Counter()
        for (entity_type, action), count in self.findings.items():
            if action in UNPROTECTED:
                passed[entity_type] += count
        return passed

    def of_category(self, category: str) -> int:
        """Count the findings of one category."""
        return sum(
            count
            for (entity_type, _), count in self.findings.items()
            if category_of(entity_type) == category
        )


def category_of(entity_type: str) -> str:
    """Return the category of an entity type, or nothing for one that is not ours."""
    known = ENTITIES.get(entity_type)
    return known.category if known else ""


def add_up(events: Iterable[Mapping[str, Any]]) -> Figures:
    """Sum over events as the audit log gives them, in any order and in bounded memory."""
    figures = Figures()
    for event in events:
        _add(figures, event)
    return figures


def _add(figures: Figures, event: Mapping[str, Any]) -> None:
    event_type = _text(event, "event_type")
    figures.events += 1
    timestamp = _text(event, "timestamp")
    if timestamp:
        figures.first = min(figures.first or timestamp, timestamp)
        figures.last = max(figures.last, timestamp)
    if event_type in OUTCOMES:
        _add_outcome(figures, event)
    elif event_type in ("access_refused", "token_refused"):
        _add_refusal(figures, event, event_type)
    elif event_type == "incident":
        figures.incident_count += 1
        if len(figures.incidents) < _INCIDENTS_KEPT:
            figures.incidents.append(_incident(event))
    if event_type.startswith("token_"):
        figures.tokens[event_type] += 1


def _add_outcome(figures: Figures, event: Mapping[str, Any]) -> None:
    action = _text(event, "action_taken")
    key = _bounded(figures.calls, (_text(event, "tool_name"), action), (OTHERS, action))
    figures.calls[key] += 1
    if event.get("reason") == "tool_error":
        figures.tool_errors[key[0]] += 1
    client = _client(figures, event)
    client.calls += 1
    client.findings += _add_findings(figures, event, action)


def _add_refusal(figures: Figures, event: Mapping[str, Any], event_type: str) -> None:
    reason = _text(event, "reason") or event_type
    figures.refusals[_bounded(figures.refusals, reason)] += 1
    client = _client(figures, event)
    client.refusals += 1
    client.findings += _add_findings(figures, event, _text(event, "action_taken"))
    if reason == "insufficient_scope":
        name = _bounded(figures.scope_refusals, _text(event, "client_id"))
        figures.scope_refusals[name] += 1


def _add_findings(figures: Figures, event: Mapping[str, Any], action: str) -> int:
    entities = event.get("entities")
    if not isinstance(entities, Mapping):
        return 0
    found = 0
    for entity_type, count in entities.items():
        if isinstance(count, int):
            key = _bounded(figures.findings, (str(entity_type), action), (OTHERS, action))
            figures.findings[key] += count
            found += count
    return found


def _client(figures: Figures, event: Mapping[str, Any]) -> ClientFigures:
    name = _bounded(figures.clients, _text(event, "client_id"))
    return figures.clients.setdefault(name, ClientFigures())


def _incident(event: Mapping[str, Any]) -> dict[str, Any]:
    detail = _mapping(event.get("detail"))
    return {
        "at": _text(event, "timestamp"),
        "detector": _text(event, "reason"),
        "severity": _text(detail, "severity"),
        "client_id": _text(event, "client_id"),
        "user_id": _text(event, "user_id"),
        "response": _text(event, "action_taken"),
        "summary": _texts(detail.get("summary")),
        "clock": _texts(detail.get("clock")),
    }


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> dict[str, str]:
    mapping = _mapping(value)
    return {name: _text(mapping, name) for name in mapping}


def _text(mapping: Mapping[str, Any], field: str) -> str:
    value = mapping.get(field)
    return value[:_TEXT_KEPT] if isinstance(value, str) else ""


def _bounded(kept: Mapping[Any, Any], name: Any, others: Any = OTHERS) -> Any:
    return name if name in kept or len(kept) < _NAMES_KEPT else others
