"""Korea: registration numbers, telephone, passport, licence, vehicle and bank account."""

import re
from collections.abc import Callable

from sumun.detection.checksums import dot, is_day
from sumun.detection.recognizer import (
    NumberRecognizer,
    PatternRecognizer,
    Recognizer,
    context_score,
)
from sumun.detection.recognizers.counted import is_counted

_RRN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_BRN_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3)
_CORP_WEIGHTS = (1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2)

_CENTURIES = {"9": 1800, "0": 1800, "1": 1900, "2": 1900, "5": 1900, "6": 1900}
_FOREIGN = frozenset("5678")
_WITHOUT_CHECKSUM = 2020_10
"""Numbers issued since October 2020 are random after the seventh digit."""


def rrn_checksum(digits: str) -> bool:
    """Tell whether the last digit of a resident registration number holds."""
    return (11 - dot(digits, _RRN_WEIGHTS) % 11) % 10 == int(digits[12])


def frn_checksum(digits: str) -> bool:
    """Tell whether the last digit of a foreigner registration number holds."""
    return (13 - dot(digits, _RRN_WEIGHTS) % 11) % 10 == int(digits[12])


def brn_checksum(digits: str) -> bool:
    """Tell whether the last digit of a business registration number holds."""
    total = dot(digits[:8], _BRN_WEIGHTS) + sum(divmod(int(digits[8]) * 5, 10))
    return (10 - total % 10) % 10 == int(digits[9])


def corp_checksum(digits: str) -> bool:
    """Tell whether the last digit of a corporate registration number holds."""
    return (10 - dot(digits, _CORP_WEIGHTS) % 10) % 10 == int(digits[12])


def _birth(digits: str) -> int:
    """Return year and month of birth as ``yyyymm``, or 0 where the date is impossible."""
    year = _CENTURIES.get(digits[6], 2000) + int(digits[:2])
    month, day = int(digits[2:4]), int(digits[4:6])
    return year * 100 + month if is_day(year, month, day) else 0


_MILLISECONDS = re.compile(r"1[4-9]")
"""Thirteen bare digits that are as well a time since 1970, of 2014 to 2033."""


_BARE = 0.4
_UNLABELLED = 0.55
_KINDS_OF_CORPORATION = frozenset(("11", "12", "13", "14", "15", "21", "22", "31", "41", "71"))


def _is_corporate(digits: str) -> bool:
    """Tell whether a corporation may as well be registered so: court, kind, number, check digit."""
    return digits[4:6] in _KINDS_OF_CORPORATION and corp_checksum(digits)


def _registration(digits: str, value: str, check: Callable[[str], bool]) -> float:
    birth = _birth(digits)
    written_out = len(value) > len(digits)
    if not birth:
        return 0.2 if written_out else 0.0
    valid = check(digits)
    if not written_out:
        if _MILLISECONDS.match(digits):
            return 0.3 if valid else 0.2
        return _BARE if valid else 0.2
    if _is_corporate(digits):
        return 0.6
    return 0.95 if valid else 0.7 if birth >= _WITHOUT_CHECKSUM else 0.6


def _rrn(digits: str, value: str) -> float:
    if digits[6] in _FOREIGN:
        return 0.0
    return _registration(digits, value, rrn_checksum)


def _any_checksum(digits: str) -> bool:
    return frn_checksum(digits) or rrn_checksum(digits)


def _frn(digits: str, value: str) -> float:
    if digits[6] not in _FOREIGN:
        return 0.0
    return _registration(digits, value, _any_checksum)


def _unlabelled_rrn(match: re.Match[str]) -> float:
    return _unlabelled(match, rrn_checksum)


def _unlabelled_frn(match: re.Match[str]) -> float:
    return _unlabelled(match, _any_checksum)


def _unlabelled(match: re.Match[str], check: Callable[[str], bool]) -> float:
    """Score thirteen bare digits without a word: date and check digit say it, unless counted."""
    digits = match["value"]
    if _MILLISECONDS.match(digits) or not _birth(digits) or not check(digits):
        return 0.0
    return 0.0 if is_counted(match.string, match.start()) else _UNLABELLED


