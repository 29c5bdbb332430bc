"""Precision, recall and F1 by type and language, and false alarms, beside the peers.

Two kinds of data: texts made here (:mod:`generate`, :mod:`harmless`), and labelled texts of other
authors where ``SUMUN_DETECTION_DATA`` names their directory. A prediction counts where the type is
the same and the overlap at least half of the longer span.
"""

import json
import sys
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from benchmarks.detection import generate, harmless, labelled
from benchmarks.detection.contenders import (
    PEERS,
    STRUCTURED,
    UNSTRUCTURED,
    NotThere,
    predictions,
    spans,
)
from benchmarks.detection.scoring import Span, Tally, tally, total
from benchmarks.result import Result
from sumun.detection import Detector

TEXTS = 600
RECORDS = 800
LOG_LINES = 2_000
CODE_BLOCKS = 2_500
HARD_LINES = 200
LEAST_F1 = {"en": 0.90, "ko": 0.96}
MOST_IN_100_KB = 1.0
MOST_HARD_IN_100 = 5.0
LEAST_NAME_PRECISION = 0.9
FEW = 10
"""A set with fewer labels of a kind says nothing about it."""

SUMUN = "Sumun"


class Labelled(NamedTuple):
    """How everybody did on one labelled set: tallies by type, by contender."""

    name: str
    language: str
    texts: int
    tallies: dict[str, dict[str, Tally]]

    def structured(self, contender: str) -> Tally:
        """Return the sum over the types that numbers and codes show."""
        rows = self.tallies[contender]
        return total(rows[kind] for kind in rows if kind in STRUCTURED)


class Harmless(NamedTuple):
    """How many false hits everybody had: in bulk by 100 kB, in hard lines by 100."""

    name: str
    rates: dict[str, float]


class Measured(NamedTuple):
    """Everything, and which peers in which versions."""

    labelled: list[Labelled]
    harmless: list[Harmless]
    versions: dict[str, str]
    missing: list[str]


class _Set(NamedTuple):
    name: str
    language: str
    texts: list[labelled.Text]
    kinds: frozenset[str]


@cache
def measure() -> Measured:
    """Measure Sumun and the peers; a peer that cannot be run is named in the answer."""
    sets = [*_made(), *_others()]
    bulks = _bulks()
    hards = {language: list(harmless.lines(language, HARD_LINES)) for language in ("en", "ko")}
    texts = [text.text for each in sets for text in each.texts]
    texts += [piece for pieces in bulks.values() for piece in pieces]
    texts += [line for lines in hards.values() for line in lines]
    found = {SUMUN: _ours(texts)}
    types = {SUMUN: {kind: kind for kind in (*STRUCTURED, *UNSTRUCTURED)} | labelled.SAME}
    versions, missing = {}, []
    for peer in PEERS:
        print(f"  {peer.name} ...", file=sys.stderr)
        try:
            versions[peer.name], found[peer.name] = predictions(peer, texts)
            types[peer.name] = dict(peer.types)
        except NotThere as error:
            missing.append(str(error))
    at = 0
    judged: list[Labelled] = []
    for each in sets:
        pieces = slice(at, at := at + len(each.texts))
        judged.append(
            Labelled(
                each.name,
                each.language,
                len(each.texts),
                {who: _tally(each, found[who][pieces], types[who]) for who in found},
            )
        )
    # Peers also report dates, UUIDs and URLs; only the types that are compared count.
    hits = {
        who: [[span for span in row if who == SUMUN or span[2] in types[who]] for row in found[who]]
        for who in found
    }
    rates: list[Harmless] = []
    for name, bulk in bulks.items():
        pieces = slice(at, at := at + len(bulk))
        size = sum(len(piece.encode()) for piece in bulk) / 100_000
        rates.append(
            Harmless(name, {who: sum(map(len, hits[who][pieces])) / size for who in found})
        )
    for language, lines in hards.items():
        pieces = slice(at, at := at + len(lines))
        share = {who: 100 * sum(map(bool, hits[who][pieces])) / len(lines) for who in found}
        rates.append(Harmless(f"hard lines, {language}", share))
    return Measured(judged, rates, versions, missing)


