"""United States: telephone (NANP), Social Security, taxpayer, passport and licence numbers."""

import re

from sumun.detection.recognizer import NumberRecognizer, Recognizer
from sumun.detection.recognizers.identity import code, labelled, number

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
        return 0.5 if value[3] == "-" and not _itin_group(digits) else 0.3
    return 0.65 if value[3] == "-" else 0.52


def _itin_group(digits: str) -> bool:
    group = int(digits[3:5])
    return 50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94  # noqa: PLR2004


def us_itin(digits: str) -> bool:
    """Individual taxpayer number: begins with 9, groups that are issued."""
    return digits[0] == "9" and _itin_group(digits)


def _itin(digits: str, value: str) -> float:
    if not us_itin(digits):
        return 0.0
    return 0.2 if len(value) == len(digits) else 0.52


_CAMPUSES = frozenset((7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97))


def us_ein(digits: str) -> bool:
    """Employer number: prefixes that no campus issues are no numbers."""
    return int(digits[:2]) not in _CAMPUSES and digits[:2] != "00"


RECOGNIZERS: tuple[Recognizer, ...] = (
    NumberRecognizer(
        name="us_phone",
        entity_type="PHONE_NUMBER",
        shape=r"(?:\+?0[-. ])?(?:\(000\) ?|000[-. ])000[-. ]0000|0?0{10}",
        leads=("+1", "(", *"123456789"),
        judge=_nanp,
        ceiling=0.6,
        bare_ceiling=0.2,
    ),
    NumberRecognizer(
        name="us_ssn",
        entity_type="US_SSN",
        shape=r"000-00-0000|000 00 0000|000\.00\.0000|0{9}",
        judge=_ssn,
        ceiling=0.65,
        bare_ceiling=0.2,
    ),
    NumberRecognizer(
        name="us_itin",
        entity_type="US_ITIN",
        shape=r"000[- ]00[- ]0000|0{9}",
        leads=("9",),
        judge=_itin,
        ceiling=0.52,
        bare_ceiling=0.2,
    ),
    number("us_ein", "US_EIN", r"00-0{7}", us_ein),
    number("us_passport", "US_PASSPORT", r"0{9}"),
    code(
        "us_passport_next",
        "US_PASSPORT",
        rb"(?i:passport|travel document)",
        r"[A-Z][0-9]{8}",
        lambda written: written[0] not in "MSRG",  # which Korean ones begin with
        valid=0.24,
        invalid=0.2,
    ),
    labelled(
        "us_driver_license",
        "US_DRIVER_LICENSE",
        "driver(?:'|\u2019)?s?[ _]?licen[cs]e|licen[cs]e|\\bdln?\\b",
        r"(?=[A-Z0-9-]{0,8}[0-9]{4})(?:[A-Z][0-9]{2,4}(?:[- ][0-9]{3,6}){1,3}"
        r"|[A-Z]{1,2}[0-9]{3,14}[A-Z]?|[0-9]{3,4}-[0-9]{2,3}-[0-9]{3,4}|[0-9]{6,9}|[0-9]{2}[A-Z]{3}[0-9]{5}|[A-Z]{1,2}[0-9]{6}[A-Z])",
    ),
)
