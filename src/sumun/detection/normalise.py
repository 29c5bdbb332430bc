"""Undo what hides a value from a pattern, and remember where everything was.

Full-width and circled digits, zero-width characters, typographic dashes and spaces, digits of
other scripts, decomposed Hangul, percent-encoding, numeric HTML entities, JSON escapes inside
text, text in base64, digits spelt in Hangul, spaced-out characters and at signs in words are
written plainly; a span of the plain text is mapped back to the exact span of the original it came
from.
"""

import re
import unicodedata
from base64 import b64decode
from bisect import bisect_right
from urllib.parse import unquote_to_bytes

_SPELT = "공영일이삼사오육륙칠팔구"
_VALUES = dict(zip(_SPELT, "001234566789", strict=True))
_SPELT_AS = str.maketrans({**_VALUES, ",": "-"})
_TOLD = re.compile("에|다시")
_ONE = "(?:" + "|".join(_SPELT) + ")"
_SPELT_BYTES = f"{_ONE}(?:(?:에 ?|다시 ?|[- .,])?{_ONE}){{6}}".encode()

TRIGGER = (
    rb"%[2-7c-fC-F][0-9A-Fa-f]|&#|\\u[0-9A-Fa-f]{4}"
    rb"|\xef[\xbc\xbd\xbb]"  # full-width forms, byte order mark
    rb"|\xe2\x80[\x80-\x95\xa8-\xaf]|\xe2\x81[\x9f-\xaf]|\xe2\x88\x92|\xe3\x80\x80|\xc2[\xa0\xad]"
    rb"|[\xd9\xdb\xdf\xe0][\x80-\xbf]|\xe1[\x80-\xa0]|\xf0\x9d\x9f|\xe2\x91[\xa0-\xa8]|\xe2\x93\xaa"
    rb"|[\[({<] ?(?:at|AT|dot|DOT) ?[\])}>]|[0-9A-Za-z] @ [0-9A-Za-z] "
    rb"|[0-9] [0-9] [0-9] (?:- )?[0-9] "
    rb"|" + "골뱅이|닷컴|닷넷".encode() + rb"|" + _SPELT_BYTES
)
"""Occurs in the UTF-8 form of every text that :func:`plain` changes."""

BASE64 = rb"[I-Za-f][0-9A-Za-z+/_-]{15}"
"""Occurs in the UTF-8 form of every text with base64 in it that :func:`plain` decodes.

The first letter is one that a printable ASCII character begins with.
"""

_NOT_HEX = b"|".join(
    rb"[0-9a-f-]" * at + rb"[A-Zg-z+/_]" + rb"[0-9A-Za-z+/_-]" * (14 - at) for at in range(15)
)
BEGINS_BASE64 = (
    rb"[^0-9A-Za-z+/_=-](?:[I-Z][0-9A-Za-z+/_-]{15}|[a-f](?:%b|[0-9a-f-]{15,}[A-Zg-z+/_]))"
    % _NOT_HEX
)
"""One byte before where such base64 begins; not where a hash or UUID does."""

_BASE64 = r"(?<![0-9A-Za-z+/_=-])[I-Za-f][0-9A-Za-z+/_-]{15,65535}={0,2}(?![0-9A-Za-z+/_=-])"
_BASE64_BYTES = re.compile(_BASE64.encode())
_STANDARD = str.maketrans("-_", "+/")
_HEX = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")

_WORDS = {
    "at": "@",
    "dot": ".",
    "골뱅이": "@",
    "닷컴": ".com",
    "닷넷": ".net",
}

