"""France, Benelux, Germany, Austria and Switzerland: identity, tax and insurance numbers."""

from collections import Counter

from sumun.detection.checksums import (
    divisible,
    dot,
    is_birthday,
    is_day,
    luhn,
    mod_11_10,
    verhoeff,
)
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import (
    LETTER_DIGITS,
    code,
    labelled,
    number,
)


def fr_nir(written: str) -> bool:
    """Numéro d'inscription au répertoire: 97 less the remainder; 2A and 2B are Corsica."""
    digits = written.replace("2A", "19").replace("2B", "18")
    return digits[0] in "123478" and 97 - int(digits[:13]) % 97 == int(digits[13:])


def fr_spi(digits: str) -> bool:
    """Numéro fiscal: the last three digits are the first ten modulo 511."""
    return digits[0] in "0123" and int(digits[:10]) % 511 == int(digits[10:])


def be_nrn(digits: str) -> bool:
    """Rijksregisternummer: 97 less the remainder; a 2 stands before those born since 2000."""
    body, check = int(digits[:9]), int(digits[9:])
    return check in (97 - body % 97, 97 - (2_000_000_000 + body) % 97)


nl_bsn = divisible(11, 9, 8, 7, 6, 5, 4, 3, 2, -1)
"""Burgerservicenummer: the eleven test."""


def lu_nin(digits: str) -> bool:
    """Matricule: birthday, then one Luhn and one Verhoeff digit over the same eleven."""
    return luhn(digits[:12]) and verhoeff(digits[:11] + digits[12])


def de_tax_id(digits: str) -> bool:
    """Identifikationsnummer: one digit occurs twice or thrice among the first ten, MOD 11,10."""
    most = max(Counter(digits[:10]).values())
    return digits[0] != "0" and most <= 3 and mod_11_10(digits)  # noqa: PLR2004


_VSNR = (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)


def de_social_security(written: str) -> bool:
    """Versicherungsnummer: office, birthday, initial, serial; weighted digit sums."""
    digits = f"{written[:8]}{ord(written[8]) - 64:02}{written[9:]}"
    total = sum(sum(divmod(int(digit) * w, 10)) for digit, w in zip(digits, _VSNR, strict=False))
    day = int(written[2:4])
    return 1 <= day % 50 <= 31 and total % 10 == int(written[11])  # noqa: PLR2004 - days


def de_health_insurance(written: str) -> bool:
    """Krankenversichertennummer: the letter as two digits, then Luhn from the left."""
    digits = f"{ord(written[0]) - 64:02}{written[1:9]}"
    total = sum(sum(divmod(int(each) * (1 + n % 2), 10)) for n, each in enumerate(digits))
    return total % 10 == int(written[9])


def at_svnr(digits: str) -> bool:
    """Sozialversicherungsnummer: the fourth digit is the check, a birthday follows."""
    total = dot(digits[:3] + digits[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6))
    return digits[0] != "0" and total % 11 == int(digits[3]) and 1 <= int(digits[6:8]) <= 15  # noqa: PLR2004 - months, and three more


def ch_ahv(digits: str) -> bool:
    """AHV number: the country 756, then an EAN-13 check digit."""
    return digits[:3] == "756" and -dot(digits, (1, 3) * 6) % 10 == int(digits[12])


_DE_DOCUMENT = r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}D?"


def _lu_nin_or_date(digits: str) -> bool:
    return lu_nin(digits) and is_day(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))


def _be_nrn(digits: str) -> bool:
    return be_nrn(digits) and is_birthday(digits[:6])


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("fr_nir", "FR_NIR", r"0 ?00 ?00 ?00 ?000 ?000 ?00", fr_nir, valid=0.45),
    code(
        "fr_nir_corsica",
        "FR_NIR",
        rb"[0-9]{2} ?2[AB] ?[0-9]{3}",
        r"[12] ?[0-9]{2} ?[0-9]{2} ?2[AB] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        fr_nir,
        valid=0.85,
        invalid=0.4,
    ),
    number("fr_spi", "FR_SPI", r"00 ?00 ?000 ?000 ?000", fr_spi),
    number("be_nrn", "BE_NRN", r"0{6}-?000-?00", _be_nrn),
    number("be_nrn_written", "BE_NRN", r"00\.00\.00-000\.00", _be_nrn, valid=0.9, invalid=0.55),
    number("nl_bsn", "NL_BSN", r"0{9}|0000\.00\.000|000 000 000", nl_bsn),
    number("lu_nin", "LU_NIN", r"0{13}|0{8} 0{5}|0000 00 00 000 00", _lu_nin_or_date),
    number("de_tax_id", "DE_TAX_ID", r"0{11}|00 000 000 000", de_tax_id),
    labelled(
        "de_id_card",
        "DE_ID_CARD",
        r"personalausweis|ausweis|german id|id card",
        _DE_DOCUMENT,
    ),
    labelled("de_passport", "DE_PASSPORT", r"reisepass|pass-nr|passnummer", _DE_DOCUMENT),
    code(
        "de_social_security",
        "DE_SOCIAL_SECURITY",
        rb"[0-9]{6} ?[A-Z] ?[0-9]{3}",
        r"[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}",
        de_social_security,
        valid=0.65,
        invalid=0.25,
    ),
    code(
        "de_health_insurance",
        "DE_HEALTH_INSURANCE",
        LETTER_DIGITS,
        r"[A-Z][0-9]{9}",
        de_health_insurance,
        valid=0.35,
    ),
    number("at_svnr", "AT_SVNR", r"0000 ?0{6}", at_svnr),
    number("ch_ahv", "CH_AHV", r"0{13}", ch_ahv, valid=0.35),
    number("ch_ahv_written", "CH_AHV", r"000[. ]0000[. ]0000[. ]00", ch_ahv, valid=0.9),
)
