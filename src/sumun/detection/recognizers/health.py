"""Health care: providers, prescribers, beneficiaries, and records where a label says so."""

from sumun.detection.checksums import dot, luhn
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import LETTER_DIGITS, code, labelled, number


def us_npi(digits: str) -> bool:
    """National provider identifier: begins with 1 or 2, Luhn behind 80840."""
    return digits[0] in "12" and luhn("80840" + digits)


def dea(written: str) -> bool:
    """DEA number: the odd places and twice the even ones end in the check digit."""
    digits = written[2:]
    total = sum(map(int, digits[0:6:2])) + 2 * sum(map(int, digits[1:6:2]))
    return total % 10 == int(digits[6])


def au_medicare(digits: str) -> bool:
    """Medicare number: begins with 2 to 6, the ninth digit is the check, modulus 10."""
    return digits[0] in "23456" and dot(digits, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(digits[8])


_LETTER = "[AC-HJKMNP-RT-Yac-hjkmnp-rt-y]"
_EITHER = "[0-9AC-HJKMNP-RT-Yac-hjkmnp-rt-y]"

RECOGNIZERS: tuple[Recognizer, ...] = (
    number("us_npi", "US_NPI", r"0{10}|0000[- ]000[- ]000", us_npi),
    code(
        "dea_number",
        "MEDICAL_LICENSE",
        LETTER_DIGITS,
        r"[ABCDEFGHJKLMNPRSTUX][A-Z9][0-9]{7}",
        dea,
        valid=0.45,
        invalid=0.15,
    ),
    code(
        "us_mbi",
        "US_MBI",
        rb"[1-9][A-Za-z][0-9A-Za-z][0-9]-?[A-Za-z][0-9A-Za-z][0-9]-?[A-Za-z]{2}[0-9]{2}",
        rf"[1-9]{_LETTER}{_EITHER}[0-9]-?{_LETTER}{_EITHER}[0-9]-?{_LETTER}{{2}}[0-9]{{2}}",
        valid=0.52,
    ),
    labelled(
        "medical_record",
        "MEDICAL_RECORD_NUMBER",
        r"mrns?|medical[ _-]?records?(?:[ _-]?numbers?)?|patient[ _-]?(?:id|number|no)"
        r"|chart[ _-]number",
        r"(?:(?:MRN|MED|PT|PAT|MR)[ #:-]{0,2})?"
        r"(?=[A-Z0-9-]{0,8}[0-9]{4})[A-Z0-9][A-Z0-9-]{3,14}[0-9]",
        0.75,
    ),
    code(
        "medical_record_prefixed",
        "MEDICAL_RECORD_NUMBER",
        rb"MRN-?[0-9]{5}",
        r"MRN-?[0-9]{5,10}",
        valid=0.8,
    ),
    code(
        "medical_record_beside_a_word",
        "MEDICAL_RECORD_NUMBER",
        rb"(?i:mrn|medical record|patient record)",
        r"(?:[A-Z]|MED-?|PT-?)[0-9]{6,10}",
        valid=0.24,
    ),
    labelled(
        "medical_record_korean",
        "MEDICAL_RECORD_NUMBER",
        r"(?:환자|의무기록|차트|병록|진료)[ ]?(?:등록)?[ ]?번호",
        r"[A-Z0-9][A-Z0-9-]{3,14}[0-9]",
        0.7,
    ),
    labelled(
        "health_insurance",
        "HEALTH_INSURANCE_ID",
        r"health insurance|insurance (?:member|policy|id)|(?:member|subscriber)[ _]?id|medicaid"
        r"|health[ _]plan(?:[ _]id)?",
        r"(?=[A-Z0-9-]{0,8}[0-9]{3})[A-Z0-9][A-Z0-9-]{5,17}[0-9A-Z]",
    ),
    number("au_medicare", "AU_MEDICARE", r"0000[ -]?0{5}[ -]?0(?:[- ]?0)?", au_medicare),
    labelled("nz_nhi", "NZ_NHI", r"\bnhi\b", r"[A-HJ-NP-Z]{3}[0-9]{4}"),
)
