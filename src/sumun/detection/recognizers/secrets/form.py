"""What the recognizers of secrets have in common: their two forms, and what only stands for one.

A *token* is known by how it begins and what follows. A *keyed* secret looks like any other random
text; the name of its service beside it says what it is. Neither is ever taken for a secret because
it looks random: identifiers and hashes do too.
"""

import re
from collections.abc import Callable

from sumun.detection.recognizer import PatternRecognizer

Check = Callable[[str], bool | None]
"""Says whether a value's checksum is right; ``None`` where the value has none."""

CHECKED = 0.99
"""The checksum is right."""

STRUCTURED = 0.95
"""Prefix, length and alphabet are right."""

BESIDE_NAME = 0.85
"""Length and alphabet are right, and the service is named."""

MISMATCHED = 0.6
"""The checksum is wrong: mistyped, cut, or never a secret."""

DULL = 0.4
"""Random text of that length would hold digits and letters, large and small."""

STOP = r"(?![A-Za-z0-9_])"

PLACEHOLDER = re.compile(
    r"(?i)x{4,}|\*{3,}|example|placeholder|changeme|change[-_]me|your[-_]|my[-_]secret|<|>|\$\{"
    r"|\{\{|%\(|dummy|redacted|masked|insert[-_]|replace[-_]|\.{3}|0{8}|1234567890"
)
"""What people write where a secret will stand."""

_EDGE = r"[A-Za-z0-9_-]"
_ALTERNATIVES = re.compile(r"[\\()\[\]|?{}.]")
_UPPER_BOUND = re.compile(r"\{([1-9]\d*),\d*\}\Z")
_LONG_PREFIX = 5
_VARIED = 5

_BETWEEN = (
    r"[A-Za-z0-9_ .가-힣-]{0,24}[\"'\])\\]{0,3}[ \t]{0,4}(?:[:=\x1f]|=>|:=)[ \t]{0,4}[\"'\x1f]?"
)
_BETWEEN_BYTES = rb"[A-Za-z0-9_ .\x80-\xbf\xea-\xed-]{0,72}[\"'\])\\]*\s*[:=\x1f]"


def token(
    name: str,
    prefix: str,
    body: str,
    *,
    trigger: str = "",
    check: Check | None = None,
    plain: bool = False,
    entity_type: str = "API_KEY",
) -> PatternRecognizer:
    """Return the recognizer of what begins with ``prefix`` and goes on as ``body`` says.

    Both are patterns in the syntax that hyperscan and :mod:`re` share. ``trigger`` is needed only
    where the two, shortened to what each value has, do not make a good one. ``plain`` says that
    what follows the prefix may be letters alone.
    """
    shortest = trigger or prefix + _UPPER_BOUND.sub(r"{\1}", body)
    if _ALTERNATIVES.search(prefix):
        pattern = rf"(?<!{_EDGE})(?P<value>{prefix}{body}){STOP}"
    else:  # begins with a literal, which re finds fast
        pattern = rf"(?P<value>{prefix}(?<!{_EDGE}{prefix}){body}){STOP}"
    # What begins like a word must not go on like one: sk-fading-circle.
    in_cases = len(prefix) < _LONG_PREFIX and "A-Z" in body and "a-z" in body

    def judge(match: re.Match[str]) -> float:
        value = match["value"]
        if is_placeholder(value):
            return 0.0
        if check is not None and (right := check(value)) is not None:
            return CHECKED if right else MISMATCHED
        if plain or (is_mixed(value) and not (in_cases and value[len(prefix) :].islower())):
            return STRUCTURED
        return DULL

    return PatternRecognizer(
        name=name,
        entity_type=entity_type,
        trigger=shortest.encode(),
        pattern=re.compile(pattern),
        judge=judge,
    )


def keyed(name: str, service: str, body: str, *, entity_type: str = "API_KEY") -> PatternRecognizer:
    """Return the recognizer of what stands behind a name that has ``service`` in it.

    ``service`` is a pattern in any case; the name may go on (``DATADOG_API_KEY``).
    """
    return PatternRecognizer(
        name=name,
        entity_type=entity_type,
        trigger=b"(?i:" + service.encode() + b")" + _BETWEEN_BYTES,
        pattern=re.compile(rf"(?ai:{service}){_BETWEEN}(?P<value>{body})(?![A-Za-z0-9_+/-])"),
        judge=_beside_name,
    )


def _beside_name(match: re.Match[str]) -> float:
    value = match["value"]
    if is_placeholder(value) or not is_mixed(value):
        return 0.0
    return BESIDE_NAME


def is_placeholder(value: str) -> bool:
    """Tell whether a value only stands where a secret will be."""
    return len(set(value)) < _VARIED or PLACEHOLDER.search(value) is not None


def is_mixed(value: str) -> bool:
    """Tell whether there are digits and letters, as in nearly all random text and few words."""
    return not value.isdigit() and any(map(str.isdigit, value)) and any(map(str.isalpha, value))