_ENCODED = re.compile(
    r"(?P<word> ?[\[({<] ?(?i:at|dot) ?[\])}>] ?| ?골뱅이 ?| ?(?:닷컴|닷넷))"
    rf"|(?P<spelt>[{_SPELT}](?:(?:에 ?|다시 ?|[- .,])?[{_SPELT}]){{6,40}})"
    r"|(?P<spaced>(?<![0-9A-Za-z])(?:[0-9A-Za-z._%+-] ){2,64}@(?: [0-9A-Za-z.-]){3,64}"
    r"(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])[0-9](?: [0-9-]){8,40}(?![0-9A-Za-z]))"
    r"|(?P<jamo>[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?)|"
    r"(?:%[0-9A-Fa-f]{2})+"
    r"|&#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});"
    r"|(?:\\u[0-9A-Fa-f]{4})+"
    r"|[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u0e59\u1000-\u180f"
    r"\u2000-\u2015\u2028-\u202f\u205f-\u206f\u2212\u2460-\u2468\u24ea\u3000\ufeff\uff01-\uff5e\U0001d7ce-\U0001d7ff]+"
)
_ENCODED_OR_BASE64 = re.compile(f"(?P<base64>{_BASE64})|{_ENCODED.pattern}")
_ROUNDS = 3
_SPACES = frozenset("\u00a0\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


_LINES = str.maketrans("", "", "\r\n\t")

Unit = tuple[int, int, str | None]
"""Start, end, and what is written there; ``None`` leaves it as it is.

Where several characters are written, each stands for equally many of the original.
"""


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
        start -= (position - self._starts[segment]) * end
        return start, start - end


def is_text_in_base64(data: bytes, start: int) -> bool:
    """Tell whether base64 that stands for printable text begins at a byte."""
    match = _BASE64_BYTES.match(data, start)
    return match is not None and _decoded(match.group().decode()) is not None


def plain(text: str, *, base64: bool = True) -> list[Plain]:
    """Return the text written plainly, once per layer of encoding; nothing if it already is.

    Parameters
    ----------
    text:
        May hold anything.
    base64:
        Whether base64 is looked for, too; in the layers it always is.

    """
    layers: list[Plain] = []
    for _ in range(_ROUNDS):
        outer = layers[-1] if layers else None
        with_base64 = base64 or outer is not None
        layer = _decode(outer.text if outer else text, outer, with_base64=with_base64)
        if layer is None:
            break
        layers.append(layer)
    return layers


def _decode(text: str, outer: Plain | None, *, with_base64: bool) -> Plain | None:
    pieces: list[str] = []
    starts: list[int] = []
    # (start, end), or (start, -width) where each character stands for so many of the original
    originals: list[tuple[int, int]] = []
    length = done = 0
    changed = False
    for match in (_ENCODED_OR_BASE64 if with_base64 else _ENCODED).finditer(text):
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
                written = len(replacement)
                width, uneven = divmod(end - start, written)
                originals.append((start, end if written == 1 or uneven else -width))
                length += written
            done = end
    if not changed:
        return None
    if done < len(text):
        pieces.append(text[done:])
        starts.append(length)
        originals.append((done, -1))
    return Plain("".join(pieces), starts, originals, outer)


def _units(match: re.Match[str]) -> list[Unit]:
    """Return ``(start, end, replacement)`` for each character; ``None`` leaves it as it is."""
    found, start = match.group(), match.start()
    if match.lastgroup is not None:
        return _UNITS[match.lastgroup](found, start)
    if found[0] == "%" and len(found) > 1:
        return _percent(found, start)
    if found[0] == "&" and len(found) > 1:
        digits = found[2:-1]
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        return [(start, match.end(), _printable(code))]
    if found[0] == "\\":
        return _escapes(found, start)
    return _characters(found, start)


def _base64(found: str, start: int) -> list[Unit]:
    """Return the characters of a text in base64, each with the quartets that carry it."""
    decoded = _decoded(found)
    if decoded is None:
        return [(start, start + len(found), None)]
    units: list[Unit] = []
    byte = 0
    for character in decoded:
        last = byte + len(character.encode())
        first_of = start + byte // 3 * 4
        end_of = min(start + -(-last // 3) * 4, start + len(found))
        units.append((first_of, end_of, character))
        byte = last
    return units


def _decoded(found: str) -> str | None:
    body = found.rstrip("=")
    if len(body) % 4 == 1 or _HEX.fullmatch(body):
        return None
    raw = b64decode(body.translate(_STANDARD) + "=" * (-len(body) % 4))
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:
        return None
    return decoded if decoded.translate(_LINES).isprintable() else None


def _word(found: str, start: int) -> list[Unit]:
    return [(start, start + len(found), _WORDS[found.strip(" [](){}<>").lower()])]


def _spelt(found: str, start: int) -> list[Unit]:
    if not _TOLD.search(found):
        return [(start, start + len(found), found.translate(_SPELT_AS))]
    units: list[Unit] = []
    for match in re.finditer(rf"[{_SPELT}]|[^{_SPELT}]+", found):
        one = match.group()
        separator = one if len(one) == 1 and one in "- ." else "-"
        units.append((start + match.start(), start + match.end(), _VALUES.get(one, separator)))
    return units


def _spaced(found: str, start: int) -> list[Unit]:
    return [
        (start + at, start + at + 1, "" if character == " " else character)
        for at, character in enumerate(found)
    ]


def _jamo(found: str, start: int) -> list[Unit]:
    return [(start, start + len(found), unicodedata.normalize("NFC", found))]


_UNITS = {"base64": _base64, "word": _word, "spelt": _spelt, "spaced": _spaced, "jamo": _jamo}


def _percent(found: str, start: int) -> list[Unit]:
    raw = unquote_to_bytes(found)
    if raw.isascii() and (text := raw.decode()).isprintable():
        return [(start, start + len(found), text)]
    units: list[Unit] = []
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


def _escapes(found: str, start: int) -> list[Unit]:
    return [
        (start + at, start + at + 6, _printable(int(found[at + 2 : at + 6], 16)))
        for at in range(0, len(found), 6)
    ]


def _printable(code: int) -> str | None:
    if code > 0x10FFFF:  # noqa: PLR2004 - the last code point
        return None
    character = chr(code)
    return character if character.isprintable() else None


def _characters(found: str, start: int) -> list[Unit]:
    """Return what a run of single characters is written as, neighbours of one kind as one."""
    units: list[Unit] = []
    for match in _KINDS.finditer(found.translate(_PLAINLY)):
        first, last = start + match.start(), start + match.end()
        kind, written = match.lastgroup, match.group()
        units.append((first, last, {"gone": "", "kept": None}.get(kind or "", written)))
    return units


def _character(character: str) -> str | None:
    if character in _DASHES:
        return "-"
    if character in _SPACES:
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    if "\uff01" <= character <= "\uff5e":
        return chr(ord(character) - 0xFEE0)
    return "" if unicodedata.category(character) == "Cf" else None


class _Plainly(dict[int, str]):
    """What single characters are written as, worked out when first met; bounded by their number.

    Those that vanish and those that stay are told by marks, for a translation keeps places.
    """

    def __missing__(self, code: int) -> str:
        written = _character(chr(code))
        self[code] = mark = _KEPT if written is None else written or _GONE
        return mark


_GONE, _KEPT = "\x00\x01"
_PLAINLY = _Plainly()
_KINDS = re.compile(f"(?P<gone>{_GONE}+)|(?P<kept>{_KEPT}+)|(?P<written>[^{_GONE}{_KEPT}]+)")
