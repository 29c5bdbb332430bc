"""``sumun scan``."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from sumun.cli import grammar
from sumun.cli.failures import FAILED, OK, UNAVAILABLE, Failure
from sumun.cli.grammar import current_output
from sumun.cli.language import tr
from sumun.cli.output import table, visible

_STDIN = "-"


@grammar.command(
    name="scan",
    examples="""
    sumun scan customers.csv logs/
    kubectl logs app | sumun scan -
    sumun scan --fail --entity credential src/     # in a pipeline: fails on a leaked secret
    sumun scan --json export.json | jq .summary.entities
    """,
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@grammar.option(
    "--entity",
    "names",
    multiple=True,
    metavar="NAME",
    help="Look only for this type or category (EMAIL_ADDRESS, korean_rrn, credential). Repeatable.",
)
@grammar.option(
    "--min-score",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Leave out findings less sure than this.",
)
@grammar.option("--fail", is_flag=True, help="Exit with 1 if anything is found.")
@grammar.option(
    "--limit",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="List at most this many findings; all are counted.",
)
def command(
    paths: tuple[str, ...], names: tuple[str, ...], min_score: float, fail: bool, limit: int
) -> int:
    """Find personal data and secrets in files, folders or standard input.

    Values are shown masked, never whole. Text of any size is read a piece at a time; binary files
    are skipped, and said so. No server and no data directory are needed.
    """
    report = _Report(limit)
    _scan(paths, _scanner(names, min_score), report)
    current_output().answer(report.document(), lambda _: report.text())
    if report.unreadable:
        return UNAVAILABLE
    return FAILED if fail and report.entities else OK


def _scanner(names: tuple[str, ...], min_score: float) -> Any:
    from sumun.detection import CATEGORIES, Detector, canonical

    wanted: list[str] = []
    for name in names:
        try:
            wanted.extend(CATEGORIES.get(name) or (canonical(name),))
        except KeyError as error:
            raise Failure(f"--entity: {error.args[0]}") from None
    return Detector(wanted or None, min_score=min_score)


class _Report:
    """What was found, bounded; what was counted, complete."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.findings: list[dict[str, Any]] = []
        self.entities: Counter[str] = Counter()
        self.skipped: list[dict[str, str]] = []
        self.unreadable = False
        self.files = 0

    def add(self, name: str, located: Any) -> None:
        from sumun.protection.masks import mask

        finding = located.finding
        self.entities[finding.entity_type] += 1
        if len(self.findings) < self._limit:
            self.findings.append(
                {
                    "file": name,
                    "line": located.line,
                    "column": located.column,
                    "entity_type": finding.entity_type,
                    "score": round(finding.score, 2),
                    "masked": mask(finding.entity_type, located.value),
                    "recognizer": finding.recognizer,
                }
            )

    def skip(self, name: str, reason: str, *, unreadable: bool = False) -> None:
        self.skipped.append({"file": name, "reason": reason})
        self.unreadable |= unreadable

    def document(self) -> dict[str, Any]:
        """Return the whole answer."""
        return {
            "findings": self.findings,
            "skipped": self.skipped,
            "summary": {
                "files": self.files,
                "findings": self.entities.total(),
                "listed": len(self.findings),
                "entities": dict(self.entities.most_common()),
            },
        }

    def text(self) -> str:
        """Return the answer for people."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        rows = [
            found | {"where": f"{found['file']}:{found['line']}:{found['column']}"}
            for found in self.findings
        ]
        if rows:
            yield table(
                rows,
                {"where": "WHERE", "entity_type": "WHAT", "masked": "MASKED", "score": "SCORE"},
            )
        left_out = self.entities.total() - len(rows)
        if left_out:
            yield tr("… and {count} more; see --limit").format(count=left_out)
        for skipped in self.skipped:
            yield tr("skipped {file}: {reason}").format(
                file=visible(skipped["file"]), reason=tr(skipped["reason"])
            )
        counts = ", ".join(f"{name} {count}" for name, count in self.entities.most_common())
        found = f" ({counts})" if counts else ""
        yield tr("found: {findings}{counts}; files read: {files}").format(
            findings=self.entities.total(), files=self.files, counts=found
        )


def _scan(paths: tuple[str, ...], scanner: Any, report: _Report) -> None:
    from sumun.cli.reading import find_files

    named = [Path(path) for path in paths if path != _STDIN]
    for path in named:
        if not path.exists():
            raise Failure(tr("{path}: there is no such file or folder").format(path=path))
    if _STDIN in paths:
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as raw:
            _scan_one(_STDIN, raw, scanner, report)
    for path in find_files(named):
        try:
            with path.open("rb", buffering=0) as raw:
                _scan_one(str(path), raw, scanner, report)
        except OSError as error:
            report.skip(str(path), error.strerror or "cannot be read", unreadable=True)


def _scan_one(name: str, raw: Any, scanner: Any, report: _Report) -> None:
    from sumun.cli.reading import open_text, scan_stream

    stream = open_text(raw)
    if stream is None:
        report.skip(name, "binary file")
        return
    report.files += 1
    with stream:
        for located in scan_stream(stream, scanner):
            report.add(name, located)