_BARE_TRIGGER = rb"[0-9]{2}[01][0-9][0-3][0-9][1-8][0-9]{6}"


def _bare(centuries: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![0-9A-Za-z_.+/-])(?P<value>[0-9]{{2}}[01][0-9][0-3][0-9][{centuries}][0-9]{{6}})"
        r"(?![0-9A-Za-z_/]|[.,-][0-9A-Za-z])"
    )


def _half_hidden(match: re.Match[str]) -> float:
    """Score a number whose tail is masked: birthday and sex still show."""
    value = match["value"]
    return 0.6 if _birth(value[:6] + value.replace(" ", "")[7]) else 0.0


def _corp(digits: str, value: str) -> float:
    if len(value) == len(digits):
        return 0.2 if corp_checksum(digits) else 0.0
    return 0.55 if corp_checksum(digits) else 0.3


def _brn(digits: str, value: str) -> float:
    if len(value) == len(digits):
        return 0.25 if brn_checksum(digits) else 0.0
    return 0.85 if brn_checksum(digits) else 0.45


def _national(digits: str, value: str) -> str:
    """Return the number as dialled inside the country."""
    if digits.startswith("82") and (value[0] == "+" or not value[2].isdigit()):
        return "0" + digits[2:].lstrip("0")
    return digits


def _mobile(digits: str, value: str) -> float:
    national = _national(digits, value)
    if not _MOBILE.fullmatch(national):
        return 0.0
    return 0.9 if len(value) > len(digits) else 0.7


_MOBILE = re.compile(r"010\d{8}|01[16789]\d{7,8}")
_LANDLINE = re.compile(r"0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d?|80|60|30)\d{7,8}")
_DRIVER = re.compile(r"\d\d-\d\d-\d{6}-\d\d")


def _landline(digits: str, value: str) -> float:
    national = _national(digits, value)
    if not _LANDLINE.fullmatch(national):
        return 0.0
    return 0.8 if len(value) > len(digits) else 0.25


def _service(digits: str, _value: str) -> float:
    return 0.55 if digits[:2] in ("15", "16", "18") and digits[2] in "0123456789" else 0.0


def _driver(digits: str, _value: str) -> float:
    return 0.75 if 11 <= int(digits[:2]) <= 28 else 0.25  # noqa: PLR2004 - the licensing regions


def _driver_labelled(_digits: str, value: str) -> float:
    return 0.0 if _DRIVER.fullmatch(value) else 0.22


def _account(digits: str, value: str) -> float:
    if not 10 <= len(digits) <= 16:  # noqa: PLR2004 - the lengths Korean banks issue
        return 0.0
    return 0.26 if len(value) > len(digits) else 0.18


def _vehicle(match: re.Match[str]) -> float:
    use, space = match["use"], match["space"]
    if use in _ALSO_WORDS:
        return 0.35 + context_score("KR_VEHICLE", match.string, match.start())
    return 0.55 if space else 0.65


_ALSO_WORDS = frozenset("조주도로부수호오구소모보고자")
"""Usage letters that are also counters or particles: ``20조 5000``, ``100주 1000``."""

_SEPARATED = r"[- ]{1,3}"

