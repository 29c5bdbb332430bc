"""``python -m benchmarks.detection.card``: measure, and write the figures into the cards.

The cards are pages of the documentation, in English and Korean. What stands between their markers
is written here; the rest is prose.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.detection.accuracy import (
    FEW,
    SUMUN,
    Harmless,
    Labelled,
    Measured,
    looks_for,
    measure,
)

DOCS = Path(__file__).parents[2] / "docs"
CARDS = {
    "en": DOCS / "reference" / "detection-card.md",
    "ko": DOCS / "ko" / "reference" / "detection-card.md",
}
_WORDS = {
    "en": {
        "head": ("type", "labels", "precision", "recall", "F1"),
        "all": "all structured types",
        "set": "{name}: {texts:,}, {language}",
        "en": "English",
        "ko": "Korean",
        "made here": "Texts made by the benchmark",
        "harm": "what was scanned",
        "hard lines": "hard lines: of 100 lines, those with a false hit",
        "bulk": "{name}: false hits in 100 kB",
    },
    "ko": {
        "head": ("유형", "정답 수", "정밀도", "재현율", "F1"),
        "all": "구조화된 모든 유형",
        "set": "{name}: {texts:,}건, {language}",
        "en": "영어",
        "ko": "한국어",
        "made here": "벤치마크가 만든 글",
        "harm": "검사한 것",
        "hard lines": "헷갈리는 줄 100줄 가운데 오탐이 있는 줄",
        "bulk": "{name}: 100 kB당 오탐",
    },
}


def main() -> int:
    """Return 0 once the cards are written, 1 if a peer is missing in them."""
    measured = measure()
    for language, path in CARDS.items():
        path.write_text(filled(path.read_text(encoding="utf-8"), measured, language), "utf-8")
    for reason in measured.missing:
        print(reason, file=sys.stderr)
    return 1 if measured.missing else 0


def filled(page: str, measured: Measured, language: str) -> str:
    """Return the page with the figures between its markers."""
    parts = {
        "peers": _peers(measured),
        "labelled": "\n\n".join(_of_set(each, measured, language) for each in measured.labelled),
        "harmless": _of_harmless(measured.harmless, measured, language),
    }
    for name, text in parts.items():
        marked = re.compile(rf"(<!-- measured: {name} -->).*?(<!-- end -->)", re.DOTALL)
        page = marked.sub(lambda match, text=text: f"{match[1]}\n\n{text}\n\n{match[2]}", page)
    return page


def _peers(measured: Measured) -> str:
    return ", ".join(f"{name} {version}" for name, version in measured.versions.items()) + "."


def _of_set(each: Labelled, measured: Measured, language: str) -> str:
    words = _WORDS[language]
    name = each.name.replace("made here", words["made here"]).partition(",")[0]
    title = words["set"].format(name=name, texts=each.texts, language=words[each.language])
    kinds = [kind for kind, row in each.tallies[SUMUN].items() if row.labels >= FEW]
    rows = []
    whole = each.structured(SUMUN)
    if whole.labels >= FEW:
        figures = [each.structured(peer).f1 for peer in measured.versions]
        row = (whole.labels, whole.precision, whole.recall, whole.f1, *figures)
        rows.append((f"**{words['all']}**", *row))
    for kind in kinds:
        ours = each.tallies[SUMUN][kind]
        figures = [
            each.tallies[peer][kind].f1 if looks_for(peer, kind) else None
            for peer in measured.versions
        ]
        row = (ours.labels, ours.precision, ours.recall, ours.f1, *figures)
        rows.append((f"`{kind}`", *row))
    heads = (*words["head"], *(f"{peer} F1" for peer in measured.versions))
    return f"### {title}\n\n{_table(heads, rows)}"


def _of_harmless(rates: Iterable[Harmless], measured: Measured, language: str) -> str:
    words = _WORDS[language]
    rows = []
    for each in rates:
        hard = each.name.startswith("hard lines")
        name = f"{words['hard lines']}, {words[each.name[-2:]]}" if hard else words["bulk"]
        figures = [f"{each.rates[who]:.1f}" for who in (SUMUN, *measured.versions)]
        rows.append((name.format(name=each.name), *figures))
    return _table((words["harm"], SUMUN, *measured.versions), rows)


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = list(heads)
    lines = [heads, ["---", *(["---:"] * (len(heads) - 1))], *([*map(_cell, row)] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
