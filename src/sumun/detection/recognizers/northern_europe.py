"""The Nordic and Baltic countries: identity numbers."""

from sumun.detection.checksums import dot, is_birthday, luhn, two_passes
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import code, number


def dk_cpr(digits: str) -> bool:
    """CPR number: birthday; the modulus 11 of old is no longer kept since 2007."""
    return is_birthday(digits[:6], "dmy")


def se_personnummer(digits: str) -> bool:
    """Personnummer or samordningsnummer (day plus 60): birthday, then Luhn."""
    ten = digits[-10:]
    day = int(ten[4:6])
    return is_birthday(f"{ten[:4]}{day - 60 if day > 60 else day:02}") and luhn(ten)  # noqa: PLR2004


def se_organisationsnummer(digits: str) -> bool:
    """Organisationsnummer: the third digit is at least 2, then Luhn."""
    ten = digits[-10:]
    return ten[2] >= "2" and luhn(ten)


def no_fnr(digits: str) -> bool:
    """Fødselsnummer: birthday (day plus 40 for D numbers), two check digits, modulus 11."""
    day = int(digits[:2])
    return (
        is_birthday(f"{day - 40 if day > 40 else day:02}{digits[2:6]}", "dmy")  # noqa: PLR2004
        and dot(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
        and dot(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    )


_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def fi_hetu(written: str) -> bool:
    """Henkilötunnus: birthday, individual number, the remainder by 31 as a character."""
    six, rest = written[:6], written[6:]
    if rest[0].isalpha():  # the sign of the century
        rest = rest[1:]
    return is_birthday(six, "dmy") and _HETU[int(six + rest[:3]) % 31] == rest[3]


def is_kt(digits: str) -> bool:
    """Kennitala: birthday (day plus 40 for companies), modulus 11, the century last."""
    day = int(digits[:2])
    return (
        is_birthday(f"{day % 40 if day > 40 else day:02}{digits[2:6]}", "dmy")  # noqa: PLR2004
        and digits[9] in "890"
        and dot(digits, (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    )


_FIRST = (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)


def baltic(digits: str) -> bool:
    """Isikukood and asmens kodas: sex and century, birthday, modulus 11 in two passes."""
    return (
        digits[0] in "12345678"
        and is_birthday(digits[1:7])
        and two_passes(digits, 10, _FIRST, _SECOND)
    )


def lv_pk(digits: str) -> bool:
    """Personas kods: birthday and check digit; those since 2017 begin with 32 and are random."""
    if digits[:2] == "32":
        return True
    total = dot(digits, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))
    return is_birthday(digits[:6], "dmy") and (1 + total) % 11 % 10 == int(digits[10])


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("dk_cpr", "DK_CPR", r"0{6}-?0000", dk_cpr),
    number("se_personnummer", "SE_PERSONNUMMER", r"(?:00)?0{6}-?0000", se_personnummer),
    code(
        "se_personnummer_old",
        "SE_PERSONNUMMER",
        rb"[0-9]{6}\+[0-9]{4}",
        r"(?:[0-9]{2})?[0-9]{6}\+[0-9]{4}",
        se_personnummer,
        valid=0.5,
    ),
    number(
        "se_organisationsnummer",
        "SE_ORGANISATIONSNUMMER",
        r"(?:00)?0{6}-?0000",
        se_organisationsnummer,
    ),
    number("no_fnr", "NO_FNR", r"0{6} ?0{5}", no_fnr, valid=0.4),
    code(
        "fi_hetu",
        "FI_PERSONAL_IDENTITY_CODE",
        rb"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y](?:[^0-9A-Za-z_]|$)",
        r"[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]",
        fi_hetu,
        valid=0.75,
        invalid=0.22,
    ),
    number("is_kt", "IS_KT", r"0{6}-?0000", is_kt),
    number("ee_ik", "EE_IK", r"0{11}", baltic, valid=0.32),
    number("lt_ak", "LT_AK", r"0{11}", baltic, valid=0.32),
    number("lv_pk", "LV_PK", r"0{6}-?0{5}", lv_pk),
)
