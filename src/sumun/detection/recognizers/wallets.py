"""Cryptocurrency wallets: addresses carry their own checksums."""

import hashlib
import re

from sumun.detection.recognizer import PatternRecognizer, Recognizer

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_CONSTANTS = (1, 0x2BC830A3)


def base58check(address: str) -> bool:
    """Tell whether an address of 25 bytes ends in its double SHA-256."""
    value = 0
    for character in address:
        value = value * 58 + _BASE58.index(character)
    try:
        raw = value.to_bytes(25, "big")
    except OverflowError:
        return False
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def bech32(address: str) -> bool:
    """Tell whether the checksum holds (BIP 173, BIP 350)."""
    human, _, data = address.lower().rpartition("1")
    values = [ord(each) >> 5 for each in human] + [0] + [ord(each) & 31 for each in human]
    checksum = 1
    for value in values + [_BECH32.index(each) for each in data]:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATORS):
            checksum ^= generator if top >> place & 1 else 0
    return checksum in _BECH32_CONSTANTS


def _base58(match: re.Match[str]) -> float:
    return 0.95 if base58check(match["value"]) else 0.0


def _bech32(match: re.Match[str]) -> float:
    value = match["value"]
    return 0.95 if value in (value.lower(), value.upper()) and bech32(value) else 0.0


def _ethereum(match: re.Match[str]) -> float:
    """Score by the alphabet's case: EIP-55 writes its checksum in capitals, others write none."""
    digits = match["value"][2:]
    if len(set(digits.lower())) < 6:  # noqa: PLR2004 - zeros, a placeholder
        return 0.0
    letters = "".join(filter(str.isalpha, digits))
    if letters in (letters.lower(), letters.upper()):
        return 0.6
    return 0.95 if eip55(digits) else 0.45


_ROTATIONS = (
    *(0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14),
)
_WORD = (1 << 64) - 1


def _round_constants() -> list[int]:
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for place in range(7):
            if register & 1:
                constant |= 1 << ((1 << place) - 1)
            register <<= 1
            if register & 0x100:
                register ^= 0x171
        constants.append(constant)
    return constants


_CONSTANTS = _round_constants()


def _permute(lanes: list[int]) -> list[int]:
    """Return the state after Keccak-f[1600] (FIPS 202, section 3.3); lanes are at x + 5y."""
    for constant in _CONSTANTS:
        columns = [
            lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for x in range(5)
        ]
        lanes = [
            lane ^ columns[(n - 1) % 5] ^ _rotate(columns[(n + 1) % 5], 1)
            for n, lane in enumerate(lanes)
        ]
        moved = [0] * 25
        for n, lane in enumerate(lanes):
            x, y = n % 5, n // 5
            moved[y + 5 * ((2 * x + 3 * y) % 5)] = _rotate(lane, _ROTATIONS[n])
        lanes = [
            moved[n] ^ (~moved[n - n % 5 + (n + 1) % 5] & moved[n - n % 5 + (n + 2) % 5])
            for n in range(25)
        ]
        lanes[0] ^= constant
    return lanes


def _rotate(lane: int, places: int) -> int:
    return (lane << places | lane >> (64 - places)) & _WORD


def keccak256(message: bytes) -> bytes:
    """Return the hash Ethereum uses, which SHA-3 pads differently; up to 135 bytes."""
    block = message + b"\x01" + bytes(135 - len(message))
    block = block[:135] + bytes([block[135] | 0x80])
    lanes = [int.from_bytes(block[at : at + 8], "little") for at in range(0, 136, 8)] + [0] * 8
    return b"".join(lane.to_bytes(8, "little") for lane in _permute(lanes)[:4])


def eip55(digits: str) -> bool:
    """Tell whether letters are capital where the hash says so (EIP-55)."""
    marks = keccak256(digits.lower().encode()).hex()
    return all(
        each.isdigit() or each.isupper() == (mark >= "8")
        for each, mark in zip(digits, marks, strict=False)
    )


RECOGNIZERS: tuple[Recognizer, ...] = (
    PatternRecognizer(
        name="base58_wallet",
        entity_type="CRYPTO",
        trigger=rb"[13LMDXT][1-9A-HJ-NP-Za-km-z]{25}",
        pattern=re.compile(
            r"(?<![0-9A-Za-z_/+=-])(?P<value>[13LMDXT][1-9A-HJ-NP-Za-km-z]{25,34})(?![0-9A-Za-z_/+=])"
        ),
        judge=_base58,
    ),
    PatternRecognizer(
        name="bech32_wallet",
        entity_type="CRYPTO",
        trigger=rb"(?i:bc1|ltc1|tb1)[02-9A-Za-z]{10}",
        pattern=re.compile(
            r"(?i:(?<![0-9A-Za-z_-])(?P<value>(?:bc|ltc|tb)1[02-9ac-hj-np-z]{11,71})(?![0-9A-Za-z_]))"
        ),
        judge=_bech32,
        anchored=True,
    ),
    PatternRecognizer(
        name="ethereum_wallet",
        entity_type="CRYPTO",
        trigger=rb"0x[0-9A-Fa-f]{40}",
        pattern=re.compile(r"(?<![0-9A-Za-z_])(?P<value>0x[0-9A-Fa-f]{40})(?![0-9A-Za-z_])"),
        judge=_ethereum,
    ),
)
