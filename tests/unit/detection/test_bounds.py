"""What nobody should send is refused, or read to its end."""

import json
import math

import pytest

from sumun.detection import Detector, TooLarge, Unscannable


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**64 + 1, -(2**63), 10**400])
def test_numbers_nobody_can_write_down_are_looked_at(detector, value):
    assert detector.scan_json({"phone": value}) == []


def test_a_million_keys_are_read(detector):
    value = {f"k{n}": n % 7 for n in range(1_000_000)}
    value["last"] = "john@example.com"
    assert [each.path for each in detector.scan_json(value)] == ["$.last"]


def test_a_hundred_megabytes_are_refused_at_once(detector):
    text = "x" * 100_000_000
    with pytest.raises(TooLarge):
        detector.scan_text(text)
    with pytest.raises(Unscannable):
        detector.scan_json({"a": text})


def test_control_characters_stand_in_nobodys_way(found):
    assert found("a\x00b\x1e john@example.com\x1f010-1234-5678\x1e") == [
        ("EMAIL_ADDRESS", "john@example.com"),
        ("PHONE_NUMBER", "010-1234-5678"),
    ]


def test_what_is_not_utf8_is_not_called_clean(detector):
    assert not detector.is_clean('{"a":"john@example.com"}'.encode("utf-16-le"))
    assert not detector.is_clean(b'{"a":"\xff john@example.com"}')


def test_of_keys_given_twice_the_one_that_counts_is_read(detector):
    raw = '{"a":"john@example.com","a":"jane@example.com"}'
    assert not detector.is_clean(raw.encode())
    [finding] = detector.scan_json(json.loads(raw))
    assert finding.path == "$.a"


def test_limits_can_be_narrowed():
    with pytest.raises(TooLarge):
        Detector(max_length=10).scan_json({"a": "x" * 11})
