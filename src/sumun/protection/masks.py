"""Masking: part of a value is hidden with ``*``, its shape stays.

Masking what is masked changes nothing, so every rule decides by position and shape alone and
counts ``*`` as the character it hides.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from sumun.detection.entities import ENTITIES

_HIDDEN: Final = "*"
_SEPARATORS: Final = frozenset(" \t\r\n-./:,;()+#@")
_FULLY_HIDDEN: Final = "********"

Mask = Callable[[str], str]


def mask(entity_type: str, value: str) -> str:
    """Hide part of a value, by its type; of a type without a rule everything is hidden."""
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
    """Keep the first character of each word: ``홍**``, ``J*** D**``."""
    shown = []
    at_start = True
    for position, character in enumerate(value):
        if character in _SEPARATORS:
            shown.append(character)
            at_start = True
            continue
        following = value[position + 1 : position + 2]
        has_more = bool(following) and following not in _SEPARATORS
        shown.append(character if at_start and has_more else _HIDDEN)
        at_start = False
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


def _hide(_value: str) -> str:
    return _FULLY_HIDDEN


_BY_TYPE: Final[dict[str, Mask]] = {
    "EMAIL_ADDRESS": _email,
    "PHONE_NUMBER": _phone,
    "PERSON": _name,
    "KR_RRN": partial(_keep, head=7, length=13),
    "KR_FRN": partial(_keep, head=7, length=13),
    "US_SSN": partial(_keep, tail=4, length=9),
    "CREDIT_CARD": partial(_keep, tail=4),
    "KR_BANK_ACCOUNT": partial(_keep, tail=4),
    "IBAN_CODE": partial(_keep, head=2, tail=4),
    "IP_ADDRESS": _ip_address,
    "MAC_ADDRESS": partial(_keep, head=6, length=12),
}
_BY_CATEGORY: Final[dict[str, Mask]] = {"credential": _hide}
