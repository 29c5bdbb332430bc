"""Labelled texts that others wrote, read from where they were put; none are kept here.

Files of JSON lines, as ``{"id", "lang", "text", "spans": [{"start", "end", "type"}]}``, in the
directory that ``SUMUN_DETECTION_DATA`` names.
"""

import json
import os
from pathlib import Path
from typing import NamedTuple

from benchmarks.detection.scoring import Span

VARIABLE = "SUMUN_DETECTION_DATA"

TYPES = {
    "EMAIL": "EMAIL_ADDRESS",
    "PHONE": "PHONE_NUMBER",
    "CREDIT_CARD": "CREDIT_CARD",
    "US_SSN": "US_SSN",
    "IBAN": "IBAN_CODE",
    "IP": "IP_ADDRESS",
    "KR_RRN": "KR_RRN",
    "KR_BRN": "KR_BRN",
    "KR_CORP": "KR_CORP",
    "KR_DRIVER": "KR_DRIVER_LICENSE",
    "KR_PASSPORT": "KR_PASSPORT",
    "KR_VEHICLE": "KR_VEHICLE",
    "BANK_ACCOUNT": "KR_BANK_ACCOUNT",
    "MRN": "MEDICAL_RECORD_NUMBER",
    "MEDICAL_INSURANCE": "HEALTH_INSURANCE_ID",
    "US_DRIVER_LICENSE": "US_DRIVER_LICENSE",
    "PERSON": "PERSON",
    "ADDRESS": "LOCATION",
}
"""The labels of the data by our names; labels not named here are of no kind that we look for."""

SAME = {"KR_FRN": "KR_RRN"}
"""Types that the data does not tell apart."""


class Text(NamedTuple):
    """A text and what is in it."""

    text: str
    spans: list[Span]


class Corpus(NamedTuple):
    """Texts of one origin; types that it does not label are not judged by it."""

    name: str
    language: str
    texts: list[Text]

    @property
    def types(self) -> frozenset[str]:
        """The types that it labels."""
        return frozenset(span.kind for text in self.texts for span in text.spans)


def corpora(directory: Path | None = None) -> list[Corpus]:
    """Return what the directory holds; nothing if none is named."""
    named = directory or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is None:
        return []
    return [corpus for path in sorted(named.glob("*.jsonl")) if (corpus := _read(path)).texts]


def _read(path: Path) -> Corpus:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [Text(row["text"], _spans(row)) for row in rows if "spans" in row]
    language = next((row["lang"] for row in rows if "lang" in row), "")
    return Corpus(path.stem, language, texts)


def _spans(row: dict[str, list[dict[str, int | str]]]) -> list[Span]:
    return [
        Span("", int(span["start"]), int(span["end"]), TYPES[str(span["type"])])
        for span in row["spans"]
        if span["type"] in TYPES
    ]
