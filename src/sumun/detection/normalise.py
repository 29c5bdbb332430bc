"""Undo what hides a value from a pattern, and remember where everything was.

Full-width and circled digits, zero-width characters, typographic dashes and spaces, digits of
other scripts, decomposed Hangul, percent-encoding, numeric HTML entities, JSON escapes inside
text, text in base64, digits spelt in Hangul, spaced-out characters and at signs in words are
written plainly; a span of the plain text is mapped back to the exact span of the original it came
from.
"""

import re
import unicodedata
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from sumun.detection import encodings
from sumun.detection.encodings import SPELT
from sumun.detection.plain import Plain, Segment

_ONE = "(?:" + "|".join(SPELT) + ")"
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
        SPELT,
        rf"(?:(?:에 ?|다시 ?|[- .,])?[{SPELT}]){{6,40}}",
        re.compile(rf"[{SPELT}](?:(?:에 ?|다시 ?|[- .,])?[{SPELT}]){{6}}"),
    ),
    "spaced": _Form(
        r"0-9A-Za-z._%+\-",
        r"(?<![0-9A-Za-z].) (?:(?=[^@]{2,126}@)(?:[0-9A-Za-z._%+-] ){1,63}@(?: [0-9A-Za-z.-]){3,64}"
        r"|(?<=[0-9] )[0-9-](?: [0-9-]){7,39})(?![0-9A-Za-z])",
        re.compile(r"[0-9A-Za-z] @ [0-9A-Za-z] |[0-9](?: [0-9-]){8}"),
    ),
    "jamo": _Form(
        r"\u1100-\u1112", r"[\u1161-\u1175][\u1100-\u11c2]*", re.compile(r"[\u1100-\u1112]")
    ),
    "percent": _Form("%", rf"{_HEX_DIGIT}{{2}}(?:%{_HEX_DIGIT}{{2}})*", re.compile("%")),
    "entity": _Form("&", rf"{_ENTITY}(?:&{_ENTITY})*", re.compile("&#")),
    "escape": _Form(r"\\", rf"u{_HEX_DIGIT}{{4}}(?:\\u{_HEX_DIGIT}{{4}})*", re.compile(r"\\u")),
}
_ROUNDS = 3
_FEW = 24
_SPACES = frozenset("\u00a0\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


def is_text_in_base64(data: bytes, start: int) -> bool:
    """Tell whether base64 that stands for printable text begins at a byte."""
    match = _BASE64_BYTES.match(data, start)
    return match is not None and encodings.decoded_base64(match.group().decode()) is not None


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
        return Plain(written, [0], [(0, len(text), None)], text, outer) if written != text else None
    starts = [0, *accumulate(map(len, pieces[:-1]))]
    unseen = accumulate(map(len, _UNSEEN.findall(written)), initial=0)
    segments: list[Segment] = [
        (start + gone, -1, None) for start, gone in zip(starts, unseen, strict=True)
    ]
    return Plain("".join(pieces), starts, segments, text, outer)


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
    segments: list[Segment] = []
    length = done = 0
    for match in _pattern(names).finditer(text):
        kind, start, end = match.lastgroup or "", *match.span()
        if kind == "word" and start > done and text[start - 1] == " ":
            start -= 1
        found = text[start:end]
        written = encodings.written(kind, found)
        if written == found:
            continue
        if done < start:
            pieces.append(text[done:start])
            starts.append(length)
            segments.append((done, start, None))
            length += start - done
        pieces.append(written)
        starts.append(length)
        segments.append((start, end, encodings.UNITS[kind]))
        length += len(written)
        done = end
    if not segments:
        return None
    if done < len(text):
        pieces.append(text[done:])
        starts.append(length)
        segments.append((done, len(text), None))
    return Plain("".join(pieces), starts, segments, text, outer)


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
