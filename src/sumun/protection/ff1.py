"""Format-preserving encryption: FF1 of NIST SP 800-38G on AES.

A string of digits becomes another of the same length, one to one. FF3 and FF3-1 were withdrawn
(SP 800-38G revision 1, second draft); FF1 is what is left.
"""

from collections.abc import Callable, Iterator
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

SMALLEST_DOMAIN: Final = 1_000_000
"""Fewer strings than this could be tried one by one (SP 800-38G revision 1 §5.1)."""
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_BLOCK: Final = 16
_ROUNDS: Final = 10
_LONGEST: Final = 256


class FF1:
    """Encrypts strings of digits of one radix under one key.

    Parameters
    ----------
    key:
        16, 24 or 32 bytes.
    radix:
        From 2 to 36; digits above 9 are lower-case letters.

    """

    def __init__(self, key: bytes, radix: int = 10) -> None:
        if not 2 <= radix <= len(_DIGITS):  # noqa: PLR2004 - fewer is no notation
            raise ValueError("radix: from 2 to 36")
        self._radix = radix
        self._mac = Cipher(AES(key), CBC(bytes(_BLOCK)))
        self._block = Cipher(AES(key), ECB())  # noqa: S305 - single blocks, as the standard says

    def encrypt(self, text: str, tweak: bytes = b"") -> str:
        """Return the string of digits that stands for this one.

        Raises
        ------
        ValueError
            If it is too short or too long, or holds something else than digits.

        """
        u = len(text) // 2
        a, b = self._number(text[:u]), self._number(text[u:])
        moduli = self._moduli(len(text))
        for number, y in self._rounds(text, tweak, range(_ROUNDS)):
            a, b = b, (a + y(b)) % moduli[number % 2]
        return self._digits(a, u) + self._digits(b, len(text) - u)

    def decrypt(self, text: str, tweak: bytes = b"") -> str:
        """Return the string of digits that :meth:`encrypt` was given.

        Raises
        ------
        ValueError
            As :meth:`encrypt`.

        """
        u = len(text) // 2
        a, b = self._number(text[:u]), self._number(text[u:])
        moduli = self._moduli(len(text))
        for number, y in self._rounds(text, tweak, range(_ROUNDS - 1, -1, -1)):
            a, b = (b - y(a)) % moduli[number % 2], a
        return self._digits(a, u) + self._digits(b, len(text) - u)

    def _moduli(self, length: int) -> tuple[int, int]:
        return self._radix ** (length // 2), self._radix ** (length - length // 2)

    def _rounds(
        self, text: str, tweak: bytes, numbers: range
    ) -> Iterator[tuple[int, Callable[[int], int]]]:
        """Yield each round's number and function (algorithm 7, steps 3 to 6.iv)."""
        n = len(text)
        if n > _LONGEST or self._radix**n < SMALLEST_DOMAIN:
            raise ValueError("too short or too long for FF1")
        u, v = n // 2, n - n // 2
        width = ((self._radix**v - 1).bit_length() + 7) // 8
        taken = 4 * ((width + 3) // 4) + 4
        head = (
            b"\x01\x02\x01"
            + self._radix.to_bytes(3)
            + bytes((_ROUNDS, u % 256))
            + n.to_bytes(4)
            + len(tweak).to_bytes(4)
            + tweak
            + bytes((-len(tweak) - width - 1) % _BLOCK)
        )
        for number in numbers:
            start = head + bytes((number,))

            def y(half: int, start: bytes = start) -> int:
                return self._stream(start + half.to_bytes(width), taken)

            yield number, y

    def _stream(self, data: bytes, taken: int) -> int:
        mac = self._mac.encryptor()
        last = (mac.update(data) + mac.finalize())[-_BLOCK:]
        stream = last
        for count in range(1, -(-taken // _BLOCK)):
            block = self._block.encryptor()
            number = int.from_bytes(last) ^ count
            stream += block.update(number.to_bytes(_BLOCK)) + block.finalize()
        return int.from_bytes(stream[:taken])

    def _number(self, digits: str) -> int:
        known = _DIGITS[: self._radix]
        if not all(digit in known for digit in digits):
            raise ValueError(f"not digits of radix {self._radix}")
        return int(digits, self._radix) if digits else 0

    def _digits(self, number: int, length: int) -> str:
        if self._radix == 10:  # noqa: PLR2004
            return f"{number:0{length}d}"
        written = []
        for _ in range(length):
            number, digit = divmod(number, self._radix)
            written.append(_DIGITS[digit])
        return "".join(reversed(written))
