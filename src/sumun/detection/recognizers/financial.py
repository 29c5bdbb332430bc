"""Payment cards, bank accounts and banks."""

import re

from sumun.detection.checksums import dot, luhn
from sumun.detection.recognizer import (
    NumberRecognizer,
    PatternRecognizer,
    Recognizer,
)
from sumun.detection.recognizers.counted import is_counted
from sumun.detection.recognizers.identity import labelled, number

# ISO/IEC 7812 issuer ranges with the lengths they are issued in.
_MAJOR = re.compile(
    r"4(?:\d{15})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|35(?:2[89]|[3-8]\d)\d{12}|(?:5[06-9]|6\d)\d{14}"
)
_OTHER = re.compile(
    r"4\d{12}(?:\d{6})?|(?:5[06-9]|6\d)\d{10,17}|1\d{14}|(?:2131|1800)\d{11}|[39]\d{15}"
)


_GROUPED = re.compile(r"\d{4}(?:[- ]\d{4}){3}")
_BARE = 0.45
_UNLABELLED = 0.65


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
        return _BARE if major else 0.35
    return 0.25 if grouped else 0.18


def _unlabelled_card(match: re.Match[str]) -> float:
    """Score bare digits by the word before them, which may name what machines count."""
    digits = match["value"]
    if not _MAJOR.fullmatch(digits) or not luhn(digits) or len(set(digits)) == 1:
        return 0.0
    return 0.0 if is_counted(match.string, match.start()) else _UNLABELLED


# Country and length: ISO 13616 registry, release 99.
_IBAN_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO",
        "16": "BE",
        "18": "DK FI FK FO GL NL SD",
        "19": "MK SI",
        "20": "AT BA EE KZ LT LU MN XK",
        "21": "CH HR LI LV",
        "22": "BG BH CR DE GB GE IE ME RS VA",
        "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST",
        "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HN HU LB NI PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU YE",
        "31": "MT SC",
        "32": "LC",
        "33": "RU",
    }.items()
    for country in countries.split()
}
_LETTERS = {ord("A") + n: str(10 + n) for n in range(26)}


_IBAN = "|".join(
    rf"(?i:{'|'.join(c for c, n in _IBAN_LENGTHS.items() if n == length)})[0-9]{{2}}"
    rf"(?: ?[A-Za-z0-9]){{{length - 4}}}"
    for length in sorted(set(_IBAN_LENGTHS.values()))
)


def _iban(match: re.Match[str]) -> float:
    value = match["value"].replace(" ", "").upper()
    return 0.95 if int((value[4:] + value[:4]).translate(_LETTERS)) % 97 == 1 else 0.25


def aba_routing(digits: str) -> bool:
    """Tell whether a routing number has a Federal Reserve district and its check digit."""
    district = int(digits[:2])
    issued = district <= 12 or 21 <= district <= 32 or 61 <= district <= 72 or district == 80  # noqa: PLR2004
    return issued and digits != "0" * 9 and dot(digits, (3, 7, 1) * 3) % 10 == 0


# ISO 3166-1, and XK, which banks use.
_CODES = """
    AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ
    BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM
    DO DZ EC EE EG ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT
    GU GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR
    KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM
    PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR SS ST SV SX
    SY SZ TC TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF
    WS XK YE YT ZA ZM ZW
"""
_COUNTRIES = frozenset(_CODES.split())


def _swift(match: re.Match[str]) -> float:
    """Score by the country in the middle; without a word beside it, it is a word itself."""
    return 0.7 if match["value"][4:6] in _COUNTRIES else 0.0


RECOGNIZERS: tuple[Recognizer, ...] = (
    NumberRecognizer(
        name="card",
        entity_type="CREDIT_CARD",
        shape=(
            r"0{4}[- ]{1,3}0{4}[- ]{1,3}0{4}[- ]{1,3}0{4}(?:[- ]0{1,3})?"
            r"|0{4}[- ]0{6}[- ]0{4,5}|0{12,19}"
        ),
        judge=_card,
        ceiling=0.9,
        bare_ceiling=_BARE,
    ),
    PatternRecognizer(
        name="card_unlabelled",
        entity_type="CREDIT_CARD",
        trigger=rb"[2-6][0-9]{13}",
        pattern=re.compile(
            r"(?<![0-9A-Za-z_.+/-])(?P<value>[2-6][0-9]{13,15})(?![0-9A-Za-z_/]|[.,-][0-9A-Za-z])"
        ),
        judge=_unlabelled_card,
    ),
    PatternRecognizer(
        name="iban",
        entity_type="IBAN_CODE",
        trigger=rb"[A-Za-z]{2}[0-9]{2} ?[A-Za-z0-9]{4} ?[A-Za-z0-9]{4} ?[A-Za-z0-9]{3}",
        pattern=re.compile(rf"(?<![A-Za-z0-9])(?P<value>{_IBAN})(?![A-Za-z0-9])"),
        judge=_iban,
        context=True,
        anchored=True,
    ),
    number("aba_routing", "ABA_ROUTING_NUMBER", r"0{9}|0000-0000-0", aba_routing),
    labelled(
        "bank_account_labelled",
        "US_BANK_NUMBER",
        r"(?:bank|checking|savings|deposit)[ _-]?(?:account|acct)|account[ _-]?(?:number|no)|acct",
        r"[0-9]{8,17}",
        0.52,
    ),
    PatternRecognizer(
        name="swift",
        entity_type="SWIFT_CODE",
        trigger=rb"(?i:swift|\bbic\b|bank identifier)",
        pattern=re.compile(
            r"(?i:swift|\bbic\b|bank identifier)[^\n\x1e]{0,24}?"
            r"(?<![A-Za-z0-9])(?P<value>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![A-Za-z0-9])"
        ),
        judge=_swift,
        labelled=True,
    ),
)
