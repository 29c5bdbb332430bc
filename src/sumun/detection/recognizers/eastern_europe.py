"""Poland, Czechia, Slovakia, Hungary, Romania, Bulgaria, and the lands east of them."""

from sumun.detection.checksums import (
    dot,
    is_birthday,
    is_day,
    remainder,
    two_passes,
)
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import DIGITS_SLASH_DIGITS, code, number


def pl_pesel(digits: str) -> bool:
    """PESEL: the century is in the month; weights 1 3 7 9, modulus 10."""
    month = int(digits[2:4]) % 20
    return is_day(2000 + int(digits[:2]), month, int(digits[4:6])) and -dot(
        digits, (1, 3, 7, 9) * 2 + (1, 3)
    ) % 10 == int(digits[10])


pl_nip = remainder(11, 6, 5, 7, 2, 3, 4, 5, 6, 7)
"""NIP: modulus 11."""


def pl_id_card(written: str) -> bool:
    """Dowód osobisty: three letters; the first digit is the check, weights 7 3 1."""
    total = sum(
        int(each, 36) * weight
        for each, weight in zip(written[:3] + written[4:], (7, 3, 1, 7, 3, 1, 7, 3), strict=True)
    )
    return total % 10 == int(written[3])


def birth_number(digits: str) -> bool:
    """Rodné číslo: women's months plus 50, more than there are days plus 20; divisible by 11."""
    month = int(digits[2:4]) % 50
    date = is_birthday(f"{digits[:2]}{month % 20 if month > 20 else month:02}{digits[4:6]}")  # noqa: PLR2004
    if len(digits) == 9:  # noqa: PLR2004 - before 1954
        return date
    return date and int(digits[:9]) % 11 % 10 == int(digits[9])


hu_taj = remainder(10, 3, 7, 3, 7, 3, 7, 3, 7)
"""TAJ szám: modulus 10."""


def hu_tax_id(digits: str) -> bool:
    """Adóazonosító jel: begins with 8, weights 1 to 9, modulus 11."""
    return digits[0] == "8" and dot(digits, range(1, 10)) % 11 == int(digits[9])


def hu_personal(digits: str) -> bool:
    """Személyi azonosító: sex and century, birthday, modulus 11."""
    up, down = dot(digits, range(1, 11)) % 11, dot(digits, range(10, 0, -1)) % 11
    return is_birthday(digits[1:7]) and int(digits[10]) in (up, down)


def ro_cnp(digits: str) -> bool:
    """Cod numeric personal: sex and century, birthday, county, modulus 11."""
    check = dot(digits, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return (
        digits[0] != "0"
        and is_birthday(digits[1:7])
        and (1 if check == 10 else check) == int(digits[12])  # noqa: PLR2004 - has no digit
    )


def bg_egn(digits: str) -> bool:
    """EGN: months plus 20 before 1900, plus 40 since 2000; modulus 11."""
    month = int(digits[2:4])
    century = 1800 if 20 < month < 40 else 2000 if month > 40 else 1900  # noqa: PLR2004
    day = is_day(century + int(digits[:2]), month % 20, int(digits[4:6]))
    return day and dot(digits, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(digits[9])


def ua_rnokpp(digits: str) -> bool:
    """RNOKPP: days since 1900, serial, modulus 11."""
    return dot(digits, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(digits[9])


_INN = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def ru_inn(digits: str) -> bool:
    """INN: one check digit for organisations, two for people, modulus 11."""
    if len(digits) == 10:  # noqa: PLR2004 - an organisation
        return dot(digits, _INN[2:]) % 11 % 10 == int(digits[9])
    return dot(digits, _INN[1:]) % 11 % 10 == int(digits[10]) and (
        dot(digits, _INN) % 11 % 10 == int(digits[11])
    )


def ru_snils(digits: str) -> bool:
    """SNILS: weights 9 to 1, modulus 101."""
    return dot(digits, range(9, 0, -1)) % 101 % 100 == int(digits[9:])


_IIN = tuple(range(1, 12))


def kz_iin(digits: str) -> bool:
    """IIN of Kazakhstan: birthday, century and sex, modulus 11 in two passes."""
    return is_birthday(digits[:6]) and two_passes(digits, 11, _IIN, (*_IIN[2:], 1, 2), third=-1)


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("pl_pesel", "PL_PESEL", r"0{11}", pl_pesel, valid=0.35),
    number("pl_nip", "PL_NIP", r"000-?000-?00-?00|0{10}", pl_nip),
    code(
        "pl_id_card",
        "PL_ID_CARD",
        rb"[A-Z]{3} ?[0-9]{6}",
        r"[A-Z]{3} ?[0-9]{6}",
        pl_id_card,
        valid=0.3,
    ),
    code(
        "cz_birth_number",
        "CZ_BIRTH_NUMBER",
        DIGITS_SLASH_DIGITS,
        r"[0-9]{6}/[0-9]{3,4}",
        birth_number,
        valid=0.65,
        invalid=0.25,
    ),
    number("cz_birth_number_bare", "CZ_BIRTH_NUMBER", r"0{10}", birth_number),
    number("sk_birth_number", "SK_BIRTH_NUMBER", r"0{10}", birth_number, valid=0.29),
    number("hu_taj", "HU_TAJ", r"000[- ]?000[- ]?000", hu_taj),
    number("hu_tax_id", "HU_TAX_ID", r"0{10}", hu_tax_id),
    number("hu_personal", "HU_PERSONAL_ID", r"0[- ]?0{6}[- ]?0000", hu_personal),
    number("ro_cnp", "RO_CNP", r"0{13}", ro_cnp, valid=0.4),
    number("bg_egn", "BG_EGN", r"0{10}", bg_egn),
    number("ua_rnokpp", "UA_RNOKPP", r"0{10}", ua_rnokpp),
    number("ru_inn", "RU_INN", r"0{12}|0{10}", ru_inn),
    number("ru_snils", "RU_SNILS", r"0{11}", ru_snils),
    number(
        "ru_snils_written", "RU_SNILS", r"000-000-000[ -]00", ru_snils, valid=0.75, invalid=0.35
    ),
    number("ru_passport", "RU_PASSPORT", r"00 ?00 ?0{6}"),
    number("kz_iin", "KZ_IIN", r"0{12}", kz_iin, valid=0.35),
)
