"""Check digits: the arithmetic that identity, account and card numbers share.

Every function takes the characters of one number without separators and tells whether they agree.
"""

from collections.abc import Callable, Iterable
from operator import mul

_DOUBLED = str.maketrans("0123456789", "0246813579")


def luhn(digits: str) -> bool:
    """Tell whether the check digit holds (ISO/IEC 7812-1, annex B)."""
    total = sum(map(int, digits[-1::-2]))
    return (total + sum(map(int, digits[-2::-2].translate(_DOUBLED)))) % 10 == 0


def dot(digits: Iterable[str], weights: Iterable[int]) -> int:
    """Return the sum of the digits, each times its weight, as far as there are weights."""
    return sum(map(mul, weights, map(int, digits)))  # weights first: letters may stand behind


def eleven(*weights: int, ten: int | None = None) -> Callable[[str], bool]:
    """Return a check that the digit after the weighted ones makes the sum divisible by 11.

    ``ten`` is what is written where the check digit would be 10; ``None`` means that no such
    number is issued.
    """

    def holds(digits: str) -> bool:
        check = -dot(digits, weights) % 11
        if check == 10:  # noqa: PLR2004 - has no digit
            if ten is None:
                return False
            check = ten
        return check == int(digits[len(weights)])

    return holds


def remainder(modulus: int, *weights: int) -> Callable[[str], bool]:
    """Return a check that the last digit is the weighted sum's remainder, and of that its last."""

    def holds(digits: str) -> bool:
        return dot(digits, weights) % modulus % 10 == int(digits[len(weights)])

    return holds


def divisible(modulus: int, *weights: int) -> Callable[[str], bool]:
    """Return a check that the weighted sum of all digits is divisible."""

    def holds(digits: str) -> bool:
        return dot(digits, weights) % modulus == 0

    return holds


def mod_11_10(digits: str) -> bool:
    """Tell whether the check digit holds (ISO/IEC 7064, MOD 11,10)."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (product + int(digits[-1])) % 10 == 1


def mod_11_2(code: str) -> bool:
    """Tell whether the check character, a digit or X, holds (ISO/IEC 7064, MOD 11-2)."""
    total = 0
    for digit in code[:-1]:
        total = (total + int(digit)) * 2 % 11
    return (total + (10 if code[-1] in "Xx" else int(code[-1]))) % 11 == 1


def mod_97_10(code: str) -> bool:
    """Tell whether letters and digits, check digits last, hold (ISO/IEC 7064, MOD 97-10)."""
    return int("".join(str(int(character, 36)) for character in code)) % 97 == 1


def two_passes(
    digits: str, length: int, first: tuple[int, ...], second: tuple[int, ...], third: int = 0
) -> bool:
    """Tell whether a check digit holds that is worked out anew where it would be 10."""
    check = dot(digits[:length], first) % 11
    if check == 10:  # noqa: PLR2004 - has no digit
        check = dot(digits[:length], second) % 11
    return (third if check == 10 else check) == int(digits[length])  # noqa: PLR2004


_VERHOEFF_PRODUCT = tuple(
    tuple(int(digit) for digit in row)
    for row in (
        *("0123456789", "1234067895", "2340178956", "3401289567", "4012395678"),
        *("5987604321", "6598710432", "7659821043", "8765932104", "9876543210"),
    )
)
_VERHOEFF_TURN = tuple(
    tuple(int(digit) for digit in row)
    for row in (
        *("0123456789", "1576283094", "5803796142", "8916043527"),
        *("9453126870", "4286573901", "2793806415", "7046913258"),
    )
)


def verhoeff(digits: str) -> bool:
    """Tell whether the check digit holds (Verhoeff, 1969: the group of the pentagon)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _VERHOEFF_PRODUCT[check][_VERHOEFF_TURN[place % 8][int(digit)]]
    return check == 0


def is_day(year: int, month: int, day: int) -> bool:
    """Tell whether there is such a day."""
    if not 1 <= month <= 12 or day < 1:  # noqa: PLR2004 - months
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (29 if month == 2 and leap else _DAYS[month])  # noqa: PLR2004 - February


_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_birthday(six: str, order: str = "ymd") -> bool:
    """Tell whether six digits can be a birthday in some century, ``ymd`` or ``dmy``."""
    year, month, day = int(six[:2]), int(six[2:4]), int(six[4:])
    if order == "dmy":
        year, day = day, year
    return is_day(2000 + year, month, day)
