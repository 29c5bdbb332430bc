import pytest

from sumun.detection.detector import TRIGGERS
from sumun.detection.presence import HyperscanPresence, PythonPresence, presence

TRIGGERS_HERE = [rb"@", rb"[0-9]{3}", "비밀번호".encode(), rb"\xe2\x80[\x8b-\x8f]|%[0-9]"]


@pytest.mark.parametrize("engine", [HyperscanPresence, PythonPresence])
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
def test_an_engine_names_the_triggers_that_occur(engine, text, expected):
    hits = engine(TRIGGERS_HERE).scan(text.encode())
    assert set(hits) == expected
    assert len(hits) == len(expected)


def test_hyperscan_is_preferred():
    assert isinstance(presence(TRIGGERS_HERE), HyperscanPresence)


def test_every_trigger_compiles_in_both_engines():
    assert HyperscanPresence(TRIGGERS).scan(b"") == PythonPresence(TRIGGERS).scan(b"") == []
