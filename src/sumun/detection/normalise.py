"""Undo what hides a value from a pattern, and remember where everything was.

Full-width digits, zero-width characters, typographic dashes and spaces, digits of other scripts,
percent-encoding, numeric HTML entities and JSON escapes inside text are written plainly; a span of
the plain text is mapped back to the exact span of the original it came from.
"""

import re
import unicodedata
from bisect import bisect_right
from urllib.parse import unquote_to_bytes

TRIGGER = (
    rb"%[2-7c-fC-F][0-9A-Fa-f]|&#|\\u[0-9A-Fa-f]{4}"
    rb"|\xef[\xbc\xbd\xbb]"  # full-width forms, byte order mark
    rb"|\xe2\x80[\x80-\x95\xa8-\xaf]|\xe2\x81[\x9f-\xaf]|\xe2\x88\x92|\xe3\x80\x80|\xc2[\xa0\xad]"
    rb"|[\xd9\xdb\xdf\xe0][\x80-\xbf]|\xe1[\x80-\xa0]|\xf0\x9d\x9f"
)
"""Occurs in the UTF-8 form of every text that :func:`plain` changes."""

_ENCODED = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+"
    r"|&#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});"
    r"|(?:\\u[0-9A-Fa-f]{4})+"
    r"|[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u0e59\u1000-\u180f"
    r"\u2000-\u2015\u2028-\u202f\u205f-\u206f\u2212\u3000\ufeff\uff01-\uff5e\U0001d7ce-\U0001d7ff]"
)
_ROUNDS = 3
_SPACES = frozenset("\u00a0\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


class Plain:
    """A plainly written text and the way back to the original."""

    def __init__(
        self,
        text: str,
        starts: list[int],
        originals: list[tuple[int, int]],
        outer: "Plain | None" = None,
    ) -> None:
        self.text = text
        self._starts = starts
        self._originals = originals
        self._outer = outer

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original that ``start:end`` of :attr:`text` stands for."""
        span = self._at(start)[0], self._at(end - 1)[1]
        return self._outer.original(*span) if self._outer else span

    def _at(self, position: int) -> tuple[int, int]:
        segment = bisect_right(self._starts, position) - 1
        start, end = self._originals[segment]
        if end >= 0:
            return start, end
        start += position - self._starts[segment]
        return start, start + 1


def plain(text: str) -> list[Plain]:
    """Return the text written plainly, once per layer of encoding; nothing if it already is."""
    layers: list[Plain] = []
    for _ in range(_ROUNDS):
        outer = layers[-1] if layers else None
        layer = _decode(outer.text if outer else text, outer)
        if layer is None:
            break
        layers.append(layer)
    return layers


def _decode(text: str, outer: Plain | None) -> Plain | None:
    pieces: list[str] = []
    starts: list[int] = []
    originals: list[tuple[int, int]] = []  # (start, end), or (start, -1) where nothing changed
    length = done = 0
    changed = False
    for match in _ENCODED.finditer(text):
        for start, end, replacement in _units(match):
            if replacement is None:
                continue
            changed = True
            if done < start:
                pieces.append(text[done:start])
                starts.append(length)
                originals.append((done, -1))
                length += start - done
            if replacement:
                pieces.append(replacement)
                starts.append(length)
                originals.append((start, end))
                length += len(replacement)
            done = end
    if not changed:
        return None
    if done < len(text):
        pieces.append(text[done:])
        starts.append(length)
        originals.append((done, -1))
    return Plain("".join(pieces), starts, originals, outer)


def _units(match: re.Match[str]) -> list[tuple[int, int, str | None]]:
    """Return ``(start, end, replacement)`` for each character; ``None`` leaves it as it is."""
    found, start = match.group(), match.start()
    if found[0] == "%" and len(found) > 1:
        return _percent(found, start)
    if found[0] == "&" and len(found) > 1:
        digits = found[2:-1]
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        return [(start, match.end(), _printable(code))]
    if found[0] == "\\":
        return _escapes(found, start)
    return [(start, match.end(), _character(found))]


def _percent(found: str, start: int) -> list[tuple[int, int, str | None]]:
    units: list[tuple[int, int, str | None]] = []
    raw = unquote_to_bytes(found)
    position = 0
    while position < len(raw):
        width = _utf8_width(raw[position])
        try:
            character: str | None = raw[position : position + width].decode()
        except UnicodeDecodeError:
            character, width = None, 1
        if character is not None and not character.isprintable():
            character = None
        units.append((start + 3 * position, start + 3 * (position + width), character))
        position += width
    return units


def _utf8_width(lead: int) -> int:
    return 1 + (lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0)  # noqa: PLR2004 - RFC 3629 §3


def _escapes(found: str, start: int) -> list[tuple[int, int, str | None]]:
    return [
        (start + at, start + at + 6, _printable(int(found[at + 2 : at + 6], 16)))
        for at in range(0, len(found), 6)
    ]


def _printable(code: int) -> str | None:
    if code > 0x10FFFF:  # noqa: PLR2004 - the last code point
        return None
    character = chr(code)
    return character if character.isprintable() else None


def _character(character: str) -> str | None:
    if character in _DASHES:
        return "-"
    if character in _SPACES:
        return " "
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return "" if unicodedata.category(character) == "Cf" else None
