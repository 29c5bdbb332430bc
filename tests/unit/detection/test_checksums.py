import pytest

from sumun.detection.recognizers.financial import luhn
from sumun.detection.recognizers.kr import brn_checksum, corp_checksum, frn_checksum, rrn_checksum


@pytest.mark.parametrize("digits", ["4111111111111111", "378282246310005", "79927398713"])
def test_luhn_holds(digits):
    assert luhn(digits)


@pytest.mark.parametrize(
    ("checksum", "digits"),
    [
        (rrn_checksum, "9001011234568"),
        (frn_checksum, "9001015234561"),
        (brn_checksum, "1248100998"),
        (corp_checksum, "1301110006246"),
    ],
)
def test_a_registration_number_holds(checksum, digits):
    assert checksum(digits)


@pytest.mark.parametrize(
    ("checksum", "digits"),
    [
        (luhn, "4111111111111111"),
        (rrn_checksum, "9001011234568"),
        (frn_checksum, "9001015234561"),
        (brn_checksum, "1248100998"),
        (corp_checksum, "1301110006246"),
    ],
)
def test_exactly_one_last_digit_holds(checksum, digits):
    assert [n for n in range(10) if checksum(f"{digits[:-1]}{n}")] == [int(digits[-1])]
