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
from functools import cache
from itertools import accumulate
from typing import NamedTuple
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

_HEX_DIGIT = "[0-9A-Fa-f]"
_ENTITY = rf"#(?:[0-9]{{1,7}}|[xX]{_HEX_DIGIT}{{1,6}});"
_CLASS = (
    r"[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u0e59\u1000-\u180f"
    r"\u2000-\u2015\u2028-\u202f\u205f-\u206f\u2212\u2460-\u2468\u24ea\u3000\ufeff\uff01-\uff5e"
    r"\U0001d7ce-\U0001d7ff]"
)
_CHARACTERS = re.compile(_CLASS)


class _Form(NamedTuple):
    """A way to write something: what it begins with, how it goes on, and what tells it may occur.

    Of a pattern that begins with a few characters the others cost next to nothing.
    """

    begins: str
    goes_on: str
    occurs: re.Pattern[str]


_FORMS = {
    "base64": _Form(
        "I-Za-f",
        r"(?<![0-9A-Za-z+/_=-].)[0-9A-Za-z+/_-]{15,65535}={0,2}(?![0-9A-Za-z+/_=-])",
        re.compile("[0-9A-Za-z+/_-]{16}"),
    ),
    "word": _Form(
        r"\[({<골닷",
        r"(?:(?<=[\[({<]) ?(?i:at|dot) ?[\])}>] ?|(?<=골)뱅이 ?|(?<=닷)[컴넷])",
        re.compile(r"[\[({<] ?(?i:at|dot)|골뱅이|닷[컴넷]"),
    ),
    "spelt": _Form(
        _SPELT,
        rf"(?:(?:에 ?|다시 ?|[- .,])?[{_SPELT}]){{6,40}}",
        re.compile(rf"[{_SPELT}](?:(?:에 ?|다시 ?|[- .,])?[{_SPELT}]){{6}}"),
    ),
    "spaced": _Form(
        r"0-9A-Za-z._%+\-",
        r"(?<![0-9A-Za-z].) (?:(?=[^@]{2,126}@)(?:[0-9A-Za-z._%+-] ){1,63}@(?: [0-9A-Za-z.-]){3,64}"
        r"|(?<=[0-9] )[0-9-](?: [0-9-]){7,39})(?![0-9A-Za-z])",
        re.compile(r"[0-9A-Za-z] @ [0-9A-Za-z] |[0-9](?: [0-9-]){8}"),
    ),
    "jamo": _Form(
        r"\u1100-\u1112", r"[\u1161-\u1175][\u11a8-\u11c2]?", re.compile(r"[\u1100-\u1112]")
    ),
    "percent": _Form("%", rf"{_HEX_DIGIT}{{2}}(?:%{_HEX_DIGIT}{{2}})*", re.compile("%")),
    "entity": _Form("&", rf"{_ENTITY}(?:&{_ENTITY})*", re.compile("&#")),
    "escape": _Form(r"\\", rf"u{_HEX_DIGIT}{{4}}(?:\\u{_HEX_DIGIT}{{4}})*", re.compile(r"\\u")),
}
_ROUNDS = 3
_FEW = 24
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
        written = _written(outer.text if outer else text, outer)
        around = written or outer
        source = around.text if around else text
        layer = _decode(source, around, with_base64=base64 or outer is not None) or written
        if layer is None:
            break
        layers.append(layer)
    return layers


def _written(text: str, outer: Plain | None) -> Plain | None:
    """Write single characters plainly, and leave out those nobody sees."""
    if text.isascii() or not _CHARACTERS.search(text):
        return None
    characters = [each for each in set(text) if _PLAINLY[ord(each)] != ord(each)]
    if len(characters) <= _FEW:  # one by one is faster
        written = text
        for each in characters:
            written = written.replace(each, chr(_PLAINLY[ord(each)]))
    else:
        written = text.translate(_PLAINLY)
    pieces = _UNSEEN.split(written)
    if len(pieces) == 1:
        return Plain(written, [0], [(0, -1)], outer) if written != text else None
    lengths = list(map(len, pieces))
    unseen = accumulate(map(len, _UNSEEN.findall(written)), initial=0)
    starts = list(accumulate(lengths[:-1], initial=0))
    originals = [(start + gone, -1) for start, gone in zip(starts, unseen, strict=True)]
    return Plain("".join(pieces), starts, originals, outer)


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of some forms, which is compiled for those that occur in a text."""
    begins = "".join(_FORMS[name].begins for name in names)
    ways = "|".join(
        f"(?P<{name}>(?<=[{_FORMS[name].begins}]){_FORMS[name].goes_on})" for name in names
    )
    return re.compile(f"[{begins}](?:{ways})")


def _decode(text: str, outer: Plain | None, *, with_base64: bool) -> Plain | None:
    names = tuple(
        name
        for name, form in _FORMS.items()
        if (with_base64 or name != "base64") and form.occurs.search(text)
    )
    if not names:
        return None
    pieces: list[str] = []
    starts: list[int] = []
    # (start, end), or (start, -width) where each character stands for so many of the original
    originals: list[tuple[int, int]] = []
    length = done = 0
    changed = False
    for match in _pattern(names).finditer(text):
        for start, end, replacement in _units(match, done):
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


def _units(match: re.Match[str], done: int) -> list[Unit]:
    """Return ``(start, end, replacement)`` for each character; ``None`` leaves it as it is."""
    found, start = match.group(), match.start()
    kind = match.lastgroup or ""
    if kind == "word" and start > done and match.string[start - 1] == " ":
        found, start = " " + found, start - 1
    return _UNITS[kind](found, start)


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


def _percent(found: str, start: int) -> list[Unit]:
    raw = unquote_to_bytes(found)
    if raw.isascii() and (text := raw.decode()).isprintable():
        return [(start, start + len(found), text)]
    units: list[Unit] = []
    for match in _ALIKE.finditer(raw.decode("utf-8", "surrogateescape")):
        written = match.group()
        end = start + 3 * len(written.encode("utf-8", "surrogateescape"))
        units.append((start, end, written if written.isprintable() else None))
        start = end
    return units


_ALIKE = re.compile("[ -~]+|[\x00-\x1f\x7f\udc80-\udcff]+|.", re.DOTALL)
"""Characters that are written alike side by side: plain ones, those that are none, one other."""


def _entities(found: str, start: int) -> list[Unit]:
    units: list[Unit] = []
    for each in found[:-1].split(";"):
        end = start + len(each) + 1
        code = int(each[3:], 16) if each[2] in "xX" else int(each[2:])
        units.append((start, end, _printable(code)))
        start = end
    return units


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


_UNITS = {
    "base64": _base64,
    "word": _word,
    "spelt": _spelt,
    "spaced": _spaced,
    "jamo": _jamo,
    "percent": _percent,
    "entity": _entities,
    "escape": _escapes,
}


def _character(character: str) -> str | None:
    """Return how a character is written plainly: not at all, or ``None`` where it already is."""
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


class _Plainly(dict[int, int]):
    """What single characters are written as, worked out when first met; bounded by their number."""

    def __missing__(self, code: int) -> int:
        character = chr(code)
        written = _character(character) if _CHARACTERS.match(character) else None
        self[code] = result = ord(written) if written else code
        return result


_PLAINLY = _Plainly()
_UNSEEN = re.compile(
    "["
    + "".join(
        chr(code)
        for code in range(0x10000)
        if _CHARACTERS.match(chr(code)) and _character(chr(code)) == ""
    )
    + "]+"
)
