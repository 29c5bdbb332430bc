"""The search itself: it finds every mark in every encoding, and nothing where nothing is."""

import base64
import gzip
import json

import pytest
from tests.conformance.leaks.marks import FORMS, MARKS, SENTENCE, found_in

from sumun.detection import Detector


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_is_found_in_every_form(mark, form):
    assert mark in found_in(f"before {FORMS[form](MARKS[mark])} after".encode())


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: gzip.compress(text.encode()),
        lambda text: base64.b64encode(gzip.compress(text.encode())),
        lambda text: text.encode().hex().encode(),
        lambda text: text[::-1].encode(),
        lambda text: text.upper().encode(),
        lambda text: base64.b64encode(b"a" + text.encode()),
        lambda text: base64.b64encode(b"ab" + text.encode()),
        lambda text: json.dumps(json.dumps(json.dumps(text))).encode(),
    ],
    ids=["gzip", "gzip in base64", "hex", "reversed", "upper", "shifted", "shifted 2", "json 3"],
)
def test_all_marks_are_found_in_every_encoding(encode):
    assert found_in(encode(SENTENCE)) == set(MARKS)


def test_nothing_is_found_in_nothing():
    assert found_in(b'{"id": 4539, "text": "minjun.kim@", "more": "010-2345"}') == set()


@pytest.mark.parametrize("mark", MARKS.values())
def test_the_marks_are_what_the_detector_finds_alone(mark):
    assert [(found.start, found.end) for found in Detector().scan_text(mark)] == [(0, len(mark))]
