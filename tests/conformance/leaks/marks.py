"""The values that are planted, and finding them again in whatever came of them."""

import base64
import gzip
import html
import json
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterator

MARKS = {
    "email": "minjun.kim@leak.example.kr",
    "rrn": "880214-2974120",
    "card": "4539148803436467",
    "key": "AKIAQ3EGRTZ5XWN7PLKD",
    "phone": "010-2345-6789",
}
NUMBER = int(MARKS["card"])
SENTENCE = "Say {email}, {rrn}, {card}, {key} and {phone}.".format(**MARKS)


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(each):04x}" for each in text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) for each in text)


FORMS: dict[str, Callable[[str], str]] = {
    "sentence": lambda _mark: SENTENCE,
    "bare": lambda mark: mark,
    "json": lambda mark: json.dumps({"note": [mark]}),
    "json twice": lambda mark: json.dumps({"note": json.dumps([mark])}),
    "path": lambda mark: f"https://crm.example/cards/{urllib.parse.quote(mark)}/notes",
    "query": lambda mark: f"https://crm.example/?q={urllib.parse.quote(mark)}#top",
    "fragment": lambda mark: f"note://all#{mark}",
    "percent": lambda mark: "".join(f"%{byte:02X}" for byte in mark.encode()),
    "entities": lambda mark: "".join(f"&#{ord(each)};" for each in mark),
    "escapes": _escaped,
    "base64": lambda mark: base64.b64encode(f"It is {mark}!".encode()).decode(),
    "base64url": lambda mark: base64.urlsafe_b64encode(f"It is {mark}?>".encode()).decode(),
    "data uri": lambda mark: (
        "data:text/plain;base64," + base64.b64encode(f"It is {mark}!".encode()).decode()
    ),
    "full width": _full_width,
}
"""How a mark is written where it is planted."""

_DEPTH = 3
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_SEPARATORS = re.compile(r"[\s.-]")
_NEEDLES = {name: _SEPARATORS.sub("", mark.casefold()) for name, mark in MARKS.items()}


def plainly_in(data: bytes) -> set[str]:
    """Return the names of the marks that stand in some bytes as they are."""
    text = data.decode("latin-1").casefold()
    return {name for name, mark in MARKS.items() if mark.casefold() in text}


def found_in(data: bytes) -> set[str]:
    """Return the names of the marks that can be read out of some bytes."""
    seen: set[str] = set()
    views = {data.decode("utf-8", "replace")}
    if data.startswith(b"\x1f\x8b"):
        views.add(gzip.decompress(data).decode("utf-8", "replace"))
    found: set[str] = set()
    for _ in range(_DEPTH):
        for view in views:
            bare = _SEPARATORS.sub("", view.casefold())
            for name, needle in _NEEDLES.items():
                if needle in bare or needle[::-1] in bare:
                    found.add(name)
        seen |= views
        views = {each for view in views for each in _read(view)} - seen
    return found


def _read(text: str) -> Iterator[str]:
    """Yield a text as others might decode it."""
    yield unicodedata.normalize("NFKC", text)
    if "%" in text:
        yield urllib.parse.unquote(text)
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
        yield re.sub(r"\\(.)", r"\1", text)
    for run in _BASE64.findall(text):
        standard = run.translate(str.maketrans("-_", "+/"))
        for start in range(4):
            part = standard[start:]
            whole = part[:-1] if len(part) % 4 == 1 else part
            yield from _texts(base64.b64decode(whole + "=" * (-len(whole) % 4)))
    for run in _HEX.findall(text):
        yield from _texts(bytes.fromhex(run))


def _texts(raw: bytes) -> Iterator[str]:
    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError):
            return
    text = raw.decode("latin-1")
    if sum(each.isprintable() for each in text) > len(text) * 0.6:
        yield text
