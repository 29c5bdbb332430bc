"""What must hold for every text and every JSON value."""

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sumun.detection import Detector
from sumun.detection.gate import has_word
from sumun.detection.hyperscan_engine import HyperscanEngine
from sumun.detection.normalise import plain
from sumun.detection.overlaps import Candidate
from sumun.detection.python_engine import PythonEngine
from sumun.detection.recognizer import PatternRecognizer
from sumun.detection.recognizers import RECOGNIZERS
from sumun.detection.scanners import ENCODING, scanners

RUNS = [engine.runs() for engine in (HyperscanEngine(), PythonEngine())]
FAST, PLAIN = (scanners(RECOGNIZERS, engine) for engine in ("hyperscan", "python"))
DETECTORS = [Detector(min_score=0.01, engine=engine) for engine in ("hyperscan", "python")]
USUAL = [Detector(engine=engine) for engine in ("hyperscan", "python")]

BESIDE_A_WORD = frozenset(
    each.name
    for each in RECOGNIZERS
    if isinstance(each, PatternRecognizer) and each.ceiling < 0.5 and has_word(each.trigger)
)
"""What is looked for where its word is, and scores less than anybody asks for where it is not."""

PIECES = st.sampled_from(
    [
        *(
            "john@example.com",
            "010-1234-5678",
            "900101-1234568",
            "214-81-12345",
            "4111111111111111",
        ),
        *("GB82 WEST 1234 5698 7654 32", "12가 3456", "M12345678", "192.168.0.1", "fe80::1", "::"),
        *(
            "00:1b:44:11:3a:b7",
            "https://u:pw@h",
            "sk-",
            "ghp_",
            "eyJhbGciOiJIUzI1NiJ9.e30.aa",
            "Bearer ",
        ),
        *(
            "password",
            "비밀번호",
            "token",
            "api_key",
            "name",
            "성명",
            "이름",
            "김철수",
            "Jane Doe",
            "Mr.",
        ),
        *(
            ":",
            "=",
            '"',
            "'",
            "\\",
            "\n",
            "\t",
            " ",
            "은",
            "씨",
            "님",
            "-",
            ".",
            "/",
            "@",
            "+",
            "(",
            ")",
        ),
        *(
            "%40",
            "&#64;",
            "\\u0040",
            "\u200b",
            "１",
            "－",
            "\u00a0",
            "\x1e",
            "\x1f",
            "\x00",
            "é",
            "😀",
        ),
        *("0", "1", "12", "2020", "e9", "1e9", "K", "ſ", "é", "-----BEGIN PRIVATE KEY-----"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join)
NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_both_engines_find_the_same(text):
    data = text.encode("utf-8", "surrogatepass")
    assert sorted(FAST.present(data)) == sorted(PLAIN.present(data))
    assert FAST.runs(data) == PLAIN.runs(data)
    assert FAST.vocabulary.find(data) == PLAIN.vocabulary.find(data)
    for fast, slow in (DETECTORS, USUAL):
        assert fast.scan_text(text) == slow.scan_text(text)


@given(st.text("0123456789-. ()x1a_,+", max_size=60))
@settings(max_examples=1000, deadline=None)
def test_both_engines_find_the_same_runs_of_digits(text):
    data = text.encode()
    fast, slow = (find(data) for find in RUNS)
    assert fast == slow


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_findings_lie_in_the_text_and_apart(text):
    findings = DETECTORS[0].scan_text(text)
    assert all(0 <= each.start < each.end <= len(text) for each in findings)
    assert all(a.end <= b.start for a, b in pairwise(findings))
    assert all(0 < each.score <= 1 for each in findings)


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_findings_lie_in_their_leaves(value):
    for each in DETECTORS[0].scan_tree(value):
        assert each.findings
        for finding in each.findings:
            assert 0 <= finding.start < finding.end <= len(each.leaf.text)


@given(VALUES, st.booleans(), st.sampled_from([None, 2, "\t"]))
@settings(max_examples=600, deadline=None)
def test_clean_json_has_no_findings(value, ascii_only, indent):
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    if DETECTORS[0].is_clean(raw):
        assert DETECTORS[0].scan_json(json.loads(raw)) == []


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_every_trigger_of_normalising_is_known(text):
    if plain(text, base64=False):
        assert ENCODING in FAST.present(text.encode("utf-8", "surrogatepass"))


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_every_plain_character_came_from_somewhere(text):
    for layer in plain(text):
        end = 0
        for position in range(len(layer.text)):
            first, last = layer.original(position, position + 1)
            assert end <= first < last <= len(text) or first < end <= last
            end = last


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_no_recognizer_finds_without_its_trigger(text):
    """The presence pass may only skip what would find nothing."""
    data = text.encode("utf-8", "surrogatepass")
    for detector, exempt in ((USUAL[0], frozenset[str]()), (DETECTORS[0], BESIDE_A_WORD)):
        opened = detector.opened()
        absent = opened.awaited.difference(opened.present(data))
        found: list[Candidate] = []
        opened.find(text, data, absent, found)
        assert [each for each in found if each[4] not in exempt] == []
