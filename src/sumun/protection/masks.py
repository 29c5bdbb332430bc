"""Masking: part of a value is hidden with ``*``, its shape stays.

Masking what is masked changes nothing, so every rule decides by position and shape alone and
counts ``*`` as the character it hides. What a rule does not recognise as its own it hides whole.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from sumun.detection.entities import ENTITIES
from sumun.protection.secret_masks import mask_secret

_HIDDEN: Final = "*"
_SEPARATORS: Final = frozenset(" \t\r\n-./:,;()+#@")
_WORDS: Final = re.compile(r"[^\s\-./:,;()+#@]+")
_EAST_ASIAN: Final = re.compile(r"[가-힣\u3040-\u30ff\u3400-\u9fff*]{2,}")
_REGION: Final = re.compile(r"[가-힣]{1,6}(?:시|도|구|군)")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_DATE_LENGTH: Final = 8

Mask = Callable[[str], str]


def mask(entity_type: str, value: str) -> str:
    """Hide part of a value, by its type.

    Of an identity number, an account or a record number the last four characters stay, if that is
    at most half; of a secret the prefix that says what kind it is; of a type of no category
    nothing.
    """
    rule = _BY_TYPE.get(entity_type)
    if rule is None:
        entity = ENTITIES.get(entity_type)
        rule = _BY_CATEGORY.get(entity.category, _keep) if entity else _keep
    return rule(value)


def _keep(value: str, *, head: int = 0, tail: int = 0, length: int | None = None) -> str:
    """Keep the first and last characters that are not separators, and hide the rest.

    A value of another ``length`` than its type has is hidden whole; so is, where the type has no
    fixed length, one so short that less than half of it would be hidden.
    """
    total = _length(value)
    fits = total >= 2 * (head + tail) if length is None else total == length
    if not fits:
        head = tail = 0
    return _hide_range(value, range(head, total - tail))


def _hide_range(value: str, hidden: range) -> str:
    """Hide the characters so numbered; separators are not counted and stay."""
    position = -1
    shown = []
    for character in value:
        if character not in _SEPARATORS:
            position += 1
            shown.append(_HIDDEN if position in hidden else character)
        else:
            shown.append(character)
    return "".join(shown)


def _length(value: str) -> int:
    return sum(character not in _SEPARATORS for character in value)


def _email(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not at:
        return _keep(value)
    first = local[0] if len(local) > 1 and local[0] != _HIDDEN else ""
    return f"{first}***@{domain}"


def _phone(value: str) -> str:
    """Hide the four digits before the last four: ``010-****-5678``."""
    total = _length(value)
    long_enough = 8
    return _hide_range(value, range(total - 8, total - 4)) if total >= long_enough else _keep(value)


def _name(value: str) -> str:
    """Hide the inside of a name: ``홍*동``, ``J*** D**``."""
    return _WORDS.sub(_name_word, value)


def _name_word(match: re.Match[str]) -> str:
    word = match[0]
    if len(word) == 1:
        return _HIDDEN
    last = word[-1] if len(word) > 2 and _EAST_ASIAN.fullmatch(word) else _HIDDEN  # noqa: PLR2004
    return word[0] + _HIDDEN * (len(word) - 2) + last


def _address(value: str) -> str:
    """Keep the region: ``서울특별시 강남구 **** ***``, ``*** ***** ******, London``."""
    regions_at = value.rpartition(",")[0]

    def word(match: re.Match[str]) -> str:
        written = match[0]
        after_comma = bool(regions_at) and match.start() > len(regions_at) and written.isalpha()
        kept = _REGION.fullmatch(written) or (after_comma and written.isascii())
        return written if kept else _HIDDEN * len(written)

    return _WORDS.sub(word, value)


def _date(value: str) -> str:
    """Keep the year: ``1990-**-**``."""
    return _WORDS.sub(_date_word, value)


def _date_word(match: re.Match[str]) -> str:
    word = match[0]
    unit = word[-1] if word[-1] in "년월일" else ""
    digits = word[: len(word) - len(unit)]
    year = digits[:4] if len(digits) in {4, _DATE_LENGTH} and _YEAR.match(digits) else ""
    return year + _HIDDEN * (len(digits) - len(year)) + unit


def _coordinates(value: str) -> str:
    """Keep whole degrees: ``37.****, 126.****``."""
    if "." not in value:
        return _keep(value)
    shown = []
    in_fraction = False
    for character in value:
        in_fraction = character == "." or (in_fraction and character not in " ,;/")
        plain = character in _SEPARATORS or (character in "0123456789" and not in_fraction)
        shown.append(character if plain else _HIDDEN)
    return "".join(shown)


def _ip_address(value: str) -> str:
    """Keep the network half: ``192.168.*.*``, ``2001:db8:*:*``."""
    separator, most = (":", 4) if value.count(":") > 1 else (".", 3)
    parts = value.split(separator)
    network = parts[:2]
    if len(parts) < 3 or not all(_is_group(part, most) for part in network):  # noqa: PLR2004
        return _keep(value)
    return separator.join([*network, *(_HIDDEN if part else "" for part in parts[2:])])


def _is_group(part: str, most: int) -> bool:
    return len(part) <= most and all(digit in "0123456789abcdefABCDEF" for digit in part)


def _plate(value: str) -> str:
    """Hide the four characters that tell one vehicle from another: ``12가 ****``."""
    total = _length(value)
    shortest = 6
    return _hide_range(value, range(total - 4 if total >= shortest else 0, total))


_LAST_FOUR: Final[Mask] = partial(_keep, tail=4)
_LAST_TWO: Final[Mask] = partial(_keep, tail=2)

_BORN: Final = (
    "DK_CPR",
    "SE_PERSONNUMMER",
    "NO_FNR",
    "FI_PERSONAL_IDENTITY_CODE",
    "IS_KT",
    "EE_IK",
    "LV_PK",
    "LT_AK",
    "PL_PESEL",
    "CZ_BIRTH_NUMBER",
    "SK_BIRTH_NUMBER",
    "HU_PERSONAL_ID",
    "RO_CNP",
    "BG_EGN",
    "SI_EMSO",
    "RS_JMBG",
    "BE_NRN",
    "FR_NIR",
    "LU_NIN",
    "AT_SVNR",
    "GR_AMKA",
    "IT_FISCAL_CODE",
    "ES_NUSS",
    "MX_CURP",
    "MX_RFC",
    "KZ_IIN",
    "KW_CIVIL_ID",
    "EG_NID",
    "ZA_ID_NUMBER",
    "CN_RIC",
    "MY_NRIC",
    "ID_NIK",
    "LK_NIC",
    "DE_SOCIAL_SECURITY",
    "UA_RNOKPP",
    "BR_CPF",
)
"""Their last four are most of what a date of birth, known from elsewhere, leaves secret."""

_BY_TYPE: Final[dict[str, Mask]] = dict.fromkeys(_BORN, _LAST_TWO) | {
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER": _phone,
    "PERSON": _name,
    "LOCATION": _address,
    "DATE_OF_BIRTH": _date,
    "COORDINATES": _coordinates,
    "KR_RRN": partial(_keep, head=7, length=13),
    "KR_FRN": partial(_keep, head=7, length=13),
    "KR_BRN": partial(_keep, head=5, length=10),
    "KR_CORP": partial(_keep, head=6, length=13),
    "KR_VEHICLE": _plate,
    "UK_VEHICLE_REGISTRATION": _plate,
    "IN_VEHICLE_REGISTRATION": _plate,
    "US_SSN": partial(_keep, tail=4, length=9),
    "IBAN_CODE": partial(_keep, head=2, tail=4),
    "SWIFT_CODE": partial(_keep, head=4),
    "CRYPTO": partial(_keep, head=4, tail=4),
    "IP_ADDRESS": _ip_address,
    "MAC_ADDRESS": partial(_keep, head=6, length=12),
}
_BY_CATEGORY: Final[dict[str, Mask]] = {
    "government_id": _LAST_FOUR,
    "financial": _LAST_FOUR,
    "health": _LAST_FOUR,
    "credential": mask_secret,
}
