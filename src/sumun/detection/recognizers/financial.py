"""Payment cards and international bank account numbers."""

import re
from collections.abc import Iterator

from sumun.detection.recognizer import (
    FunctionRecognizer,
    NumberRecognizer,
    Recognizer,
    context_score,
)

_DOUBLED = str.maketrans("0123456789", "0246813579")

# ISO/IEC 7812 issuer ranges with the lengths they are issued in.
_MAJOR = re.compile(
    r"4(?:\d{15})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|35(?:2[89]|[3-8]\d)\d{12}|(?:5[06-9]|6\d)\d{14}"
)
_OTHER = re.compile(
    r"4\d{12}(?:\d{6})?|(?:5[06-9]|6\d)\d{10,17}|1\d{14}|(?:2131|1800)\d{11}|[39]\d{15}"
)


def luhn(digits: str) -> bool:
    """Tell whether the check digit holds (ISO/IEC 7812-1, annex B)."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(map(int, digits[-2::-2].translate(_DOUBLED)))) % 10 == 0


_GROUPED = re.compile(r"\d{4}(?:[- ]\d{4}){3}")


def _card(digits: str, value: str) -> float:
    major = _MAJOR.fullmatch(digits) is not None
    if not major and not _OTHER.fullmatch(digits):
        return 0.22 if _GROUPED.fullmatch(value) else 0.0
    if len(set(digits)) == 1:  # 4444 4444 4444 4444 is nobody's card; 4111 … 1111 is
        return 0.0
    grouped = len(value) > len(digits)
    if luhn(digits):
        if grouped:
            return 0.9
        return 0.65 if major else 0.35
    return 0.25 if grouped else 0.18


# Country and length: ISO 13616 registry, release 99.
_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO",
        "16": "BE",
        "18": "DK FI FK FO GL NL",
        "19": "MK SI",
        "20": "AT BA EE KZ LT LU MN XK",
        "21": "CH HR LI LV",
        "22": "BG BH CR DE GB GE IE ME RS VA",
        "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST",
        "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB NI PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU YE",
        "31": "MT SC",
        "32": "LC",
        "33": "RU",
    }.items()
    for country in countries.split()
}
_LETTERS = {ord("A") + n: str(10 + n) for n in range(26)}


_IBAN_HEAD = re.compile(r"[A-Za-z]{2}[0-9]{2}(?= ?[A-Za-z0-9]{4})")
_IBAN_BODIES = {
    length: re.compile(rf"[A-Za-z0-9](?: ?[A-Za-z0-9]){{{length - 1}}}(?![A-Za-z0-9])")
    for length in set(_IBAN_LENGTHS.values())
}


def _ibans(text: str) -> Iterator[tuple[int, int, float]]:
    for head in _IBAN_HEAD.finditer(text):
        start = head.start()
        length = _IBAN_LENGTHS.get(text[start : start + 2].upper())
        if length is None or (start and text[start - 1].isascii() and text[start - 1].isalnum()):
            continue
        match = _IBAN_BODIES[length].match(text, start)
        if match:
            yield start, match.end(), _iban(text, start, match.group())


def _iban(text: str, start: int, written: str) -> float:
    value = written.replace(" ", "").upper()
    if int((value[4:] + value[:4]).translate(_LETTERS)) % 97 == 1:
        return 0.95
    return 0.25 + context_score("IBAN_CODE", text, start)


RECOGNIZERS: tuple[Recognizer, ...] = (
    NumberRecognizer(
        name="card",
        entity_type="CREDIT_CARD",
        shape=(
            r"0{4}[- ]{1,3}0{4}[- ]{1,3}0{4}[- ]{1,3}0{4}(?:[- ]0{1,3})?"
            r"|0{4}[- ]0{6}[- ]0{4,5}|0{12,19}"
        ),
        judge=_card,
    ),
    FunctionRecognizer(
        name="iban",
        entity_type="IBAN_CODE",
        trigger=rb"[A-Za-z]{2}[0-9]{2} ?[A-Za-z0-9]{4} ?[A-Za-z0-9]{4} ?[A-Za-z0-9]{3}",
        find=_ibans,
    ),
)
