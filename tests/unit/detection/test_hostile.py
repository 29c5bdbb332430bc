"""No input takes a recognizer more than linear time."""

import re
import time

import pytest

from sumun.detection.cores import shortened
from sumun.detection.hyperscan_engine import HyperscanEngine
from sumun.detection.recognizers import RECOGNIZERS

SHORT, LONG = 60_000, 240_000
MOST = 2 * LONG // SHORT
"""Twice what linear time takes more of for the long text; quadratic time takes four times it."""

NOTHING = 0.02
"""Seconds too few to compare."""

PIECES = [
    *("x", "a@", "1-1-", "1", ".", "1.", "::", "(1", "%41", "0000000000000 ", "://a:", "eyJa."),
    *("password=", "name: Aa ", "이름 김", "GB12abcd ", "12가1", "M1", "a:", "０", "\u200b"),
    *("@a.", "-", "&#64;", "eyJ", 'password:"', "김", "Bearer a", "sk-", "일", "공일 "),
    *("-----BEGIN PRIVATE KEY-----", "1234-", "my name is ", "x\x1f", " ", "card 4111 "),
]
TRIGGERS = sorted({each.trigger for each in RECOGNIZERS if hasattr(each, "trigger")})


def repeated(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def seconds(scan, text) -> float:
    begun = time.process_time()
    scan(text)
    return time.process_time() - begun


def grows_too_fast(scan, piece: str, encode=str) -> bool:
    """Tell whether four times the text takes more than eight times as long, three times over."""
    short, long = (encode(repeated(piece, length)) for length in (SHORT, LONG))
    return all(seconds(scan, long) > NOTHING + MOST * seconds(scan, short) for _ in range(3))


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_the_whole_detector_is_linear(detector, piece):
    assert not grows_too_fast(detector.scan_text, piece)


def test_the_detector_is_linear_in_what_every_trigger_is_made_of(detector):
    pieces = {piece for trigger in TRIGGERS for piece in alphabet(trigger)}
    assert [each for each in sorted(pieces) if grows_too_fast(detector.scan_text, each)] == []


@pytest.mark.parametrize("piece", ["x", "1", "a1", "M1", "aB3-", "0-", "a ", "a:", "A.", "/a"])
def test_every_trigger_is_looked_for_in_linear_time(piece):
    engine = HyperscanEngine()
    present = engine.presence([shortened(each) for each in TRIGGERS])
    assert not grows_too_fast(present, piece, str.encode)


def alphabet(trigger: bytes) -> list[str]:
    """Return texts of what a trigger is made of: its first literal, and the letters it repeats."""
    literal = re.sub(
        r"\(\?[a-z]*:|\\.|\[[^]]*\]|[{(?*+|)}][0-9,}]*", " ", trigger.decode("latin-1")
    )
    words = literal.encode("latin-1").decode("utf-8", "ignore").split()
    return [words[0], f"{words[0]}: a1"] if words else ["a1"]
