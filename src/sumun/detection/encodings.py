"""What may be encoded, by its form: what it says, and which part of it says each character."""

import re
import unicodedata
from base64 import b64decode
from collections.abc import Callable

from sumun.detection.plain import Unit, Units

SPELT = "공영일이삼사오육륙칠팔구"
_VALUES = dict(zip(SPELT, "001234566789", strict=True))
_SPELT_AS = str.maketrans({**_VALUES, ",": "-"})
_TOLD = re.compile("에|다시")
_SYLLABLE = "[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
"""A syllable of Hangul in its letters (Unicode, section 3.12)."""

_WORDS = {
    "at": "@",
    "dot": ".",
    "골뱅이": "@",
    "닷컴": ".com",
    "닷넷": ".net",
}

_STANDARD = str.maketrans("-_", "+/")
_HEX = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")
_LINES = str.maketrans("", "", "\r\n\t")


def written(form: str, found: str) -> str:
    """Return what is encoded in a form, or as much of it as can be written plainly."""
    whole = _WHOLE.get(form)
    if whole is not None:
        return whole(found)
    units = UNITS[form](found, 0)
    return "".join([found[start:end] if plain is None else plain for start, end, plain in units])


def _base64(found: str, start: int) -> list[Unit]:
    """Return the characters of a text in base64, each with the quartets that carry it."""
    decoded = decoded_base64(found)
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


def decoded_base64(found: str) -> str | None:
    """Return the printable text that is written in base64, if it is one."""
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
    return [(start, start + len(found), _at_sign(found))]


def _at_sign(found: str) -> str:
    return _WORDS[found.strip(" [](){}<>").lower()]


def _spelt(found: str, start: int) -> list[Unit]:
    if not _TOLD.search(found):
        return [(start, start + len(found), found.translate(_SPELT_AS))]
    units: list[Unit] = []
    for match in re.finditer(rf"[{SPELT}]|[^{SPELT}]+", found):
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
    return [
        (start + match.start(), start + match.end(), unicodedata.normalize("NFC", match.group()))
        for match in re.finditer(f"{_SYLLABLE}|.", found)
    ]


def _percent(found: str, start: int) -> list[Unit]:
    raw = bytes.fromhex(found.replace("%", ""))
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


UNITS: dict[str, Units] = {
    "base64": _base64,
    "word": _word,
    "spelt": _spelt,
    "spaced": _spaced,
    "jamo": _jamo,
    "percent": _percent,
    "entity": _entities,
    "escape": _escapes,
}

_WHOLE: dict[str, Callable[[str], str]] = {
    "base64": lambda found: decoded_base64(found) or found,
    "word": _at_sign,
    "spaced": lambda found: found.replace(" ", ""),
    "jamo": lambda found: unicodedata.normalize("NFC", found),
}
"""What need not be taken to pieces to be written."""
