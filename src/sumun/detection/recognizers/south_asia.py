"""India, Pakistan, Bangladesh and Sri Lanka: identity, tax and vehicle numbers."""

from sumun.detection.checksums import verhoeff
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import (
    DIGITS_LETTER,
    LETTER_DIGITS,
    LETTERS_DIGITS,
    UNCHECKED,
    code,
    labelled,
    number,
)


def in_aadhaar(digits: str) -> bool:
    """Aadhaar: begins with 2 to 9, no palindrome, Verhoeff."""
    return digits[0] not in "01" and digits != digits[::-1] and verhoeff(digits)


def in_pan(written: str) -> bool:
    """Permanent account number: the fourth letter is the kind of holder."""
    return written[3] in "ABCEFGHJLPT" and written[5:9] != "0000"


_GSTIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def in_gstin(written: str) -> bool:
    """Goods and services tax number: a state, a PAN, and a check character in base 36."""
    total = sum(
        sum(divmod(_GSTIN.index(each) * (1 + n % 2), 36)) for n, each in enumerate(written[:14])
    )
    return 1 <= int(written[:2]) <= 38 and _GSTIN[-total % 36] == written[14]  # noqa: PLR2004


def lk_nic(written: str) -> bool:
    """National identity card of Sri Lanka: the day of the year, 500 more for women."""
    day = int(written[2:5] if written[-1] in "VX" else written[4:7])
    return 1 <= day % 500 <= 366  # noqa: PLR2004 - days


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("in_aadhaar", "IN_AADHAAR", r"0000[- ]?0000[- ]?0000", in_aadhaar),
    code("in_pan", "IN_PAN", LETTERS_DIGITS, r"[A-Z]{5}[0-9]{4}[A-Z]", in_pan, valid=0.5),
    code(
        "in_gstin",
        "IN_GSTIN",
        LETTERS_DIGITS,
        r"[0-3][0-9][A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]",
        in_gstin,
        valid=0.9,
        invalid=0.35,
    ),
    code("in_voter", "IN_VOTER", LETTER_DIGITS, r"[A-Z]{3}[0-9]{7}", valid=UNCHECKED),
    labelled(
        "in_passport", "IN_PASSPORT", r"indian passport|passport", r"[A-PR-WY][1-9][0-9]{5}[1-9]"
    ),
    labelled(
        "in_vehicle_registration",
        "IN_VEHICLE_REGISTRATION",
        r"vehicle(?: registration)?|registration|car number|number plate",
        r"[A-Z]{2}[ -]?[0-9]{1,2}[ -]?[A-Z]{1,3}[ -]?[0-9]{4}",
    ),
    number("pk_cnic", "PK_CNIC", r"0{13}"),
    number("pk_cnic_written", "PK_CNIC", r"0{5}-0{7}-0", lambda _: True, valid=0.65),
    number("bd_nid", "BD_NID", r"0{10}|0{13}|0{17}"),
    code("lk_nic", "LK_NIC", DIGITS_LETTER, r"[0-9]{9}[VXvx]", lk_nic, valid=0.5),
    number("lk_nic_new", "LK_NIC", r"0{12}", lk_nic),
)
