"""United States: telephone numbers (NANP) and Social Security numbers."""

import re

from sumun.detection.recognizer import NumberRecognizer, Recognizer

_NANP = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")


def _nanp(digits: str, value: str) -> float:
    if not _NANP.fullmatch(digits) or digits[-9:-7] == "11":
        return 0.0
    if len(value) == len(digits):
        return 0.2
    return 0.6


def _ssn(digits: str, value: str) -> float:
    """Area, group and serial are never all zero; areas 000 and 666 are not issued."""
    if digits[:3] in ("000", "666") or digits[3:5] == "00":
        return 0.0
    if digits[5:] == "0000" or digits in ("123456789", "987654321") or len(set(digits)) == 1:
        return 0.0
    if len(value) == len(digits):
        return 0.2
    if digits[0] == "9":  # taxpayer identification numbers
        return 0.3
    return 0.65 if value[3] == "-" else 0.3


RECOGNIZERS: tuple[Recognizer, ...] = (
    NumberRecognizer(
        name="us_phone",
        entity_type="PHONE_NUMBER",
        shape=r"(?:\+?0[-. ])?(?:\(000\) ?|000[-. ])000[-. ]0000|0?0{10}",
        judge=_nanp,
    ),
    NumberRecognizer(
        name="us_ssn",
        entity_type="US_SSN",
        shape=r"000-00-0000|000 00 0000|000\.00\.0000|0{9}",
        judge=_ssn,
    ),
)
