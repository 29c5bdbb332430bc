"""Values known one by one: always found (deny-lists, honeytokens) or never (allow-lists)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from sumun.detection.custom.pattern import UnusablePattern, bounded
from sumun.detection.entities import canonical
from sumun.detection.recognizer import FunctionRecognizer

HONEYTOKEN = "HONEYTOKEN"
"""The type of decoys."""

CERTAIN = 2.0
"""Outranks whatever else is found in the same place; reported as 1."""

MAX_VALUES = 10_000
"""How many values one list may hold."""

MAX_VALUE = 512
"""Characters of the longest value."""

MIN_VALUE = 3
"""Characters of the shortest value: a shorter one is in every text."""

ANY = "*"
"""In an allow-list: whatever type it was taken for."""

_CHUNK = 8_000
_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


def exact_recognizers(
    name: str, entity: str, values: Iterable[str]
) -> Iterator[FunctionRecognizer]:
    """Yield recognizers that find each of the values wherever it stands as a word of its own.

    A Korean particle may follow. Case counts.

    Raises
    ------
    UnusablePattern
        If there are too many, or one is too short or too long.

    """
    try:
        entity_type = canonical(entity)
    except KeyError as error:
        raise UnusablePattern(error.args[0]) from None
    wanted = list(dict.fromkeys(values))
    if len(wanted) > MAX_VALUES:
        raise UnusablePattern(f"more than {MAX_VALUES} values")
    for number, value in enumerate(wanted, 1):
        if not MIN_VALUE <= len(value) <= MAX_VALUE:
            # Not shown: it may be what nobody may know.
            raise UnusablePattern(f"value {number}: must be {MIN_VALUE} to {MAX_VALUE} characters")
    for trigger, chunk in _chunks(wanted):
        yield FunctionRecognizer(
            name=name, entity_type=entity_type, trigger=trigger, find=_finder(chunk)
        )


def _chunks(values: list[str]) -> Iterator[tuple[bytes, list[str]]]:
    """Yield values in portions that one trigger holds."""
    chunk: list[str] = []
    escaped: list[str] = []
    length = 0
    for value in values:
        encoded = value.encode("utf-8", "surrogatepass")
        text = "".join(f"\\x{byte:02x}" for byte in encoded)
        if chunk and length + len(text) > _CHUNK:
            yield "|".join(escaped).encode(), chunk
            chunk, escaped, length = [], [], 0
        chunk.append(value)
        escaped.append(text)
        length += len(text) + 1
    if chunk:
        yield "|".join(escaped).encode(), chunk


def _finder(values: list[str]) -> Callable[[str], Iterator[tuple[int, int, float]]]:
    def find(text: str) -> Iterator[tuple[int, int, float]]:
        for value in values:
            start = text.find(value)
            while start >= 0:
                end = start + len(value)
                if not _is_part_of_word(text, start, end):
                    yield start, end, CERTAIN
                start = text.find(value, end)

    return find


def _is_part_of_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1] in _WORD and text[start] in _WORD
    after = end < len(text) and text[end] in _WORD and text[end - 1] in _WORD
    return before or after


class Allowed:
    """Values that are never reported.

    Parameters
    ----------
    exact, patterns:
        By entity type, or :data:`ANY`: the values as they are, and patterns of the whole value.

    Raises
    ------
    UnusablePattern
        If a type is unknown or a pattern cannot be used; the message begins with the type.

    """

    def __init__(
        self,
        exact: Mapping[str, Iterable[str]] | None = None,
        patterns: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self._exact: dict[str, set[str]] = {}
        self._patterns: dict[str, list[re.Pattern[str]]] = {}
        for entity, values in (exact or {}).items():
            self._exact.setdefault(_type(entity), set()).update(values)
        for entity, sources in (patterns or {}).items():
            for source in sources:
                try:
                    found = bounded(source)
                except UnusablePattern as error:
                    raise UnusablePattern(f"{entity}: {error}") from None
                self._patterns.setdefault(_type(entity), []).append(found.pattern)

    def __bool__(self) -> bool:
        return bool(self._exact or self._patterns)

    def has(self, entity_type: str, value: str) -> bool:
        """Tell whether a value may go unreported. A decoy never may."""
        if entity_type == HONEYTOKEN:
            return False
        for kind in (entity_type, ANY):
            if value in self._exact.get(kind, ()):
                return True
            if any(pattern.fullmatch(value) for pattern in self._patterns.get(kind, ())):
                return True
        return False


def _type(entity: str) -> str:
    if entity == ANY:
        return ANY
    try:
        return canonical(entity)
    except KeyError as error:
        raise UnusablePattern(error.args[0]) from None
