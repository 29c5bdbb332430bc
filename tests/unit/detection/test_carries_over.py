"""Detection on texts made in forms that no labelled set has: right, and quiet where nothing is."""

import importlib
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TABLES = ("csv", "markdown")
LEAST_F1 = {"en": 0.90, "ko": 0.96}
SAME = {"KR_FRN": "KR_RRN"}
PARTS = ("peers", "labelled", "harmless")


@pytest.fixture(scope="session", autouse=True)
def _benchmarks_can_be_imported():
    sys.path.insert(0, str(ROOT))
    yield
    sys.path.remove(str(ROOT))


@pytest.fixture
def generate():
    return importlib.import_module("benchmarks.detection.generate")


@pytest.fixture
def harmless():
    return importlib.import_module("benchmarks.detection.harmless")


@pytest.fixture
def scoring():
    return importlib.import_module("benchmarks.detection.scoring")


def _structured(scoring, rows):
    kinds = importlib.import_module("benchmarks.detection.contenders").STRUCTURED
    return scoring.total(row for kind, row in rows.items() if kind in kinds)


def _tally(scoring, detector, made):
    pairs = [
        (
            each.spans,
            [
                scoring.Span("", one.start, one.end, SAME.get(one.entity_type, one.entity_type))
                for one in detector.scan_text(each.text)
            ],
        )
        for each in made
    ]
    return scoring.tally(pairs)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_in_text_is_found(detector, generate, scoring, language, seed):
    made = [each for each in generate.texts(language, 300, seed) if each.form not in TABLES]
    rows = _tally(scoring, detector, made)
    whole = _structured(scoring, rows)
    assert whole.labels > 300
    assert whole.f1 >= LEAST_F1[language], rows


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_in_tables_is_found(detector, generate, scoring, language):
    made = [each for each in generate.texts(language, 600, 3) if each.form in TABLES]
    rows = _tally(scoring, detector, made)
    whole = _structured(scoring, rows)
    assert whole.f1 >= LEAST_F1[language], rows


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_is_in_json_is_found_where_it_is(detector, generate, scoring, language):
    made = [each for each in generate.texts(language, 600, 4) if each.value is not None]
    pairs = [
        (
            each.leaf_spans,
            [
                scoring.Span(
                    one.path, one.start, one.end, SAME.get(one.entity_type, one.entity_type)
                )
                for one in detector.scan_json(each.value)
            ],
        )
        for each in made
    ]
    rows = scoring.tally(pairs)
    whole = _structured(scoring, rows)
    assert whole.f1 >= LEAST_F1[language], rows


@pytest.mark.parametrize("language", ["en", "ko"])
def test_names_are_names(detector, generate, scoring, language):
    row = _tally(scoring, detector, generate.texts(language, 400, 5))["PERSON"]
    assert row.hits > 30
    assert row.precision >= 0.9, row


@pytest.mark.parametrize("seed", [1, 2])
def test_records_of_machines_raise_at_most_one_false_alarm_in_100_kilobytes(
    detector, harmless, seed
):
    records = list(harmless.records(700, seed))
    allowed = sum(len(json.dumps(each)) for each in records) / 100_000
    found = [one for each in records for one in detector.scan_json(each)]
    assert len(found) <= allowed, [(one.entity_type, one.path) for one in found]


@pytest.mark.parametrize("kind", ["logs", "code"])
def test_logs_and_code_raise_at_most_one_false_alarm_in_100_kilobytes(detector, harmless, kind):
    text = getattr(harmless, kind)(3000, 1)
    found = detector.scan_text(text)
    assert len(found) <= len(text) / 100_000, [text[one.start - 20 : one.end] for one in found]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_hard_lines_raise_at_most_five_false_alarms_in_100(detector, harmless, language):
    lines = list(harmless.lines(language, 400))
    wrong = [line for line in lines if detector.scan_text(line)]
    assert len(wrong) <= len(lines) * 0.05, wrong


def test_the_same_seed_makes_the_same(generate, harmless):
    assert list(generate.texts("ko", 20, 7)) == list(generate.texts("ko", 20, 7))
    assert list(harmless.records(20, 7)) == list(harmless.records(20, 7))


def test_a_label_is_met_once_and_by_half(scoring):
    label = scoring.Span("", 0, 10, "PERSON")
    predictions = [label, label, scoring.Span("", 0, 4, "PERSON"), scoring.Span("", 0, 10, "JWT")]
    rows = scoring.tally([([label], predictions), ([label], [])])
    assert rows["PERSON"] == scoring.Tally(hits=1, false=2, missed=1)
    assert rows["JWT"] == scoring.Tally(hits=0, false=1, missed=0)


def test_a_card_is_written_between_its_markers_alone(scoring):
    accuracy = importlib.import_module("benchmarks.detection.accuracy")
    card = importlib.import_module("benchmarks.detection.card")
    tally = scoring.Tally(hits=9, false=1, missed=3)
    rows = {"EMAIL_ADDRESS": tally}
    one = accuracy.Labelled("made here, en", "en", 5, {"Sumun": rows, "DataFog": rows})
    bulk = accuracy.Harmless("logs", {"Sumun": 0.25, "DataFog": 4.0})
    measured = accuracy.Measured([one], [bulk], {"DataFog": "1.2"}, [])
    markers = "".join(f"<!-- measured: {each} -->\n<!-- end -->\n\n## {each}\n" for each in PARTS)
    page = card.filled(markers, measured, "ko")
    assert card.filled(page, measured, "ko") == page
    assert [f"## {each}" in page for each in PARTS] == [True] * 3
    assert "DataFog 1.2." in page
    assert "| `EMAIL_ADDRESS` | 12 | 0.90 | 0.75 | 0.82 | 0.82 |" in page
    assert "| 0.2 | 4.0 |" in page
