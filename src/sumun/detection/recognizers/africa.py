"""Africa: identity numbers."""

from sumun.detection.checksums import is_birthday, is_day, luhn, verhoeff
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import LETTER_DIGITS, code, labelled, number


def za_id(digits: str) -> bool:
    """Identity number of South Africa: birthday, citizenship, Luhn."""
    return is_birthday(digits[:6]) and digits[10] in "012" and luhn(digits)


def eg_nid(digits: str) -> bool:
    """Tell whether century, birthday and governorate of an Egyptian number can be."""
    century = {"2": 1900, "3": 2000}.get(digits[0])
    return (
        century is not None
        and is_day(century + int(digits[1:3]), int(digits[3:5]), int(digits[5:7]))
        and (1 <= int(digits[7:9]) <= 35 or digits[7:9] == "88")  # noqa: PLR2004 - governorates
    )


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("za_id", "ZA_ID_NUMBER", r"0{13}|0{6} 0000 0 0 0|0{6} 0000 000", za_id, valid=0.4),
    number("ng_nin", "NG_NIN", r"0{11}", verhoeff),
    number("ng_bvn", "NG_BVN", r"0{11}"),
    number("eg_nid", "EG_NID", r"0{14}", eg_nid, valid=0.4),
    number("ke_id", "KE_ID", r"0{7,8}"),
    code("gh_card", "GH_CARD", rb"GHA-?[0-9]{9}", r"GHA-?[0-9]{9}-?[0-9]", valid=0.8),
    labelled("ma_cin", "MA_CIN", r"\bcin\b|cnie|carte nationale", r"[A-Z]{1,2}[0-9]{5,7}"),
    code("ke_pin", "KE_PIN", LETTER_DIGITS, r"[AP][0-9]{9}[A-Z]", valid=0.4),
)