RECOGNIZERS: tuple[Recognizer, ...] = (
    NumberRecognizer(
        name="kr_rrn",
        entity_type="KR_RRN",
        shape=rf"0{{6}}(?:{_SEPARATED})?0{{7}}",
        judge=_rrn,
        ceiling=0.95,
        bare_ceiling=_BARE,
    ),
    NumberRecognizer(
        name="kr_frn",
        entity_type="KR_FRN",
        shape=rf"0{{6}}(?:{_SEPARATED})?0{{7}}",
        judge=_frn,
        ceiling=0.95,
        bare_ceiling=_BARE,
    ),
    PatternRecognizer(
        name="kr_rrn_unlabelled",
        entity_type="KR_RRN",
        trigger=_BARE_TRIGGER,
        pattern=_bare("1-4"),
        judge=_unlabelled_rrn,
    ),
    PatternRecognizer(
        name="kr_frn_unlabelled",
        entity_type="KR_FRN",
        trigger=_BARE_TRIGGER,
        pattern=_bare("5-8"),
        judge=_unlabelled_frn,
    ),
    NumberRecognizer(
        name="kr_corp",
        entity_type="KR_CORP",
        shape=r"0{6}-?0{7}(?:-0)?",
        judge=_corp,
        ceiling=0.55,
        bare_ceiling=0.2,
    ),
    NumberRecognizer(
        name="kr_brn",
        entity_type="KR_BRN",
        shape=r"000[- ]00[- ]00000|0{10}",
        judge=_brn,
        ceiling=0.85,
        bare_ceiling=0.25,
    ),
    NumberRecognizer(
        name="kr_mobile",
        entity_type="PHONE_NUMBER",
        shape=r"(?:\+?00[-. ]?\(?0?\)?)?0{2,3}[-. )]{0,3}0{3,4}[-. ]{0,3}0{4}",
        leads=("01", "82", "+82"),
        judge=_mobile,
        ceiling=0.9,
        bare_ceiling=0.7,
    ),
    NumberRecognizer(
        name="kr_landline",
        entity_type="PHONE_NUMBER",
        shape=r"(?:\+?00[-. ]?)?\(?0{1,4}[-. )]{0,3}0{3,4}[-. ]{0,3}0{4}",
        leads=("0", "(0", "82", "+82"),
        judge=_landline,
        ceiling=0.8,
        bare_ceiling=0.25,
    ),
    NumberRecognizer(
        name="kr_service",
        entity_type="PHONE_NUMBER",
        shape=r"0000[-. ]0000",
        leads=("15", "16", "18"),
        judge=_service,
        ceiling=0.55,
    ),
    NumberRecognizer(
        name="kr_driver",
        entity_type="KR_DRIVER_LICENSE",
        shape=r"00-00-0{6}-00",
        judge=_driver,
        ceiling=0.75,
    ),
    NumberRecognizer(
        name="kr_driver_labelled",
        entity_type="KR_DRIVER_LICENSE",
        shape=r"00(?:-0{1,6}){2,6}|00 00 0{6} 00|0000(?:-0{2,6}){2,3}|0{12}",
        judge=_driver_labelled,
        ceiling=0.22,
    ),
    NumberRecognizer(
        name="kr_account",
        entity_type="KR_BANK_ACCOUNT",
        shape=r"0{2,6}(?:[- ]0{1,7}){1,4}|0{10,14}",
        judge=_account,
        ceiling=0.26,
    ),
    PatternRecognizer(
        name="kr_rrn_half_hidden",
        entity_type="KR_RRN",
        trigger=rb"[0-9]{6} ?- ?[1-8](?:[*xX]|\xe2\x97\x8f)",
        pattern=re.compile(
            r"(?<![0-9A-Za-z-])(?P<value>[0-9]{6} ?- ?[1-8][*xX\u25cf]{4,6})(?![0-9A-Za-z*])"
        ),
        judge=_half_hidden,
    ),
    PatternRecognizer(
        name="kr_passport",
        entity_type="KR_PASSPORT",
        trigger=rb"[A-Z][0-9]{3}[0-9A-Z][0-9]{3}",
        pattern=re.compile(
            r"(?<![A-Za-z0-9_-])(?P<value>[MSRODGP][0-9]{3}[A-Z][0-9]{4}|[A-Z]{1,2}[0-9]{7,8})"
            r"(?![A-Za-z0-9_]|-[A-Za-z0-9])"
        ),
        judge=0.22,
        ceiling=0.22,
        context=True,
    ),
    PatternRecognizer(
        name="kr_vehicle",
        entity_type="KR_VEHICLE",
        trigger=rb"[0-9]{2}[\xea-\xed][\x80-\xbf]{2} ?[0-9]{4}",
        pattern=re.compile(
            r"(?<![0-9A-Za-z.,-])(?P<value>[0-9]{2,3}"
            r"(?P<use>[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주아바사자배하허호])"
            r"(?P<space> ?)[0-9]{4})(?![0-9A-Za-z]|[,.][0-9]| ?[억만원년개명회점주])"
        ),
        judge=_vehicle,
    ),
)
