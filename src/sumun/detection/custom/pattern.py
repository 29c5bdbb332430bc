"""Patterns that people write: bounded, without backtracking that explodes, seen by the first pass.

What is accepted is what RE2 accepts: no references back, no looking around. Every repeat without
an end gets one, and a pattern that could be matched in too many ways at one place is refused, so
that the time it takes grows with the text and no faster. From the same tree a trigger is written:
the pattern over the bytes of UTF-8, which matches wherever the pattern does.
"""

import re
from re import _constants as of  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

MAX_LENGTH = 2_000
"""Characters of the longest pattern."""

MAX_WAYS = 50_000
"""In how many ways a pattern may be tried at one place."""

MAX_REPEAT = 100
"""What a repeat without an end ends at."""

_WIDE = r"\x80-\xff"
_WIDEST = 4
"""A character takes at most so many bytes, each of which is one of :data:`_WIDE`."""

_ASCII = 0x80
_LONGEST_TRIGGER = 12_000
_MIDDLE_FLAG = re.compile(r"\(\?([ims]+)\)")
_POSIX = {
    "[:alnum:]": "A-Za-z0-9",
    "[:alpha:]": "A-Za-z",
    "[:digit:]": "0-9",
    "[:xdigit:]": "0-9A-Fa-f",
    "[:upper:]": "A-Z",
    "[:lower:]": "a-z",
    "[:space:]": r"\s",
    "[:word:]": r"\w",
}
_CATEGORIES = {
    of.CATEGORY_DIGIT: r"\d",
    of.CATEGORY_NOT_DIGIT: r"\D",
    of.CATEGORY_SPACE: r"\s",
    of.CATEGORY_NOT_SPACE: r"\S",
    of.CATEGORY_WORD: r"\w",
    of.CATEGORY_NOT_WORD: r"\W",
}
_PLACES = {
    of.AT_BEGINNING: "^",
    of.AT_BEGINNING_STRING: r"\A",
    of.AT_BOUNDARY: r"\b",
    of.AT_NON_BOUNDARY: r"\B",
    of.AT_END: "$",
    of.AT_END_STRING: r"\Z",
}


class UnusablePattern(ValueError):
    """A pattern cannot be used; the message says why and what to write instead."""


class Bounded(NamedTuple):
    """A pattern that can be used.

    ``trigger`` matches, in the bytes of a text's UTF-8 form, wherever ``pattern`` begins to match
    in the text. ``width`` is the longest match, in characters.
    """

    pattern: re.Pattern[str]
    trigger: bytes
    width: int


def bounded(source: str, *, max_ways: int = MAX_WAYS) -> Bounded:
    r"""Read a pattern.

    ``\w``, ``\d``, ``\s``, ``\b`` and case mean ASCII, as in RE2.

    Raises
    ------
    UnusablePattern
        If it is not a pattern, or none that can be used.

    """
    if not source or len(source) > MAX_LENGTH:
        raise UnusablePattern(f"must be 1 to {MAX_LENGTH} characters")
    try:
        tree = parser.parse(_as_python(source), re.ASCII)
    except re.error as error:
        raise UnusablePattern(f"is not a regular expression: {error.msg}") from None
    except (RecursionError, OverflowError):
        raise UnusablePattern("is nested too deeply") from None
    if tree.getwidth()[0] == 0:
        raise UnusablePattern("matches where there is nothing; say what must be there")
    ways = _ways(tree)
    if ways > max_ways:
        raise UnusablePattern(
            "can be matched in too many ways at one place; bound its repeats more tightly, and "
            "let neighbours share no characters"
        )
    trigger = _write(tree, wide=False)
    if tree.state.flags & re.IGNORECASE:
        trigger = f"(?i:{trigger})"
    if len(trigger) > _LONGEST_TRIGGER:
        raise UnusablePattern("is too long with its repeats and alternatives")
    flags = re.ASCII | (tree.state.flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL))
    written = _write(tree, wide=True)
    width = int(parser.parse(written, flags).getwidth()[1])
    return Bounded(re.compile(written, flags), trigger.encode("ascii"), width)


def _as_python(source: str) -> str:
    """Write what RE2 writes otherwise as :mod:`re` does: classes, the end, flags in the middle."""
    for name, members in _POSIX.items():
        source = source.replace(name, members)
    source = source.replace(r"\z", r"\Z")
    while (flag := _MIDDLE_FLAG.search(source, 1)) is not None:
        end = _end_of_group(source, flag.end())
        inner = source[flag.end() : end]
        source = f"{source[: flag.start()]}(?{flag[1]}:{inner}){source[end:]}"
    return source


def _end_of_group(source: str, start: int) -> int:
    """Return where the group that ``start`` lies in ends."""
    depth, in_class, at = 0, False, start
    while at < len(source):
        character = source[at]
        if character == "\\":
            at += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
            at += source[at + 1 : at + 2] == "]"
        elif character == "(":
            depth += 1
        elif character == ")":
            if not depth:
                return at
            depth -= 1
        at += 1
    return len(source)


