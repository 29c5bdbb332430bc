"""What identity numbers have in common: digits or a code, a check, and words that announce them.

A number of nine to thirteen bare digits says little: ids, timestamps and counters look the same. It
needs a word of its own beside it; a check digit that holds lets the word stand further away. A form
that nothing else is written in, or letters in the right places, may be enough alone.
"""

import re
from collections.abc import Callable

from sumun.detection.recognizer import NumberRecognizer, PatternRecognizer

Check = Callable[[str], bool]

VALID = 0.3
"""A number whose check digit holds: found within a line of its word."""

INVALID = 0.18
"""A number whose check digit does not hold: found right beside its word."""

UNCHECKED = 0.22
"""A number that has no check digit."""


def number(
    name: str,
    entity_type: str,
    shape: str,
    check: Check | None = None,
    *,
    valid: float = VALID,
    invalid: float = INVALID,
) -> NumberRecognizer:
    """Return a recognizer of digits, in a shape as :class:`NumberRecognizer` has it."""
    if check is None:
        return NumberRecognizer(
            name=name,
            entity_type=entity_type,
            shape=shape,
            judge=lambda _digits, _written: UNCHECKED,
            ceiling=UNCHECKED,
        )

    def judge(digits: str, _written: str) -> float:
        return valid if check(digits) else invalid

    return NumberRecognizer(
        name=name, entity_type=entity_type, shape=shape, judge=judge, ceiling=max(valid, invalid)
    )


DIGITS_LETTER = rb"[0-9]{7}-?[A-Zvx]"
LETTER_DIGITS = rb"[A-Z][0-9]{6}"
LETTERS_DIGITS = rb"[A-Z]{5}[0-9]{2}"
DIGITS_SLASH_DIGITS = rb"[0-9]{3}/[0-9]{3}"
"""Triggers that several codes share, so that the presence pass stays short."""

_NOT_ALNUM = re.compile(r"[^0-9A-Za-z]")


def code(
    name: str,
    entity_type: str,
    trigger: bytes,
    pattern: str,
    check: Check | None = None,
    *,
    valid: float = VALID,
    invalid: float = INVALID,
) -> PatternRecognizer:
    """Return a recognizer of letters and digits.

    ``check`` is given the code in capitals without separators.
    """

    def judge(match: re.Match[str]) -> float:
        if check is None:
            return valid
        return valid if check(_NOT_ALNUM.sub("", match["value"]).upper()) else invalid

    return PatternRecognizer(
        name=name,
        entity_type=entity_type,
        trigger=trigger,
        pattern=re.compile(
            rf"(?<![A-Za-z0-9_+/-])(?P<value>{pattern})(?![A-Za-z0-9_]|[-/+][A-Za-z0-9])"
        ),
        judge=judge,
        context=True,
        ceiling=valid if check is None else max(valid, invalid),
    )


def labelled(
    name: str, entity_type: str, label: str, value: str, score: float = 0.6
) -> PatternRecognizer:
    """Return a recognizer of codes of no fixed form, right behind a label or under a key.

    ``label`` is in lower case, in the syntax common to :mod:`re` and hyperscan.
    """
    return PatternRecognizer(
        name=name,
        entity_type=entity_type,
        trigger=rf"(?i:{label})".encode(),
        pattern=re.compile(
            rf"(?i:(?<![a-z])(?:{label}))(?i:[ _-]?(?:number|numbers|num|no|nr|id|#))?\.?"
            rf"[\"'\])*]{{0,3}}(?:[ \t]{{0,3}}(?:[:=#\x1f\uff1a|-]|is|was|은|는)[ \t]{{0,3}}"
            rf"|[ \t]{{1,3}}|(?:</?[a-z]{{1,8}}[^<>\n]{{0,40}}>\s{{0,4}}){{1,4}})"
            rf"[\"'#(*\[]{{0,2}}(?P<value>{value})(?![A-Za-z0-9_])"
        ),
        judge=score,
        labelled=True,
    )
