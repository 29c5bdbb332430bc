"""Recognizers made of a pattern, words beside it, and a checksum."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from sumun.detection.custom.pattern import Bounded, UnusablePattern, bounded
from sumun.detection.entities import canonical
from sumun.detection.offsets import Offsets
from sumun.detection.presence import Places, open_engine
from sumun.detection.recognizer import CONTEXT_BOOST, END, WINDOW, FunctionRecognizer

Judge = Callable[[re.Match[str]], tuple[int, int, float] | None]
"""Takes a match, returns the span of the finding and its score; ``None`` drops it."""

MISMATCH = 0.4
"""What a wrong checksum takes from a score."""

_LONGEST = 4_096
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def _luhn(value: str) -> bool:
    digits = [int(each) for each in value if each in "0123456789"]
    doubled = [each * 2 - 9 * (each > 4) for each in digits[-2::-2]]  # noqa: PLR2004 - ISO/IEC 7812-1
    return len(digits) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _mod97(value: str) -> bool:
    """Tell whether a text of letters and digits leaves 1 (ISO 7064), its first four moved last."""
    text = "".join(each for each in value.upper() if each.isalnum() and each.isascii())
    moved = text[4:] + text[:4]
    return bool(moved) and int("".join(str(int(each, 36)) for each in moved)) % 97 == 1


def _mod11(value: str) -> bool:
    """Tell whether digits, weighted 2, 3 … 10 from the right, add up to a multiple of 11."""
    text = [each for each in value.upper() if each in "0123456789X"]
    if len(text) < 2 or "X" in text[:-1]:  # noqa: PLR2004 - a digit and its check digit
        return False
    check = 10 if text[-1] == "X" else int(text[-1])
    weighted = sum(int(each) * (2 + at % 9) for at, each in enumerate(reversed(text[:-1])))
    return (weighted + check) % 11 == 0


def _verhoeff(value: str) -> bool:
    """Tell whether digits end in Verhoeff's check digit: products in the dihedral group of ten."""
    checked = 0
    for at, each in enumerate(reversed([each for each in value if each in "0123456789"])):
        digit = int(each)
        for _ in range(at % 8):
            digit = _PERMUTATION[digit]
        checked = _dihedral(checked, digit)
    return checked == 0


_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _dihedral(left: int, right: int) -> int:
    if left < 5:  # noqa: PLR2004 - rotations, then reflections
        return (left + right) % 5 + (0 if right < 5 else 5)  # noqa: PLR2004
    return (left - right) % 5 + (5 if right < 5 else 0)  # noqa: PLR2004


CHECKSUMS: dict[str, Callable[[str], bool]] = {
    "luhn": _luhn,
    "mod97": _mod97,
    "mod11": _mod11,
    "verhoeff": _verhoeff,
}
"""Checksums by name."""


def custom_recognizer(
    name: str,
    entity: str,
    pattern: str,
    *,
    context: Iterable[str] = (),
    score: float = 0.6,
    checksum: str = "",
) -> FunctionRecognizer:
    """Return a recognizer of what a pattern describes.

    Parameters
    ----------
    name:
        What findings and their explanations call it.
    entity:
        The type of what it finds: a known one, or one of your own (``CUSTOM_EMPLOYEE_NUMBER``).
    pattern:
        See :func:`sumun.detection.custom.pattern.bounded`. A group, if there is one, is the value.
    context:
        Words to the left of the value, or in its key, that make it surer; in any case.
    score:
        How sure the pattern alone is, 0 to 1.
    checksum:
        One of :data:`CHECKSUMS`: right makes sure, wrong takes :data:`MISMATCH` away.

    Raises
    ------
    UnusablePattern
        If the pattern cannot be used, or nothing is called so.

    """
    if not _NAME.fullmatch(name):
        raise UnusablePattern("name: must be letters, digits, '_' and '-', at most 64")
    try:
        entity_type = canonical(entity)
    except KeyError as error:
        raise UnusablePattern(f"entity: {error.args[0]}") from None
    if checksum and checksum not in CHECKSUMS:
        raise UnusablePattern(f"checksum: {checksum!r} is none of {', '.join(CHECKSUMS)}")
    words = _any_of(context)
    check = CHECKSUMS.get(checksum)

    def judge(match: re.Match[str]) -> tuple[int, int, float] | None:
        start, end = match.span(1) if match.re.groups and match.start(1) >= 0 else match.span()
        total = score
        if check is not None:
            total = 1.0 if check(match.string[start:end]) else score - MISMATCH
        if words is not None and words.search(_before(match.string, start)):
            total += CONTEXT_BOOST
        return (start, end, min(1.0, total)) if total > 0 else None

    return pattern_recognizer(name, entity_type, bounded(pattern), judge)


def pattern_recognizer(
    name: str, entity_type: str, rule: Bounded, judge: Judge
) -> FunctionRecognizer:
    """Return the recognizer of a bounded pattern: tried only where its trigger shows.

    Raises
    ------
    UnusablePattern
        If the engine cannot take it.

    """
    reach = min(_LONGEST, rule.width)
    _places(rule.trigger)

    def find(text: str) -> Iterator[tuple[int, int, float]]:
        for begin, end in _windows(text, rule.trigger, reach):
            for match in rule.pattern.finditer(text, begin, end):
                if match.end() == end < len(text):
                    continue  # may go on, or end only because the window does
                found = judge(match)
                if found is not None and found[1] > found[0]:
                    yield found

    return FunctionRecognizer(name=name, entity_type=entity_type, trigger=rule.trigger, find=find)


def _windows(text: str, trigger: bytes, reach: int) -> list[tuple[int, int]]:
    """Return the parts of a text that a match may lie in, apart from each other."""
    find_places = _places(trigger)
    if find_places is None:
        return [(0, len(text))]
    data = text.encode("utf-8", "surrogatepass")
    starts = [start for start, _ in find_places(data)]
    if len(data) != len(text):
        starts = list(map(Offsets(data).character, starts))
    windows: list[tuple[int, int]] = []
    for start in starts:
        end = min(len(text), start + 2 * reach + 1)
        if windows and start <= windows[-1][1]:
            windows[-1] = windows[-1][0], end
        else:
            windows.append((start, end))
    return windows


@cache
def _places(trigger: bytes) -> Places | None:
    """Return what finds the places of a trigger; nothing if it is too large for that.

    Raises
    ------
    UnusablePattern
        If the engine cannot take it at all.

    """
    engine = open_engine()
    try:
        engine.presence([trigger])
    except Exception as error:  # noqa: BLE001 - engines raise their own
        raise UnusablePattern(f"cannot be compiled: {error}") from None
    return engine.places(trigger)


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    chosen = [re.escape(word) for word in words]
    return re.compile("|".join(chosen), re.IGNORECASE) if chosen else None


def _before(text: str, start: int) -> str:
    window = text[max(0, start - WINDOW) : start]
    return window[window.rfind(END) + 1 :]
