"""United Kingdom and Ireland: identity, tax, health and licence numbers."""

import re

from sumun.detection.checksums import dot, eleven
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import (
    DIGITS_LETTER,
    code,
    labelled,
    number,
)

uk_nhs = eleven(10, 9, 8, 7, 6, 5, 4, 3, 2)
"""NHS number: modulus 11; none is issued where the check would be 10."""

_NINO = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")


def uk_nino(written: str) -> bool:
    """National Insurance number: letters and prefixes that are issued."""
    return _NINO.fullmatch(written) is not None


def uk_utr(digits: str) -> bool:
    """Tell whether the first digit of a taxpayer reference is the check, modulus 11."""
    return "21987654321"[dot(digits[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] == digits[0]


_PPSN = "WABCDEFGHIJKLMNOPQRSTUV"


def ie_ppsn(written: str) -> bool:
    """Personal public service number: weights 8 to 2, a second letter counts nine times."""
    total = dot(written[:7], range(8, 1, -1))
    if len(written) == 9 and written[8] != "W":  # noqa: PLR2004 - with a second letter
        total += 9 * (ord(written[8]) - 64)
    return _PPSN[total % 23] == written[7]


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("uk_nhs", "UK_NHS", r"000[- ]?000[- ]?0000", uk_nhs),
    code(
        "uk_nino",
        "UK_NINO",
        rb"[A-Za-z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]",
        r"[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]",
        uk_nino,
        valid=0.55,
        invalid=0.2,
    ),
    number("uk_utr", "UK_UTR", r"0{5} ?0{5}", uk_utr),
    number("uk_passport", "UK_PASSPORT", r"0{9}"),
    code(
        "uk_driving_licence",
        "UK_DRIVING_LICENCE",
        rb"[A-Za-z9]{2}[0-9]{6}[A-Za-z9]{2}[0-9A-Za-z][A-Za-z]{2}",
        r"(?i:[A-Z]{1,5}9{0,4}(?<=[A-Z9]{5})[0-9](?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12][0-9]|3[01])"
        r"[0-9][A-Z9]{2}[0-9A-Z][A-Z]{2})",
        valid=0.6,
    ),
    code(
        "ie_ppsn",
        "IE_PPSN",
        DIGITS_LETTER,
        r"[0-9]{7}[A-W][A-IW]?",
        ie_ppsn,
        valid=0.4,
    ),
    labelled(
        "uk_vehicle",
        "UK_VEHICLE_REGISTRATION",
        r"registration(?: plate)?|number plate|\bvrm\b|\breg(?: plate)?\b",
        r"[A-Z]{2}[0-9]{2} ?[A-Z]{3}",
    ),
)
