"""Checksums that issuers put into their tokens, so that nobody need ask them.

GitHub (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/), npm and
Vercel append the CRC-32 of the random part in base 62; GitLab's routable tokens one of all before
it in base 36; Azure's common annotated keys Marvin32 of the first 60 bytes, which the library
microsoft/security-utilities defines.
"""

import base64
import binascii
from zlib import crc32

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORD = 0xFFFFFFFF
_CRC_LENGTH = 6
_GITLAB_CRC_LENGTH = 7


def base_n(number: int, alphabet: str, length: int) -> str:
    """Write a number in the digits of an alphabet, padded to a length."""
    digits = ""
    while number:
        number, rest = divmod(number, len(alphabet))
        digits = alphabet[rest] + digits
    return digits.rjust(length, alphabet[0])


def crc_base62(body: str) -> str:
    """Return the six characters that GitHub, npm and Vercel append to a random text."""
    return base_n(crc32(body.encode()), _BASE62, _CRC_LENGTH)


def has_crc(value: str) -> bool:
    """Tell whether a token ends in the checksum of what follows its prefix (``ghp_``)."""
    body = value.partition("_")[2]
    return crc_base62(body[:-_CRC_LENGTH]) == body[-_CRC_LENGTH:]


def has_github_crc(value: str) -> bool | None:
    """Tell the same of GitHub's tokens; those of another length are not of that form."""
    return has_crc(value) if len(value) == len("ghp_") + 36 else None


def has_routable_crc(value: str) -> bool | None:
    """Tell whether a GitLab token of the routable form ends in its checksum."""
    if value.count(".") < 2:  # noqa: PLR2004 - payload, version, length with checksum
        return None
    before, checksum = value[:-_GITLAB_CRC_LENGTH], value[-_GITLAB_CRC_LENGTH:]
    return base_n(crc32(before.encode()), _BASE36, _GITLAB_CRC_LENGTH) == checksum


def is_macaroon(value: str) -> bool:
    """Tell whether a PyPI token holds a macaroon (version 2) of pypi.org or test.pypi.org."""
    text = value.removeprefix("pypi-")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return False
    return raw.startswith((b"\x02\x01\x08pypi.org", b"\x02\x01\x0dtest.pypi.org"))


def is_common_annotated(value: str) -> bool:
    """Tell whether a common annotated key of Azure ends in the checksum of what is before."""
    computed = marvin32(base64.b64decode(value[:80]), _CASK_SEED).to_bytes(4, "little")
    written = value[80:].rstrip("=")
    in_base62 = base_n(int.from_bytes(computed, "big"), _BASE62, _CRC_LENGTH)
    return base64.b64encode(computed).decode().startswith(written) or in_base62.startswith(written)


_CASK_SEED = int.from_bytes(b"Default0", "big")


def marvin32(data: bytes, seed: int) -> int:
    """Return the Marvin32 hash as .NET folds it to 32 bits."""
    low, high = seed & _WORD, seed >> 32
    whole = len(data) & ~3
    padded = data + b"\x80" + bytes(3 - len(data) % 4)
    for at in range(0, whole + 4, 4):
        low = low + int.from_bytes(padded[at : at + 4], "little") & _WORD
        low, high = _marvin_block(low, high)
    low, high = _marvin_block(low, high)
    return low ^ high


def _marvin_block(low: int, high: int) -> tuple[int, int]:
    high ^= low
    low = _rotate(low, 20) + high & _WORD
    high = _rotate(high, 9) ^ low
    low = _rotate(low, 27) + high & _WORD
    return low, _rotate(high, 19)


def _rotate(word: int, by: int) -> int:
    return (word << by | word >> 32 - by) & _WORD


def is_bech32(value: str) -> bool:
    """Tell whether a text in one case is Bech32 (BIP 173), as the keys of age are."""
    prefix, _, data = value.lower().rpartition("1")
    numbers = [_BECH32.find(each) for each in data]
    spread = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    return -1 not in numbers and _bech32_polymod(spread + numbers) == 1


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def _bech32_polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATORS):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum
