"""``sumun scan``."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sumun.cli import corpus_options, grammar
from sumun.cli.failures import FAILED, OK, UNAVAILABLE, Failure
from sumun.cli.grammar import current_output
from sumun.cli.language import tr
from sumun.cli.scan_report import Summary

if TYPE_CHECKING:
    from sumun.corpus.scanning import Progress, Report, Request

_STDIN = "-"
_FORMATS = ("table", "json", "jsonl", "sarif")
_ANY = "any"
_NEVER = "never"
_WORTH_SHOWING = 4 * 1024 * 1024
"""Bytes from which on progress is shown and processes are started."""


@grammar.command(
    name="scan",
    examples="""
    sumun scan customers.csv logs/
    kubectl logs app | sumun scan -
    sumun scan --entities credential src/           in a pipeline: fails on a leaked secret
    sumun scan --format sarif . > findings.sarif
    sumun scan --json export.json | jq .summary.entities
    """,
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@corpus_options.entities
@corpus_options.min_score
@grammar.option("--include", multiple=True, metavar="GLOB", help="In folders, only such files.")
@grammar.option(
    "--exclude", multiple=True, metavar="GLOB", help="In folders, no such files and folders."
)
@corpus_options.form
@grammar.option(
    "--format",
    "written",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="How findings are told.",
)
@grammar.option("--show-values", is_flag=True, help="Show values as they are, not masked.")
@grammar.option(
    "--limit",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="List at most this many findings; all are counted.",
)
@grammar.option(
    "--fail-on",
    "failing",
    default=_ANY,
    show_default=True,
    metavar="NAME,…",
    help="Exit with 1 if one of these types or categories is found: any, never, or names.",
)
@grammar.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Leave out the findings that this file knows by their keyed hashes.",
)
@grammar.option(
    "--write-baseline",
    "to_write",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the keyed hashes of all findings to this file.",
)
@grammar.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The key of the hashes. [env SUMUN_DATA_KEY, SUMUN_DATA_KEY_FILE]",
)
@grammar.option(
    "--jobs",
    type=click.IntRange(1),
    help="How many processes look through the files. [default: as many as there are processors]",
)
def command(**options: Any) -> int:
    """Find personal data and secrets in files, folders or standard input.

    Text, logs, CSV, JSON and JSON lines in UTF-8, UTF-16 or CP949, also packed with gzip, and
    Parquet with sumun[parquet]. Files of any size are read a piece at a time; binary files are
    skipped, and said so. Values are shown masked. What sumun.toml adds to detection counts here
    too. No server and no data directory are needed.

    Exit status: 0 nothing found; 1 something found; 2 wrong usage; 3 a file could not be read.
    """
    paths: tuple[str, ...] = options["paths"]
    written = "json" if grammar.current_settings().json else options["written"]
    request, failing = _request(options)
    summary = Summary(options["limit"])
    for report in _reports(paths, request, options):
        summary.add(report)
    if options["to_write"] is not None:
        from sumun.corpus.baseline import write_baseline

        write_baseline(options["to_write"], summary.fingerprints)
    summary.tell(current_output(), written)
    if summary.unreadable:
        return UNAVAILABLE
    if options["to_write"] is not None:
        return OK
    found = summary.entities.keys()
    return FAILED if (found if failing is None else failing & found) else OK


def _request(options: dict[str, Any]) -> "tuple[Request, frozenset[str] | None]":
    from sumun.cli.detecting import entities, finder
    from sumun.corpus import KeyNeeded, open_keys
    from sumun.corpus.baseline import NotABaseline, read_baseline
    from sumun.corpus.scanning import Request

    word = options["failing"]
    failing: frozenset[str] | None = None
    if word != _ANY:
        failing = frozenset() if word == _NEVER else entities([word], "--fail-on")
    baseline, to_write = options["baseline"], options["to_write"]
    fingerprints = baseline is not None or to_write is not None
    key = options["key_file"]
    detector, only = finder(options["names"], options["min_score"])
    try:
        known = frozenset() if baseline is None else read_baseline(baseline)
        open_keys(key, needed=fingerprints)
    except (KeyNeeded, NotABaseline) as error:
        raise Failure(str(error)) from None
    request = Request(
        detector,
        only,
        limit=options["limit"],
        show_values=options["show_values"],
        form=options["form"],
        fingerprints=fingerprints,
        key=key,
        known=known,
        recording=to_write is not None,
    )
    return request, failing


def _reports(
    paths: tuple[str, ...], request: "Request", options: dict[str, Any]
) -> "Iterator[Report]":
    from sumun.corpus.files import find_files
    from sumun.corpus.scanning import Scan, scan_files

    named = [Path(path) for path in paths if path != _STDIN]
    for path in named:
        if not path.exists():
            raise Failure(tr("{path}: there is no such file or folder").format(path=path))
    if _STDIN in paths:
        yield Scan(request).open_file(_STDIN, sys.stdin.buffer)
    files = list(find_files(named, include=options["include"], exclude=options["exclude"]))
    size = sum(path.stat().st_size for path in files if path.exists())
    jobs = options["jobs"] or (min(len(files), os.cpu_count() or 1) if size > _WORTH_SHOWING else 1)
    with _progress(size) as progress:
        yield from scan_files(files, request, jobs=jobs, progress=progress)


@contextmanager
def _progress(size: int) -> "Iterator[Progress | None]":
    """Show how far we are, where somebody waits and looks."""
    stream = sys.stderr
    if size < _WORTH_SHOWING or not stream.isatty():
        yield None
        return
    with click.progressbar(length=size, label=tr("reading"), file=stream) as bar:
        yield bar.update
