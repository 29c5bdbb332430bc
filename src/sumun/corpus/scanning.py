"""Files looked through, one or many at once, and what there is to say of each."""

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from sumun.action import Action
from sumun.corpus.keys import Key, open_keys
from sumun.corpus.parquet import NoParquet, scan_parquet
from sumun.corpus.places import Located, located
from sumun.corpus.reading import Damaged, Form, NotText, Source
from sumun.corpus.segments import finding
from sumun.corpus.values import protector_of
from sumun.detection import Detector, Unscannable
from sumun.protection import Scope
from sumun.protection.masks import mask

_SCOPE = Scope(tenant="", audience="baseline")

Progress = Callable[[int], None]
"""Told how many bytes more were read."""


class Row(msgspec.Struct, frozen=True):
    """A finding, as it is told of.

    Attributes
    ----------
    line, column, end_column, key:
        As in :class:`~sumun.corpus.places.Located`; in a table that is no text, row and column.
    value:
        The value: masked, unless it was asked for.
    fingerprint:
        Its keyed hash, the same for the same value in the same file; empty without a key.

    """

    file: str
    line: int
    column: int
    end_column: int
    key: str
    entity_type: str
    score: float
    value: str
    recognizer: str
    fingerprint: str = ""


class Report(msgspec.Struct):
    """What was found in a file.

    Attributes
    ----------
    rows:
        The first findings, as many as were asked for.
    entities:
        How many of each type, of all.
    known:
        How many more there were that the baseline knows.
    fingerprints:
        Those of all findings, known or not, if a baseline is to be written.
    skipped:
        Why the file was not looked at, if it was not.
    unreadable:
        Whether it should have been.

    """

    file: str
    rows: list[Row] = []
    entities: dict[str, int] = {}
    known: int = 0
    fingerprints: list[str] = []
    skipped: str = ""
    unreadable: bool = False


class Request(msgspec.Struct, frozen=True):
    """How files are looked through.

    Attributes
    ----------
    detector:
        Makes what finds, in each process.
    only:
        The types that are told of; ``None`` means all.
    limit:
        How many findings of a file are told one by one.
    show_values:
        Whether values are told as they are.
    form:
        What the text is read as.
    fingerprints, key:
        Whether findings have keyed hashes, and the key.
    known:
        The baseline: hashes of findings that are not told of.
    recording:
        Whether a baseline is to be written.

    """

    detector: Callable[[], Detector]
    only: frozenset[str] | None = None
    limit: int = 1000
    show_values: bool = False
    form: Form = "auto"
    fingerprints: bool = False
    key: Key | None = None
    known: frozenset[str] = frozenset()
    recording: bool = False


class Scan:
    """Looks through files, one after another.

    Raises
    ------
    KeyNeeded
        If there is no key, and one is needed.

    """

    def __init__(self, request: Request) -> None:
        self._request = request
        self._detector = request.detector()
        self._find = finding(self._detector)
        self._protector = protector_of(open_keys(request.key, needed=request.fingerprints))

    def path(self, path: Path, progress: Progress | None = None) -> Report:
        """Look through a file."""
        name = str(path)
        try:
            if path.suffix.lower() == ".parquet":
                return self._report(name, scan_parquet(path, self._detector))
            with path.open("rb", buffering=0) as file:
                return self.open_file(name, file, progress)
        except NoParquet:
            return Report(name, skipped="needs sumun[parquet]", unreadable=True)
        except OSError as error:
            return Report(name, skipped=error.strerror or "cannot be read", unreadable=True)

    def open_file(self, name: str, file: Any, progress: Progress | None = None) -> Report:
        """Look through what an open file gives."""
        request = self._request
        try:
            source = Source(file, name, form=request.form, progress=progress)
            return self._report(name, located(source.segments(self._find)))
        except NotText:
            return Report(name, skipped="binary file")
        except Damaged:
            return Report(name, skipped="damaged file", unreadable=True)
        except Unscannable:
            return Report(name, skipped="a value is too large to be scanned", unreadable=True)

    def _report(self, name: str, found: Iterator[Located]) -> Report:
        request = self._request
        report = Report(name)
        counts: Counter[str] = Counter()
        for each in found:
            entity_type = each.finding.entity_type
            if request.only is not None and entity_type not in request.only:
                continue
            fingerprint = self._fingerprint(name, each) if request.fingerprints else ""
            if request.recording:
                report.fingerprints.append(fingerprint)
            if fingerprint and fingerprint in request.known:
                report.known += 1
                continue
            counts[entity_type] += 1
            if len(report.rows) < request.limit:
                report.rows.append(self._row(name, each, fingerprint))
        report.entities = dict(counts)
        return report

    def _row(self, name: str, each: Located, fingerprint: str) -> Row:
        found = each.finding
        shown = each.value if self._request.show_values else mask(found.entity_type, each.value)
        return Row(
            name,
            each.line,
            each.column,
            each.end_column,
            each.key,
            found.entity_type,
            round(found.score, 2),
            shown,
            found.recognizer,
            fingerprint,
        )

    def _fingerprint(self, name: str, each: Located) -> str:
        # The file's name is part of what is hashed: a value known in one file is news in another.
        hashed = f"{Path(name).as_posix()}\0{each.value}".encode("utf-8", "replace").decode()
        entity_type = each.finding.entity_type
        made = self._protector.replace(Action.HASH, entity_type, hashed, scope=_SCOPE)
        return made.strip("<>")


def scan_files(
    files: Iterable[Path], request: Request, *, jobs: int = 1, progress: Progress | None = None
) -> Iterator[Report]:
    """Yield what there is to say of each file, in order; in several processes if so asked.

    Raises
    ------
    KeyNeeded
        As :class:`Scan`.

    """
    if jobs <= 1:
        scan = Scan(request)
        for path in files:
            yield scan.path(path, progress)
        return
    open_keys(request.key, needed=request.fingerprints)
    pool = ProcessPoolExecutor(jobs, initializer=_prepare, initargs=(request,))
    try:
        for path, report in pool.map(_scan, files, chunksize=4):
            if progress:
                progress(_size(path))
            yield report
    finally:
        pool.shutdown(cancel_futures=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


_here: list[Scan] = []


def _prepare(request: Request) -> None:
    """Make ready in a process of its own; its parent says when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here[:] = [Scan(request)]


def _scan(path: Path) -> tuple[Path, Report]:
    return path, _here[0].path(path)
