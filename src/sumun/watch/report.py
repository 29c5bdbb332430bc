"""The security report: what the audit log says about a period, and what to do about it."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from sumun.watch.figures import ClientFigures, Figures, add_up, category_of
from sumun.watch.recommendations import Recommendation, recommend

Language = Literal["en", "ko"]

_CLIENTS_SHOWN = 10
_INCIDENT_COLUMNS = ("at", "severity", "detector", "client_id", "response", "summary")


class Report(msgspec.Struct, frozen=True):
    """Figures and recommendations; as data or as Markdown."""

    figures: Figures
    recommendations: list[Recommendation]

    def top_clients(self) -> list[tuple[str, ClientFigures]]:
        """Return the clients that received most, then called most."""
        ranked = sorted(
            self.figures.clients.items(),
            key=lambda item: (item[1].findings, item[1].calls, item[1].refusals),
            reverse=True,
        )
        return ranked[:_CLIENTS_SHOWN]

    def as_dict(self, language: Language = "en") -> dict[str, Any]:
        """Return it as JSON data, with sentences in one language."""
        figures = self.figures
        return {
            "period": {"from": figures.first, "to": figures.last, "events": figures.events},
            "calls": {
                "total": figures.total_calls(),
                "by_tool": [
                    {"tool": tool, "outcome": outcome, "count": count}
                    for (tool, outcome), count in figures.calls.most_common()
                ],
                "tool_errors": dict(figures.tool_errors),
            },
            "findings": {
                "total": figures.total_findings(),
                "unprotected": sum(figures.unprotected().values()),
                "by_type": [
                    {
                        "entity_type": entity_type,
                        "category": category_of(entity_type),
                        "action": action,
                        "count": count,
                    }
                    for (entity_type, action), count in figures.findings.most_common()
                ],
            },
            "refusals": {
                "total": sum(figures.refusals.values()),
                "by_reason": dict(figures.refusals.most_common()),
            },
            "tokens": dict(figures.tokens),
            "top_clients": [
                {
                    "client_id": name,
                    "calls": client.calls,
                    "findings": client.findings,
                    "refusals": client.refusals,
                }
                for name, client in self.top_clients()
            ],
            "incidents": {
                "total": figures.incident_count,
                "list": [
                    {**incident, "summary": incident["summary"].get(language, "")}
                    for incident in figures.incidents
                ],
            },
            "recommendations": [getattr(advice, language) for advice in self.recommendations],
        }

    def as_markdown(self, language: Language = "en") -> str:
        """Return it as a Markdown document."""
        words = _WORDS[language]
        told = self.as_dict(language)
        period = told["period"]
        found = told["findings"]
        reasons = [
            {"reason": reason, "count": count}
            for reason, count in told["refusals"]["by_reason"].items()
        ]
        sections = [
            f"# {words['title']}",
            f"{words['period']}: {period['from'] or '-'} → {period['to'] or '-'}",
            f"{words['events']}: {period['events']}",
            f"## {words['calls']} ({told['calls']['total']})",
            _table(words, ("tool", "outcome", "count"), told["calls"]["by_tool"]),
            f"## {words['findings']} ({found['total']})",
            f"{words['unprotected']}: {found['unprotected']}",
            _table(words, ("entity_type", "category", "action", "count"), found["by_type"]),
            f"## {words['refusals']} ({told['refusals']['total']})",
            _table(words, ("reason", "count"), reasons),
            f"## {words['clients']}",
            _table(words, ("client_id", "calls", "findings", "refusals"), told["top_clients"]),
            f"## {words['incidents']} ({told['incidents']['total']})",
            _table(words, _INCIDENT_COLUMNS, told["incidents"]["list"]),
            f"## {words['recommendations']}",
            "\n".join(f"- {_plain(advice, 600)}" for advice in told["recommendations"]),
        ]
        return "\n\n".join(sections) + "\n"


def security_report(events: Iterable[Mapping[str, Any]]) -> Report:
    """Report on events as the audit log gives them (``AuditLog.tail``), in one pass."""
    figures = add_up(events)
    return Report(figures, recommend(figures))


def _table(words: Mapping[str, str], columns: tuple[str, ...], rows: list[dict[str, Any]]) -> str:
    if not rows:
        return words["none"]
    lines = [
        "| " + " | ".join(words[column] for column in columns) + " |",
        "|" + " --- |" * len(columns),
    ]
    lines.extend(
        "| " + " | ".join(_plain(row[column]) for column in columns) + " |" for row in rows
    )
    return "\n".join(lines)


_MARKUP = str.maketrans({character: f"\\{character}" for character in "\\`*[]<>|#!"})


def _plain(value: object, limit: int = 200) -> str:
    """Write a value so that it is text in Markdown and nothing more: names come from outside."""
    text = "".join(
        character if character.isprintable() else " "
        for character in ("-" if value in (None, "") else str(value))
    )
    return (text if len(text) <= limit else text[: limit - 1] + "…").translate(_MARKUP)


_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Security report",
        "period": "Period",
        "events": "Events",
        "calls": "Calls",
        "findings": "Personal data found",
        "unprotected": "Passed on unprotected",
        "refusals": "Refusals",
        "clients": "Clients that received most",
        "incidents": "Incidents",
        "recommendations": "Recommendations",
        "none": "None.",
        "tool": "Tool",
        "outcome": "Outcome",
        "count": "Count",
        "entity_type": "Type",
        "category": "Category",
        "action": "Action",
        "reason": "Reason",
        "client_id": "Client",
        "at": "Time",
        "severity": "Severity",
        "detector": "Detector",
        "response": "Response",
        "summary": "Summary",
    },
    "ko": {
        "title": "보안 보고서",
        "period": "기간",
        "events": "기록 수",
        "calls": "호출",
        "findings": "탐지된 개인정보",
        "unprotected": "보호 없이 전달됨",
        "refusals": "거부",
        "clients": "가장 많이 받은 클라이언트",
        "incidents": "사고",
        "recommendations": "권고 사항",
        "none": "없음.",
        "tool": "도구",
        "outcome": "결과",
        "count": "건수",
        "entity_type": "유형",
        "category": "분류",
        "action": "조치",
        "reason": "사유",
        "client_id": "클라이언트",
        "at": "시각",
        "severity": "심각도",
        "detector": "탐지기",
        "response": "대응",
        "summary": "요약",
    },
}
