"""Which triggers need not be looked for where there is nothing like a number or a code.

Triggers made of character classes cost an automaton far more than words do, and most ask for
digits: prose is scanned without them. :data:`GATE` occurs in every text in which one of the gated
occurs, and :func:`is_gated` proves it from the trigger alone.
"""

import re

_BESIDE = 4
_LONG = 18

GATE = rb"[0-9][0-9A-Za-z]{%d}|[0-9A-Za-z]{%d}[0-9]|[0-9A-Za-z]{%d}" % (_BESIDE, _BESIDE, _LONG)

_ITEM = re.compile(
    rb"(?P<one>\[\^?\]?(?:\\.|[^\]\\])*\]|\\x[0-9a-fA-F]{2}|\\.|[^\\\[\](){}?*+|])"
    rb"(?P<repeat>\{\d+(?:,\d*)?\}|[?*+])?",
    re.DOTALL,
)
_WORD = re.compile(rb"[A-Za-z_@:\x80-\xff]{3}")
_CLASSES = re.compile(rb"\[[^\]]*\]|\\x..|\{[0-9,]+\}")
_DIGITS = frozenset(b"0123456789")
_ALNUM = _DIGITS.union(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


def is_gated(trigger: bytes) -> bool:
    """Tell whether every match of the trigger holds what :data:`GATE` looks for.

    Only triggers without groups and alternatives are judged. Of a repeat its least counts, and
    what may be absent or longer ends a run.
    """
    run: list[bool] = []  # for each character in turn, all of them alphanumeric: is it a digit?
    position = 0
    enough = False
    while position < len(trigger):
        item = _ITEM.match(trigger, position)
        if item is None:
            return False
        position = item.end()
        least, fixed = _repeats(item["repeat"])
        allowed = _characters(item["one"])
        if allowed <= _ALNUM:
            run.extend([allowed <= _DIGITS] * least)
            enough = enough or _is_enough(run)
            if not fixed:  # more may come in between, of the same kind
                run = run[len(run) - least :]
        else:
            run = []
    return enough


def has_word(trigger: bytes) -> bool:
    """Tell whether the trigger has a literal of some length, which an automaton finds fast."""
    return _WORD.search(_CLASSES.sub(b"", trigger)) is not None


def _is_enough(run: list[bool]) -> bool:
    return len(run) >= _LONG or any(run[_BESIDE:]) or any(run[: max(0, len(run) - _BESIDE)])


def _repeats(repeat: bytes | None) -> tuple[int, bool]:
    if not repeat:
        return 1, True
    if repeat in b"?*":
        return 0, False
    if repeat == b"+":
        return 1, False
    least, comma, _ = repeat[1:-1].partition(b",")
    return int(least), not comma


def _characters(one: bytes) -> frozenset[int]:
    matches = re.compile(one, re.DOTALL).match
    return frozenset(code for code in range(256) if matches(bytes((code,))))
