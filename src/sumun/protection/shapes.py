"""Stand-ins that look like what they stand for, where a schema asks for the form.

None is ever somebody's: each lies in a range that is reserved, never given out or impossible.

=================  ==========================================================================
``EMAIL_ADDRESS``  ``NAME@tok.invalid`` (RFC 6761 §6.4: the domain never exists)
``PHONE_NUMBER``   ``+999…``, a country code that ITU-T E.164 has not assigned
``CREDIT_CARD``    begins with 9 (ISO/IEC 7812: no scheme's), and Luhn's check digit is wrong
``IBAN_CODE``      check digits ``00``, which ISO 7064 cannot give
``KR_RRN, _FRN``   month 99
``KR_BRN, _CORP``  offices 000 and 0000, which do not exist
``US_SSN``         area 000, never assigned
``DATE_OF_BIRTH``  the year is 7000 or later
``IP_ADDRESS``     240.0.0.0/4 (RFC 1112 §4), 2001:db8::/32 (RFC 3849)
=================  ==========================================================================

The digits after that are FF1 of the value's own, so that two values seldom meet; where they do,
the vault refuses. What such a stand-in means, only the vault knows.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from sumun.protection.ff1 import FF1

DOMAIN: Final = "tok.invalid"
_TRIES: Final = 24
_DIGITS: Final = re.compile(r"[0-9]")
_HEX: Final = 16
_FIRST_DAY: Final = date(7000, 1, 1)
_PHONE_SIZES: Final = (12, 9, 8, 7)

Encrypt = Callable[[str, str, int], str]
"""Encrypts digits under a tweak in a radix."""
Make = Callable[[str, Encrypt], Iterator[str]]


class Shape(NamedTuple):
    """A place that holds, or was meant to hold, such a stand-in.

    ``name`` is it without separators, by which the vault knows it. Where it is not ``reserved``
    it may as well be a value.
    """

    start: int
    end: int
    entity_type: str
    name: str
    reserved: bool


class ShapeCipher:
    """FF1 under one key, in the radixes that are needed."""

    def __init__(self, key: bytes) -> None:
        self._by_radix = {radix: FF1(key, radix) for radix in (10, _HEX)}

    def __call__(self, digits: str, tweak: str, radix: int = 10) -> str:
        """Return digits for digits."""
        return self._by_radix[radix].encrypt(digits, tweak.encode())


def make_shapes(entity_type: str, value: str, encrypt: Encrypt) -> Iterator[str]:
    """Yield stand-ins in the form of a value, the best first; none where there is no such form."""
    make = _MAKE.get(entity_type)
    if make is not None and value.isascii():
        yield from make(value, encrypt)


def find_shapes(text: str, entity_types: Callable[[str], bool]) -> Iterator[Shape]:
    """Yield the places of a text that are, or were meant as, such stand-ins of these types."""
    if entity_types("EMAIL_ADDRESS"):
        yield from _find_emails(text)
    if not _DIGITS.search(text):
        return
    for entity_type, pattern, reserved in _PATTERNS:
        if entity_types(entity_type):
            for match in pattern.finditer(text):
                yield Shape(*match.span(), entity_type, name_of(entity_type, match[0]), reserved)


def name_of(entity_type: str, text: str) -> str:
    """Return by which name the vault knows a stand-in, however it is written."""
    if entity_type == "EMAIL_ADDRESS":
        return text.partition("@")[0].lower()
    if entity_type in {"IP_ADDRESS", "DATE_OF_BIRTH"}:
        return text.lower()
    return "".join(filter(str.isalnum, text))


def _find_emails(text: str) -> Iterator[Shape]:
    for at in re.finditer(rf"@{re.escape(DOMAIN)}", text, re.IGNORECASE):
        before = text[max(0, at.start() - 80) : at.start()]
        local = before[len(before.rstrip(_LOCAL)) :]
        yield Shape(at.start() - len(local), at.end(), "EMAIL_ADDRESS", local.lower(), True)


_LOCAL: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"

# -- making -------------------------------------------------------------------------------------


def _number(
    value: str, encrypt: Encrypt, *, head: str, lengths: Sequence[int], luhn: bool = False
) -> Iterator[str]:
    """Put ``head`` in the place of the first digits, and encrypt the others."""
    digits = "".join(_DIGITS.findall(value))
    if len(digits) not in lengths or any(c.isalpha() for c in value):
        return
    kept = len(head)
    end = len(digits) - (1 if luhn else 0)
    middle, tweak = digits[kept:end], digits[:kept]
    for _ in range(_TRIES):
        middle = encrypt(middle, tweak, 10)
        made = head + middle
        yield _filled(value, made + _wrong_check_digit(made) if luhn else made)


def _wrong_check_digit(digits: str) -> str:
    """Return a digit that cannot be Luhn's (ISO/IEC 7812-1 annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2
        total += int(digit) if position % 2 else doubled - 9 * (doubled > 9)  # noqa: PLR2004
    return str((-total + 5) % 10)


def _filled(value: str, digits: str) -> str:
    """Write digits where a value has its own."""
    left = iter(digits)
    return _DIGITS.sub(lambda _: next(left), value)


