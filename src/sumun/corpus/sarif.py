"""Findings as SARIF 2.1.0 (OASIS), for the tools that show them beside the code."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sumun.corpus.scanning import Report, Row
from sumun.detection import ENTITIES

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_FINGERPRINT: Final = "sumunKeyedHash/v1"


def sarif(rows: Sequence[Row], skipped: Iterable[Report], *, version: str) -> dict[str, Any]:
    """Return a log of one run.

    Parameters
    ----------
    rows:
        What was found.
    skipped:
        The files that were not looked at.
    version:
        Of the tool.

    """
    types = list(dict.fromkeys(row.entity_type for row in rows))
    notices = [_notice(report) for report in skipped]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sumun",
                        "version": version,
                        "rules": [_rule(name) for name in types],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": all(n["level"] != "error" for n in notices),
                        "toolExecutionNotifications": notices,
                    }
                ],
                "results": [_result(row, types.index(row.entity_type)) for row in rows],
            }
        ],
    }


def _category(entity_type: str) -> str:
    known = ENTITIES.get(entity_type)
    return known.category if known else "custom"


def _rule(entity_type: str) -> dict[str, Any]:
    category = _category(entity_type)
    return {
        "id": entity_type,
        "shortDescription": {"text": f"{entity_type} in a file"},
        "defaultConfiguration": {"level": "error" if category == "credential" else "warning"},
        "properties": {"tags": ["security", "privacy", category]},
    }


def _result(row: Row, rule: int) -> dict[str, Any]:
    under = f" under {row.key!r}" if row.key else ""
    result = {
        "ruleId": row.entity_type,
        "ruleIndex": rule,
        "level": "error" if _category(row.entity_type) == "credential" else "warning",
        "message": {"text": f"{row.entity_type} {row.value}{under}"},
        "rank": row.score * 100,
        "locations": [{"physicalLocation": _location(row)}],
        "properties": {"recognizer": row.recognizer, "score": row.score},
    }
    if row.fingerprint:
        result["partialFingerprints"] = {_FINGERPRINT: row.fingerprint}
    return result


def _location(row: Row) -> dict[str, Any]:
    region = {"startLine": row.line, "startColumn": row.column}
    if row.end_column:
        region["endColumn"] = row.end_column
    return {"artifactLocation": {"uri": _uri(row.file)}, "region": region}


def _uri(name: str) -> str:
    path = Path(name)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.as_posix())


def _notice(report: Report) -> dict[str, Any]:
    return {
        "level": "error" if report.unreadable else "note",
        "message": {"text": f"skipped: {report.skipped}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(report.file)}}}],
    }
