"""Singapore, Malaysia, Indonesia, the Philippines, Thailand and Vietnam: identity numbers."""

from sumun.detection.checksums import dot, is_birthday, remainder
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import code, labelled, number

_NRIC = {"S": (0, "JZIHGFEDCBA"), "T": (4, "JZIHGFEDCBA"), "F": (0, "XWUTRQPNMLK")}
_NRIC |= {"G": (4, "XWUTRQPNMLK"), "M": (3, "KLJNPQRTUWX"[::-1])}


def sg_nric_fin(written: str) -> bool:
    """NRIC and FIN: weights 2765432, an offset and letters by kind of holder."""
    offset, letters = _NRIC[written[0]]
    place = (offset + dot(written[1:], (2, 7, 6, 5, 4, 3, 2))) % 11
    if written[0] == "M":
        place = 10 - place
        return "KLJNPQRTUWX"[place] == written[8]
    return letters[place] == written[8]


def my_nric(digits: str) -> bool:
    """MyKad: birthday, place of birth."""
    return is_birthday(digits[:6]) and digits[6:8] not in ("00", "17", "18", "19", "20", "69", "70")


def id_nik(digits: str) -> bool:
    """NIK: province, regency, district, birthday with 40 added to women's days."""
    day = int(digits[6:8])
    six = f"{day - 40 if day > 40 else day:02}{digits[8:12]}"  # noqa: PLR2004
    return 11 <= int(digits[:2]) <= 96 and is_birthday(six, "dmy") and digits[12:] != "0000"  # noqa: PLR2004


def th_tnin(digits: str) -> bool:
    """National identification number of Thailand: weights 13 to 2, modulus 11."""
    check = (11 - dot(digits, range(13, 1, -1)) % 11) % 10
    return digits[0] in "12345678" and check == int(digits[12])


ph_tin = remainder(11, 9, 8, 7, 6, 5, 4, 3, 2)
"""Taxpayer number of the Philippines: modulus 11; a branch may follow."""


def vn_cccd(digits: str) -> bool:
    """Citizen card of Vietnam: province, sex and century."""
    return 1 <= int(digits[:3]) <= 96  # noqa: PLR2004 - provinces


RECOGNIZERS: tuple[Recognizer, ...] = (
    code(
        "sg_nric_fin",
        "SG_NRIC_FIN",
        rb"[STFGMstfgm][0-9]{7}[A-Za-z]",
        r"(?i:[STFGM][0-9]{7}[A-Z])",
        sg_nric_fin,
        valid=0.6,
        invalid=0.3,
    ),
    labelled(
        "sg_uen",
        "SG_UEN",
        r"\buen\b|unique entity number",
        r"[0-9]{8,9}[A-Z]|[TSR][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z]",
    ),
    number("my_nric", "MY_NRIC", r"0{12}", my_nric),
    number("my_nric_written", "MY_NRIC", r"0{6}-00-0000", my_nric, valid=0.45),
    number("id_nik", "ID_NIK", r"0{16}", id_nik),
    number("ph_tin", "PH_TIN", r"000-?000-?000(?:-?000|-?0{5})?", ph_tin),
    number("ph_sss", "PH_SSS", r"00-0{7}-0|0{10}"),
    number("ph_philsys", "PH_PHILSYS", r"0000-0000-0000(?:-0000)?|0{12}|0{16}"),
    number("ph_umid", "PH_UMID", r"0000-0{7}-0"),
    number("th_tnin", "TH_TNIN", r"0{13}|0[- ]0000[- ]0{5}[- ]00[- ]0", th_tnin, valid=0.4),
    number("vn_cccd", "VN_CCCD", r"0{12}|0{9}", vn_cccd),
)
