"""Which texts are worth a model's time: a name needs a capital, or a script without capitals."""

import re
from collections.abc import Collection

MAX_LENGTH = 100_000
"""Code points of the longest text that a model is given."""

_SHORTEST = 2
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_KOREAN = re.compile(f"[{_HANGUL}]")
_CAPITAL_OR_OTHER_SCRIPT = re.compile(rf"[A-Z]|[^\W\d_\x00-\x7f{_HANGUL}]")
_ANY = re.compile(rb"[A-Z\x80-\xff]")


def is_worth_reading(text: str, languages: Collection[str]) -> bool:
    """Tell whether a text may hold what a model of these languages looks for.

    Korean needs Hangul; every other language a capital letter or a letter beyond ASCII. No
    languages means all of them.
    """
    if len(text) < _SHORTEST:
        return False
    if (not languages or "ko" in languages) and _KOREAN.search(text):
        return True
    if languages and set(languages) == {"ko"}:
        return False
    return _CAPITAL_OR_OTHER_SCRIPT.search(text) is not None


def may_hold_any(raw: bytes) -> bool:
    """Tell whether some text in these bytes of JSON without escapes may pass the gate."""
    return _ANY.search(raw) is not None
