"""What a scan has to say: for people, and in the forms that programs read."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sumun import __version__
from sumun.cli.language import tr
from sumun.cli.output import Output, table, visible

if TYPE_CHECKING:
    from sumun.corpus.scanning import Report, Row

_COLUMNS = {"where": "WHERE", "what": "WHAT", "value": "VALUE", "score": "SCORE"}
_UNDER = {"key": "UNDER"}
_MOST_FILES = 1000
"""How many files are counted one by one."""


class Summary:
    """What was found, bounded; what was counted, complete.

    Parameters
    ----------
    limit:
        How many findings are told one by one.

    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.rows: list[Row] = []
        self.entities: Counter[str] = Counter()
        self.by_file: dict[str, dict[str, int]] = {}
        self.skipped: list[Report] = []
        self.fingerprints: list[str] = []
        self.known = 0
        self.files = 0

    def add(self, report: "Report") -> None:
        """Take in what there is to say of a file."""
        if report.skipped:
            self.skipped.append(report)
            return
        self.files += 1
        self.known += report.known
        self.rows.extend(report.rows[: self._limit - len(self.rows)])
        self.entities.update(report.entities)
        self.fingerprints.extend(report.fingerprints)
        if report.entities and len(self.by_file) < _MOST_FILES:
            self.by_file[report.file] = report.entities

    @property
    def unreadable(self) -> bool:
        """Whether a file should have been read and could not be."""
        return any(report.unreadable for report in self.skipped)

    def tell(self, output: Output, written: str) -> None:
        """Print it all."""
        if written == "table":
            output.line("\n".join(self._lines()))
        elif written == "json":
            output.json(self.document())
        elif written == "sarif":
            from sumun.corpus.sarif import sarif

            output.json(sarif(self.rows, self.skipped, version=__version__))
        else:
            for row in self.rows:
                output.json(row, indent=0)
        if written in {"jsonl", "sarif"}:
            for line in self._closing():
                output.aside(line)

    def document(self) -> dict[str, Any]:
        """Return all of it as one JSON document."""
        return {
            "findings": self.rows,
            "skipped": [{"file": each.file, "reason": each.skipped} for each in self.skipped],
            "summary": {
                "files": self.files,
                "findings": self.entities.total(),
                "listed": len(self.rows),
                "known": self.known,
                "entities": dict(self.entities.most_common()),
                "by_file": self.by_file,
            },
        }

    def _lines(self) -> Iterator[str]:
        if self.rows:
            rows = [
                {
                    "where": f"{row.file}:{row.line}:{row.column}",
                    "what": row.entity_type,
                    "value": row.value,
                    "key": row.key,
                    "score": row.score,
                }
                for row in self.rows
            ]
            under = _UNDER if any(row.key for row in self.rows) else {}
            yield table(rows, _COLUMNS | under)
        if len(self.by_file) > 1:
            yield ""
            yield table(
                [
                    {"file": name, "count": sum(counts.values()), "types": _counted(counts)}
                    for name, counts in self.by_file.items()
                ],
                {"file": "FILE", "count": "FINDINGS", "types": "TYPES"},
            )
        if self.rows:
            yield ""
        yield from self._closing()

    def _closing(self) -> Iterator[str]:
        left_out = self.entities.total() - len(self.rows)
        if left_out:
            yield tr("… and {count} more; see --limit").format(count=left_out)
        for each in self.skipped:
            yield tr("skipped {file}: {reason}").format(
                file=visible(each.file), reason=tr(each.skipped)
            )
        if self.known:
            yield tr("known by the baseline: {count}").format(count=self.known)
        counts = _counted(dict(self.entities.most_common()))
        yield tr("found: {findings}{counts}; files read: {files}; files skipped: {skipped}").format(
            findings=self.entities.total(),
            files=self.files,
            skipped=len(self.skipped),
            counts=f" ({counts})" if counts else "",
        )


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
