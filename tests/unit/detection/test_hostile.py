"""No input takes a recognizer more than linear time."""

import time

import pytest

from sumun.detection import Detector
from sumun.detection.recognizers import RECOGNIZERS

LENGTH = 1_000_000
PIECES = [
    *("x", "a@", "1-1-", "1", ".", "1.", "::", "(1", "%41", "0000000000000 ", "://a:", "eyJa."),
    *("password=", "name: Aa ", "이름 김", "GB12abcd "),
]
MORE_PIECES = [
    *("@a.", "a:", "-", "&#64;", "０", "\u200b", "eyJ", 'password:"', "김", "Bearer a", "sk-"),
    *("-----BEGIN PRIVATE KEY-----", "12가1", "M1", "1234-", "my name is ", "x\x1f", " "),
]


@pytest.fixture(scope="module")
def unit() -> float:
    """Return the seconds of the plainest linear pass over a text of that length."""

    def once() -> float:
        begun = time.process_time()
        for _ in "x" * LENGTH:
            pass
        return time.process_time() - begun

    return min(once() for _ in range(5))


@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_is_scanned_in_linear_time(unit, piece):
    text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    slow = {}
    for recognizer in RECOGNIZERS:
        detector = Detector(recognizers=[recognizer])
        detector.scan_text("")
        begun = time.process_time()
        detector.scan_text(text)
        slow[recognizer.name] = time.process_time() - begun
    # A quadratic pattern takes a thousand times as long as this allows.
    assert {name: taken / unit for name, taken in slow.items() if taken > 500 * unit} == {}


@pytest.mark.parametrize("piece", PIECES + MORE_PIECES)
def test_the_whole_detector_is_linear_too(unit, piece):
    text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    begun = time.process_time()
    Detector().scan_text(text)
    assert time.process_time() - begun < 1000 * unit