def _ways(tree: Any) -> int:
    """Count in how many ways a tree may be tried at one place."""
    ways = 1
    for operation, argument in tree:
        if operation is of.BRANCH:
            ways *= sum(_ways(branch) for branch in argument[1])
        elif operation is of.SUBPATTERN:
            ways *= _ways(argument[3])
        elif operation in {of.MAX_REPEAT, of.MIN_REPEAT}:
            least, most, inner = argument
            most = MAX_REPEAT if most is of.MAXREPEAT else most
            one = _ways(inner)
            ways *= most - least + 1 if one == 1 else one ** min(most, 64) * (most - least + 1)
            if one == 1 and most > least and _varies(inner):
                ways *= most
        elif operation not in {of.LITERAL, of.NOT_LITERAL, of.IN, of.ANY, of.AT}:
            raise UnusablePattern(
                "refers back, looks around or gives nothing back: none of these takes linear time"
            )
    return ways


def _varies(tree: Any) -> bool:
    least, most = tree.getwidth()
    return bool(least != most)


def _write(tree: Any, *, wide: bool) -> str:
    """Write a tree as a pattern: over characters if ``wide``, else over the bytes of UTF-8."""
    return "".join(_write_one(operation, argument, wide=wide) for operation, argument in tree)


def _write_one(operation: Any, argument: Any, *, wide: bool) -> str:
    if operation is of.LITERAL:
        return _literal(argument, wide=wide)
    if operation in {of.IN, of.NOT_LITERAL}:
        members = argument if operation is of.IN else [(of.NEGATE, None), (of.LITERAL, argument)]
        return _class(members, wide=wide)
    if operation is of.ANY:
        return "." if wide else r"[^\n]{1,4}"
    if operation is of.AT:
        return _PLACES[argument] if wide else ""
    if operation is of.BRANCH:
        return "(?:" + "|".join(_write(branch, wide=wide) for branch in argument[1]) + ")"
    if operation is of.SUBPATTERN:
        return _group(argument, wide=wide)
    return _repeat(operation, argument, wide=wide)


def _repeat(operation: Any, argument: Any, *, wide: bool) -> str:
    least, most, inner = argument
    most = max(least, MAX_REPEAT if most is of.MAXREPEAT else most)
    if wide:
        lazy = "?" if operation is of.MIN_REPEAT else ""
        return f"(?:{_write(inner, wide=True)}){{{least},{most}}}{lazy}"
    if not most:
        return ""
    text = _write(inner, wide=False)
    if len(inner) == 1 and text.endswith(_OF_BYTES):
        return f"{text.removesuffix(_OF_BYTES)}]{{{least},{_WIDEST * most}}}"
    return f"(?:{text}){{{least},{most}}}"


_OF_BYTES = "]{1,4}"


def _group(argument: Any, *, wide: bool) -> str:
    number, added, removed, inner = argument
    text = _write(inner, wide=wide)
    flags = "".join(letter for letter, flag in _LETTERS if added & flag)
    off = "".join(letter for letter, flag in _LETTERS if removed & flag)
    scoped = f"(?{flags}{'-' + off if off else ''}:{text})" if flags or off else f"(?:{text})"
    return f"({scoped})" if wide and number is not None else scoped


_LETTERS = (("i", re.IGNORECASE), ("m", re.MULTILINE), ("s", re.DOTALL))


def _literal(code: int, *, wide: bool) -> str:
    if wide:
        return re.escape(chr(code))
    encoded = chr(code).encode("utf-8", "surrogatepass")
    letters = "".join(
        chr(byte) if chr(byte).isalnum() and byte < _ASCII else f"\\x{byte:02x}" for byte in encoded
    )
    return letters if len(encoded) == 1 else f"(?:{letters})"


def _class(members: Any, *, wide: bool) -> str:
    negated = bool(members) and members[0][0] is of.NEGATE
    inner, reaches = "", negated
    for operation, argument in members[1:] if negated else members:
        if operation is of.CATEGORY:
            inner += _CATEGORIES[argument]
            reaches |= argument in _BEYOND_ASCII
            continue
        first, last = (argument, argument) if operation is of.LITERAL else argument
        reaches |= last >= _ASCII
        if wide:
            inner += f"{_member(first)}-{_member(last)}"
        elif first < _ASCII:
            inner += f"{_member(first)}-{_member(min(last, _ASCII - 1))}"
    if wide:
        return f"[{'^' if negated else ''}{inner}]"
    if negated:
        return f"[^{inner}]{{1,{_WIDEST}}}" if inner else _ANY_BYTES
    return f"[{inner}{_WIDE}]{{1,{_WIDEST}}}" if reaches else f"[{inner}]"


_BEYOND_ASCII = {of.CATEGORY_NOT_DIGIT, of.CATEGORY_NOT_SPACE, of.CATEGORY_NOT_WORD}
_ANY_BYTES = r"[\x00-\xff]{1,4}"


def _member(code: int) -> str:
    if code >= _ASCII:
        return re.escape(chr(code))
    return chr(code) if chr(code).isalnum() else f"\\x{code:02x}"
