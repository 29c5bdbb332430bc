"""JSON and JSON lines, taken apart where they stand: positions stay those of the text."""

import json
import re
from itertools import accumulate
from typing import Final

from sumun.corpus.segments import Value
from sumun.corpus.structured import NotOfThisForm

_TOKEN: Final = re.compile(
    r"""(?P<between>[\s\[\]{},:]++)"""
    r"""|"(?P<string>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?P<key>\s*+:)?"""
    r"""|(?P<number>-?\d++)(?P<fraction>(?:\.\d++)?(?:[eE][+-]?\d++)?)"""
    r"""|true|false|null""",
    re.DOTALL,
)
_UNFINISHED: Final = 8
"""Characters at the end of a text that may be the beginning of a word or number."""

_ESCAPED: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
_LONE: Final = re.compile("[\ud800-\udfff]")


class JsonLexer:
    """Takes JSON apart, one document after another."""

    def __init__(self) -> None:
        self._key = ""

    def take(self, text: str, *, final: bool) -> tuple[list[Value], int]:
        """Return the values that are complete; see :class:`~sumun.corpus.structured.Lexer`."""
        values: list[Value] = []
        end = len(text)
        at = 0
        following = _TOKEN.scanner(text).match  # type: ignore[attr-defined]
        while at < end:
            match = following()
            if match is None:
                if not final and (text[at] == '"' or end - at < _UNFINISHED):
                    break
                if at:
                    break  # what is right so far; the next turn begins with what is not
                raise NotOfThisForm
            if not final and _may_go_on(text, match):
                break
            self._add(match, values)
            at = match.end()
        return values, at

    def _add(self, match: re.Match[str], values: list[Value]) -> None:
        kind = match.lastgroup
        if kind == "between":
            between = match.group()
            if "}" in between or "]" in between:
                self._key = ""
        elif kind == "key":
            start, end = match.span("string")
            self._key = _decoded(match["string"])
            values.append(Value(start - 1, end + 1, self._key, form="string", is_key=True))
        elif kind == "string":
            text = match["string"]
            if text:
                start, end = match.span()
                values.append(Value(start, end, _decoded(text), self._key, "string"))
        elif kind == "fraction" and not match["fraction"]:
            start, end = match.span()
            values.append(Value(start, end, match.group(), self._key, "number"))


def _may_go_on(text: str, match: re.Match[str]) -> bool:
    """Tell whether what comes in next may belong to the last token."""
    at = match.end()
    left = len(text) - at
    if match.lastgroup == "between":
        return False
    if match.lastgroup == "string" and left < _UNFINISHED:
        return not text[at:].strip()  # a colon would make a key of it
    return not left or (left < _UNFINISHED and text[at] in ".eE")


def _decoded(raw: str) -> str:
    if "\\" not in raw:
        return raw
    try:
        text: str = json.loads(f'"{raw}"', strict=False)
    except ValueError:
        return raw
    return text


def write_string(was: str, text: str) -> str:
    """Return a text as a JSON string, with escapes if the raw string it stands for ``was`` so."""
    written = json.dumps(text, ensure_ascii="\\u" in was)
    return _LONE.sub(lambda match: f"\\u{ord(match.group()):04x}", written)


def place_in_string(raw: str, text: str, at: int) -> int:
    """Return where in a raw string, with its quotes, the character of its text stands."""
    if len(raw) == len(text) + 2:
        return at + 1
    starts = [0, *accumulate(len(part) for part in _ESCAPED.findall(raw[1:-1]))]
    return starts[min(at, len(starts) - 1)] + 1
