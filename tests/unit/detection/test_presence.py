import pytest

from sumun.detection.hyperscan_engine import HyperscanEngine
from sumun.detection.presence import WORD_BITS, open_engine
from sumun.detection.python_engine import PythonEngine
from sumun.detection.recognizers import RECOGNIZERS
from sumun.detection.scanners import scanners

TRIGGERS = [rb"@", rb"[0-9]{3}", "비밀번호".encode(), rb"\xe2\x80[\x8b-\x8f]|%[0-9]"]

both = pytest.mark.parametrize("engine", [HyperscanEngine(), PythonEngine()], ids=["hs", "re"])


@both
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("nothing 12", set()),
        ("a@b@c", {0}),
        ("12 345 678", {1}),
        ("비밀번호 1234 @", {0, 1, 2}),
        ("zero\u200bwidth", {3}),
        ("\x00@\x00", {0}),
    ],
)
def test_an_engine_names_the_patterns_that_occur(engine, text, expected):
    hits = engine.presence(TRIGGERS)(text.encode())
    assert set(hits) == expected
    assert len(hits) == len(expected)


@both
def test_an_engine_counts_patterns_from_where_it_is_told_to(engine):
    assert sorted(engine.presence(TRIGGERS, 7)(b"a@b 345")) == [7, 8]


@both
def test_an_engine_finds_where_a_pattern_begins(engine):
    places = engine.places(rb"gh[po]_[a-z]{2}")(b"ghp_ab gho_c ghp_ghp_xyz")
    assert places == [(0, 6), (13, 19), (17, 23)]


@both
def test_an_engine_finds_every_word_in_any_case(engine):
    found = engine.words([b"card", b"credit card", "카드".encode()])("Credit CARD 카드".encode())
    assert [(hit >> WORD_BITS, hit & 3) for hit in found] == [(11, 0), (11, 1), (18, 2)]


@both
@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("123456", []),
        ("1234567", ["1234567"]),
        ("call 010-1234-5678 now", ["010-1234-5678"]),
        ("a 010 1234 5678, 02) 123-4567", ["010 1234 5678", "02) 123-4567"]),
        ("1234567    7654321", ["1234567", "7654321"]),
        ("010-1234-5678 12ab", ["010-1234-5678"]),
        ("010-1234-5678.12ab", ["010-1234-5678"]),
        ("12345678ab", []),
        ("12-34567ab", []),
        ("555-123-4567x12", ["555-123-4567"]),
        ("1234567는 1234567", ["1234567", "1234567"]),
        ("1234567 (", ["1234567"]),
    ],
)
def test_an_engine_finds_runs_of_digits(engine, text, runs):
    data = text.encode()
    assert [data[start:end].decode() for start, end in engine.runs()(data)] == runs


def test_hyperscan_is_preferred():
    assert isinstance(open_engine(), HyperscanEngine)


def test_every_trigger_compiles_in_both_engines():
    anchored = [each for each in RECOGNIZERS if getattr(each, "anchored", False)]
    for engine in ("hyperscan", "python"):
        compiled = scanners(RECOGNIZERS, engine)
        assert compiled.present(b"") == []
        assert [compiled.places(each.trigger, b"") for each in anchored] == [[] for _ in anchored]
