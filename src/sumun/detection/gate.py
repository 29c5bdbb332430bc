"""Which triggers need not be looked for where there is nothing like a number or a code.

Triggers made of character classes cost an automaton far more than words do, and most ask for
digits or a long token: prose is scanned without them. A *gate* is a pattern that occurs in every
text in which a trigger behind it occurs, and :func:`gates` proves it from the trigger alone.
"""

import re
from collections.abc import Iterator
from functools import cache

_BESIDE = 4
_LONG = 16

AT = b"@"
DIGIT = rb"[0-9]"
LONG = rb"[0-9A-Za-z+/_-]{%d}" % _LONG
CODE = rb"[0-9][0-9A-Za-z]{%d}|[0-9A-Za-z]{%d}[0-9]" % (_BESIDE, _BESIDE)

_ITEM = re.compile(
    rb"(?P<one>\[\^?\]?(?:\\.|[^\]\\])*\]|\\x[0-9a-fA-F]{2}|\\.|[^\\\[\](){}?*+|^$])"
    rb"(?P<repeat>\{\d+(?:,\d*)?\}|[?*+])?",
    re.DOTALL,
)
_CLASS = re.compile(rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_REPEAT = re.compile(rb"\{\d+(?:,\d*)?\}|[?*+]")
_AT = frozenset(AT)
_DIGITS = frozenset(b"0123456789")
_ALNUM = _DIGITS.union(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_TOKEN = _ALNUM.union(b"+/_-")


_WORD = re.compile(rb"[A-Za-z_@:\x80-\xff]{3}")
_NOT_LITERAL = re.compile(
    rb"\[[^\]]*\]|\\x..|\{[0-9,]+\}|\(\?[:a-z]+[^()]*(?:\|\)|\)[?*])", re.DOTALL
)


def has_word(trigger: bytes) -> bool:
    """Tell whether the trigger has a literal of some length, which an automaton finds fast."""
    return _WORD.search(_NOT_LITERAL.sub(b"", trigger)) is not None


@cache
def gates(trigger: bytes) -> frozenset[bytes]:
    """Return the gates that are in every match of the trigger.

    Of a repeat its least counts, and what may be absent or longer ends a run; so does a group,
    whatever is in it. Triggers that are alternatives have no gates.
    """
    runs = list(_runs(trigger))
    found = set()
    if any(_DIGITS.issuperset(each) for run in runs for each in run):
        found.add(DIGIT)
    if any(each == _AT for run in runs for each in run):
        found.add(AT)
    if any(_has_code(part) for run in runs for part in _parts(run, _ALNUM)):
        found.add(CODE)
    if any(len(part) >= _LONG for run in runs for part in _parts(run, _TOKEN)):
        found.add(LONG)
    return frozenset(found)


def _runs(trigger: bytes) -> Iterator[list[frozenset[int]]]:
    """Yield what stands side by side in every match: for each character the bytes it may be."""
    run: list[frozenset[int]] = []
    position = 0
    alternatives: list[list[frozenset[int]]] = []
    while position < len(trigger):
        item = _ITEM.match(trigger, position)
        if item is None:
            end = _group_end(trigger, position)
            if end is None:
                return
            alternatives.append(run)
            run, position = [], end
            continue
        position = item.end()
        least, fixed = _repeats(item["repeat"])
        run = [*run, *[_characters(item["one"])] * least]
        if not fixed:
            alternatives.append(run)
            run = run[len(run) - least :]
    yield from alternatives
    yield run


def _group_end(trigger: bytes, position: int) -> int | None:
    """Return where a group and its repeat end; nothing if what is there is not a plain group."""
    if not trigger.startswith((b"(?:", b"(?i:"), position):
        return None
    depth = 0
    while position < len(trigger):
        skipped = _CLASS.match(trigger, position)
        if skipped:
            position = skipped.end()
            continue
        depth += trigger.startswith(b"(", position) - trigger.startswith(b")", position)
        position += 1
        if depth == 0:
            repeat = _REPEAT.match(trigger, position)
            return repeat.end() if repeat else position
    return None


def _parts(run: list[frozenset[int]], allowed: frozenset[int]) -> Iterator[list[frozenset[int]]]:
    part: list[frozenset[int]] = []
    for each in run:
        if each <= allowed:
            part.append(each)
        else:
            yield part
            part = []
    yield part


def _has_code(part: list[frozenset[int]]) -> bool:
    digits = [each <= _DIGITS for each in part]
    return any(digits[_BESIDE:]) or any(digits[: max(0, len(digits) - _BESIDE)])


def _repeats(repeat: bytes | None) -> tuple[int, bool]:
    if not repeat:
        return 1, True
    if repeat in b"?*":
        return 0, False
    if repeat == b"+":
        return 1, False
    least, comma, _ = repeat[1:-1].partition(b",")
    return int(least), not comma


@cache
def _characters(one: bytes) -> frozenset[int]:
    matches = re.compile(one, re.DOTALL).match
    return frozenset(code for code in range(256) if matches(bytes((code,))))
