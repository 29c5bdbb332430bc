"""Spain, Portugal, Italy, Greece, Malta and the Balkans: identity and tax numbers."""

from sumun.detection.checksums import (
    divisible,
    eleven,
    is_birthday,
    luhn,
    mod_11_10,
)
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import (
    DIGITS_LETTER,
    code,
    labelled,
    number,
)

_NIF = "TRWAGMYFPDXBNJZSQVHLCKE"


def es_nif(written: str) -> bool:
    """Número de identificación fiscal: the letter is the number modulo 23."""
    return _NIF[int(written[:-1]) % 23] == written[-1]


def es_nie(written: str) -> bool:
    """Número de identidad de extranjero: X, Y, Z stand for 0, 1, 2."""
    return es_nif(str("XYZ".index(written[0])) + written[1:])


def es_nuss(digits: str) -> bool:
    """Social security number of Spain: the last two are the others modulo 97."""
    province, serial = digits[:2], digits[2:10]
    body = int(province + serial) if serial[0] != "0" else int(province + serial[1:])
    return body % 97 == int(digits[10:])


pt_nif = eleven(9, 8, 7, 6, 5, 4, 3, 2, ten=0)
"""Número de identificação fiscal: modulus 11."""


def pt_cc(written: str) -> bool:
    """Cartão de cidadão: Luhn over letters and digits."""
    doubled = [int(each, 36) * 2 for each in written[-2::-2]]
    total = sum(value - 9 if value > 9 else value for value in doubled)  # noqa: PLR2004
    return (total + sum(int(each, 36) for each in written[-1::-2])) % 10 == 0


_ODD = (
    1,
    0,
    5,
    7,
    9,
    13,
    15,
    17,
    19,
    21,
    2,
    4,
    18,
    20,
    11,
    3,
    6,
    8,
    12,
    14,
    16,
    10,
    22,
    25,
    24,
    23,
)


def it_fiscal_code(written: str) -> bool:
    """Codice fiscale: characters in odd places count by a table of their own."""
    places = [int(each) if each.isdigit() else ord(each) - 65 for each in written[:15]]
    total = sum(_ODD[place] if n % 2 == 0 else place for n, place in enumerate(places))
    return chr(65 + total % 26) == written[15]


def it_vat_code(digits: str) -> bool:
    """Partita IVA: Luhn; offices are numbered up to 121 and from 888."""
    return digits[:7] != "0000000" and luhn(digits)


def gr_amka(digits: str) -> bool:
    """AMKA: birthday, then Luhn."""
    return is_birthday(digits[:6], "dmy") and luhn(digits)


def gr_afm(digits: str) -> bool:
    """AFM: powers of two, modulus 11."""
    total = sum(int(digit) << (8 - n) for n, digit in enumerate(digits[:8]))
    return digits != "0" * 9 and total % 11 % 10 == int(digits[8])


_jmbg = divisible(11, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def _is_jmbg(digits: str, regions: range) -> bool:
    """Tell whether day and month, region and check digit of a Yugoslav citizen number hold."""
    day, month = int(digits[:2]), int(digits[2:4])
    return (
        1 <= day <= 31  # noqa: PLR2004 - days
        and 1 <= month <= 12  # noqa: PLR2004 - months
        and int(digits[7:9]) in regions
        and _jmbg(digits)
    )


def si_emso(digits: str) -> bool:
    """EMŠO: birthday, regions 50 to 59, modulus 11."""
    return _is_jmbg(digits, range(50, 60))


def rs_jmbg(digits: str) -> bool:
    """JMBG of Serbia, Bosnia, Montenegro and North Macedonia: birthday, region, modulus 11."""
    return _is_jmbg(digits, range(100)) and not si_emso(digits)


RECOGNIZERS: tuple[Recognizer, ...] = (
    code(
        "es_nif",
        "ES_NIF",
        DIGITS_LETTER,
        r"[0-9]{8}-?[A-HJ-NP-TV-Z]",
        es_nif,
        valid=0.5,
        invalid=0.2,
    ),
    code(
        "es_nie",
        "ES_NIE",
        DIGITS_LETTER,
        r"[XYZ]-?[0-9]{7}-?[A-HJ-NP-TV-Z]",
        es_nie,
        valid=0.65,
        invalid=0.3,
    ),
    number("es_nuss", "ES_NUSS", r"00[ -]?0{8}[ -]?00", es_nuss),
    labelled("es_passport", "ES_PASSPORT", r"pasaporte(?: espa.?.?ol)?", r"[A-Z]{2,3}[0-9]{6}"),
    number("pt_nif", "PT_NIF", r"000 ?000 ?000", pt_nif),
    code(
        "pt_cc",
        "PT_CC",
        rb"[0-9]{8} ?[0-9] ?[A-Z][A-Z0-9][0-9]",
        r"[0-9]{8} ?[0-9] ?[A-Z][A-Z0-9][0-9]",
        pt_cc,
        valid=0.55,
    ),
    code(
        "it_fiscal_code",
        "IT_FISCAL_CODE",
        rb"[A-Za-z]{6}[0-9LMNP-V]{2}[A-Ta-t][0-9LMNP-V]{2}[A-Za-z][0-9LMNP-V]{3}[A-Za-z]",
        r"[A-Z]{6}[0-9LMNP-V]{2}[ABCDEHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]"
        r"|[a-z]{6}[0-9]{2}[a-z][0-9]{2}[a-z][0-9]{3}[a-z]",
        it_fiscal_code,
        valid=0.95,
        invalid=0.5,
    ),
    number("it_vat_code", "IT_VAT_CODE", r"0{11}", it_vat_code),
    labelled(
        "it_identity_card",
        "IT_IDENTITY_CARD",
        r"carta (?:d[i'] ?)?identit.{1,2}|italian id",
        r"[A-Z]{2}[0-9]{5}[A-Z]{2}|[A-Z]{2} ?[0-9]{7}|[0-9]{7}[A-Z]{2}",
    ),
    labelled("it_passport", "IT_PASSPORT", r"passaporto", r"[A-Z]{2}[0-9]{7}"),
    labelled(
        "it_driver_license",
        "IT_DRIVER_LICENSE",
        r"patente(?: di guida)?",
        r"[A-Z]{2}[0-9]{7}[A-Z]|U1[0-9A-Z]{7}[A-Z]",
    ),
    number("gr_amka", "GR_AMKA", r"0{11}", gr_amka),
    number("gr_afm", "GR_AFM", r"0{9}", gr_afm),
    code("mt_id", "MT_ID", DIGITS_LETTER, r"[0-9]{7}[MGAPLHBZ]", valid=0.2),
    number("hr_oib", "HR_OIB", r"0{11}", mod_11_10),
    number("si_emso", "SI_EMSO", r"0{13}", si_emso, valid=0.35),
    number("rs_jmbg", "RS_JMBG", r"0{13}", rs_jmbg, valid=0.35),
)
