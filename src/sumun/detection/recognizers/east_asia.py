"""China, Hong Kong, Macau, Taiwan and Japan: identity numbers."""

from sumun.detection.checksums import dot, is_day, mod_11_2
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import (
    DIGITS_LETTER,
    LETTER_DIGITS,
    code,
    labelled,
    number,
)

_PROVINCES = frozenset(
    (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    )
)


def cn_ric(written: str) -> bool:
    """Resident identity card: province, birthday, MOD 11-2."""
    year = int(written[6:10])
    return (
        int(written[:2]) in _PROVINCES
        and 1900 <= year <= 2040  # noqa: PLR2004 - years of birth of the living
        and is_day(year, int(written[10:12]), int(written[12:14]))
        and mod_11_2(written)
    )


_CITIES = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def tw_nid(written: str) -> bool:
    """National identification card and resident certificate of Taiwan: modulus 10."""
    city = _CITIES.index(written[0]) + 10
    return (city // 10 + city % 10 * 9 + dot(written[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def hk_hkid(written: str) -> bool:
    """Identity card of Hong Kong: weights 9 to 2, a blank counts 36, modulus 11."""
    body = written[:-1].rjust(8)
    total = sum((36 if each == " " else int(each, 36)) * (9 - n) for n, each in enumerate(body))
    return "0123456789A"[-total % 11] == written[-1]


def jp_my_number(digits: str) -> bool:
    """My Number: weights 6 to 2 and 7 to 2, modulus 11."""
    rest = dot(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if rest < 2 else 11 - rest) == int(digits[11])  # noqa: PLR2004


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("cn_ric", "CN_RIC", r"0{18}", cn_ric, valid=0.8, invalid=0.2),
    code(
        "cn_ric_x",
        "CN_RIC",
        DIGITS_LETTER,
        r"[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[Xx]",
        cn_ric,
        valid=0.9,
        invalid=0.5,
    ),
    code(
        "tw_nid",
        "TW_NID",
        LETTER_DIGITS,
        r"[A-Z][1289][0-9]{8}",
        tw_nid,
        valid=0.42,
    ),
    code(
        "hk_hkid",
        "HK_HKID",
        LETTER_DIGITS,
        r"[A-Z]{1,2}[0-9]{6}\([0-9A]\)",
        hk_hkid,
        valid=0.85,
        invalid=0.5,
    ),
    code("hk_hkid_bare", "HK_HKID", LETTER_DIGITS, r"[A-Z]{1,2}[0-9]{6}[0-9A]", hk_hkid),
    code("mo_bir", "MO_BIR", rb"[157][0-9]{6}\([0-9]\)", r"[157][0-9]{6}\([0-9]\)", valid=0.45),
    number("jp_my_number", "JP_MY_NUMBER", r"0000[- ]?0000[- ]?0000", jp_my_number),
    labelled(
        "jp_passport",
        "JP_PASSPORT",
        r"旅券番号|パスポート(?:番号)?|japanese passport",
        r"[A-Z]{2}[0-9]{7}",
    ),
)