def run() -> list[Result]:
    """Return the figures: ours, and the best peer's where one looks for the type."""
    measured = measure()
    for reason in measured.missing:
        print(f"  not measured: {reason}", file=sys.stderr)
    results = []
    for each in measured.labelled:
        results += _of_set(each)
    for harm in measured.harmless:
        hard = harm.name.startswith("hard")
        results.append(
            Result(
                what=f"false hits, {harm.name}",
                ours=harm.rates[SUMUN],
                unit="of 100" if hard else "/100 kB",
                better="less",
                goal=MOST_HARD_IN_100 if hard else MOST_IN_100_KB,
                note=_others_say(harm.rates, "{:.1f}"),
            )
        )
    return results


def _of_set(each: Labelled) -> Iterable[Result]:
    ours = each.tallies[SUMUN]
    whole = {who: each.structured(who).f1 for who in each.tallies}
    if each.structured(SUMUN).labels >= FEW:
        yield Result(
            what=f"{each.name}: F1, all structured types",
            ours=whole[SUMUN],
            unit="F1",
            goal=LEAST_F1[each.language],
            note=_others_say(whole, "{:.2f}"),
        )
    for kind, row in ours.items():
        if row.labels < FEW:
            continue
        f1 = {who: rows[kind].f1 for who, rows in each.tallies.items() if looks_for(who, kind)}
        yield Result(
            what=f"{each.name}: {kind}",
            ours=row.f1,
            unit="F1",
            note=f"P {row.precision:.2f} R {row.recall:.2f} ({row.labels}); "
            + _others_say(f1, "{:.2f}"),
        )
        if kind == "PERSON":
            yield Result(
                what=f"{each.name}: precision of names",
                ours=row.precision,
                unit="P",
                goal=LEAST_NAME_PRECISION,
            )


def _others_say(figures: dict[str, float], form: str) -> str:
    return ", ".join(
        f"{who} {form.format(figure)}" for who, figure in figures.items() if who != SUMUN
    )


def _made() -> list[_Set]:
    return [
        _Set(
            f"made here, {language}",
            language,
            [labelled.Text(each.text, each.spans) for each in generate.texts(language, TEXTS)],
            frozenset(field.kind for field in generate.fields(language)),
        )
        for language in ("en", "ko")
    ]


def _others() -> list[_Set]:
    return [_Set(each.name, each.language, each.texts, each.types) for each in labelled.corpora()]


def _bulks() -> dict[str, list[str]]:
    return {
        "JSON records": [
            json.dumps(each, ensure_ascii=False) for each in harmless.records(RECORDS)
        ],
        "logs": _pages(harmless.logs(LOG_LINES)),
        "code": _pages(harmless.code(CODE_BLOCKS)),
    }


def _pages(text: str, lines: int = 40) -> list[str]:
    """Return pieces of a text: some peers take time that grows with the square of the length."""
    rows = text.split("\n")
    return ["\n".join(rows[at : at + lines]) for at in range(0, len(rows), lines)]


def _ours(texts: Iterable[str]) -> list[list[tuple[int, int, str]]]:
    scan = Detector().scan_text
    return [[(each.start, each.end, each.entity_type) for each in scan(text)] for text in texts]


def _tally(
    each: _Set, found: list[list[tuple[int, int, str]]], types: dict[str, str]
) -> dict[str, Tally]:
    wanted = {kind: name for kind, name in types.items() if name in each.kinds}
    pairs: list[tuple[list[Span], list[Span]]] = [
        (text.spans, spans(seen, wanted)) for text, seen in zip(each.texts, found, strict=True)
    ]
    return tally(pairs)


def looks_for(contender: str, kind: str) -> bool:
    """Tell whether a contender has this type at all."""
    return all(kind in peer.types.values() for peer in PEERS if peer.name == contender)
