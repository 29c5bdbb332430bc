"""Australia and New Zealand: tax and business numbers."""

from sumun.detection.checksums import dot
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import number


def au_abn(digits: str) -> bool:
    """Australian business number: the first digit less one, modulus 89."""
    total = dot(digits, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) - 10
    return digits[0] != "0" and total % 89 == 0


def au_acn(digits: str) -> bool:
    """Australian company number: weights 8 to 1, modulus 10."""
    return -dot(digits, range(8, 0, -1)) % 10 == int(digits[8])


def au_tfn(digits: str) -> bool:
    """Tax file number: modulus 11."""
    weights = (1, 4, 3, 7, 5, 8, 6, 9, 10) if len(digits) == 9 else (10, 7, 8, 4, 6, 3, 5, 1)  # noqa: PLR2004
    return dot(digits, weights) % 11 == 0


def nz_ird(digits: str) -> bool:
    """IRD number: modulus 11, worked out anew where the check would be 10."""
    padded = digits.zfill(9)
    if not 10_000_000 <= int(digits) <= 150_000_000:  # noqa: PLR2004 - what is issued
        return False
    check = -dot(padded, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    if check == 10:  # noqa: PLR2004 - has no digit
        check = -dot(padded, (7, 4, 3, 2, 5, 2, 7, 6)) % 11
    return check == int(padded[8])


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("au_abn", "AU_ABN", r"00 000 000 000|0{11}", au_abn),
    number("au_acn", "AU_ACN", r"000[ -]?000[ -]?000", au_acn),
    number("au_tfn", "AU_TFN", r"000[ -]?000[ -]?000|0{8}", au_tfn),
    number("nz_ird", "NZ_IRD", r"00?0?-?000-?000", nz_ird),
)