def _phone(value: str, encrypt: Encrypt) -> Iterator[str]:
    digits = "".join(_DIGITS.findall(value))
    for plus in ("+", ""):
        for size in _PHONE_SIZES:
            padded = digits.zfill(size)
            tweak = f"{len(digits)}:{padded[:-size]}"
            yield f"{plus}999{encrypt(padded[-size:], tweak, 10)}"


def _iban(value: str, encrypt: Encrypt) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9 ]{11,40}", value):
        return
    body = value[4:]
    digits = "".join(_DIGITS.findall(body))
    enough = 6
    if len(digits) >= enough:
        letters = re.sub(r"[0-9 ]", "", value)
        for _ in range(_TRIES):
            digits = encrypt(digits, letters, 10)
            yield f"{value[:2]}00{_filled(body, digits)}"


def _date(value: str, encrypt: Encrypt) -> Iterator[str]:
    try:
        born = date.fromisoformat(value)
    except ValueError:
        return
    days = encrypt(f"{born.toordinal() % 10**6:06}", "", 10)
    yield (_FIRST_DAY + timedelta(int(days))).isoformat()


def _ip_address(value: str, encrypt: Encrypt) -> Iterator[str]:
    try:
        nibbles = ipaddress.ip_address(value).packed.hex()
    except ValueError:
        return
    head = "f" if len(nibbles) == 8 else "20010db8"  # noqa: PLR2004 - nibbles of IPv4
    kept = len(head)
    made = head + encrypt(nibbles[kept:], nibbles[:kept], _HEX)
    yield str(ipaddress.ip_address(bytes.fromhex(made)))


_MAKE: Final[dict[str, Make]] = {
    "PHONE_NUMBER": _phone,
    "CREDIT_CARD": partial(_number, head="9", lengths=range(13, 20), luhn=True),
    "IBAN_CODE": _iban,
    "KR_RRN": partial(_number, head="9999", lengths=(13,)),
    "KR_FRN": partial(_number, head="9999", lengths=(13,)),
    "KR_BRN": partial(_number, head="000", lengths=(10,)),
    "KR_CORP": partial(_number, head="0000", lengths=(13,)),
    "US_SSN": partial(_number, head="000", lengths=(9,)),
    "DATE_OF_BIRTH": _date,
    "IP_ADDRESS": _ip_address,
}

# -- finding ------------------------------------------------------------------------------------

_PATTERNS: Final = tuple(
    (entity_type, re.compile(pattern), reserved)
    for entity_type, pattern, reserved in (
        ("PHONE_NUMBER", r"\+999(?:[ -]?[0-9]){7,12}(?![0-9])", True),
        ("PHONE_NUMBER", r"(?<![0-9+])999[0-9]{7,12}(?![0-9])", False),
        ("CREDIT_CARD", r"(?<![0-9])9[0-9]{3}(?:[ -]?[0-9]{4}){3}(?![0-9])", True),
        ("CREDIT_CARD", r"(?<![0-9])9(?:[ -]?[0-9]){12,18}(?![0-9])", False),
        ("IBAN_CODE", r"(?<![A-Za-z0-9])[A-Z]{2}00(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])", True),
        ("KR_RRN", r"(?<![0-9])9999[0-9]{2}[ -]?[0-9]{7}(?![0-9])", True),
        ("KR_FRN", r"(?<![0-9])9999[0-9]{2}[ -]?[0-9]{7}(?![0-9])", True),
        ("KR_BRN", r"(?<![0-9])000-[0-9]{2}-[0-9]{5}(?![0-9])", True),
        ("KR_BRN", r"(?<![0-9])000[ -]?[0-9]{2}[ -]?[0-9]{5}(?![0-9])", False),
        ("KR_CORP", r"(?<![0-9])0000[0-9]{2}-[0-9]{7}(?![0-9])", True),
        ("KR_CORP", r"(?<![0-9])0000[0-9]{2}[ -]?[0-9]{7}(?![0-9])", False),
        ("US_SSN", r"(?<![0-9])000-[0-9]{2}-[0-9]{4}(?![0-9])", True),
        ("US_SSN", r"(?<![0-9])000[ -]?[0-9]{2}[ -]?[0-9]{4}(?![0-9])", False),
        ("DATE_OF_BIRTH", r"(?<![0-9])[789][0-9]{3}-[0-9]{2}-[0-9]{2}(?![0-9])", True),
        ("IP_ADDRESS", r"(?<![0-9.])2(?:4[0-9]|5[0-5])(?:\.[0-9]{1,3}){3}(?!\.?[0-9])", True),
        ("IP_ADDRESS", r"(?i)(?<![0-9a-f:])2001:db8:[0-9a-f:]{1,31}", False),
    )
)


# -- choosing -----------------------------------------------------------------------------------


def first_fitting(shapes: Iterator[str], fits: Callable[[str], bool]) -> str | None:
    """Return the first of a few stand-ins that fits, if any."""
    return next(filter(fits, islice(shapes, _TRIES)), None)
