"""Values in JSON: walked without recursion, joined into one text, found again by path.

Every leaf, key and number becomes a piece of one text, so that a whole tool result is scanned in
one pass. A value is written behind its key, which gives it context.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Any

import msgspec

from sumun.detection.finding import Finding
from sumun.detection.overlaps import Candidate
from sumun.detection.recognizer import END, KEY

Container = dict[str, Any] | list[Any]
Key = str | int

_SHORTEST_NUMBER = 1_000_000
_LONGEST_NUMBER = 10**40
_SIGNIFICANT = 6
_CONTEXT = 64
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")


class Unscannable(Exception):
    """The value cannot be scanned and must not be passed on as if it had been."""


class TooDeep(Unscannable):
    """The value is nested more deeply than the detector is told to follow."""


class TooLarge(Unscannable):
    """The text, or all texts of the value together, are longer than the detector reads."""


class NotJson(Unscannable):
    """The value holds something that JSON does not know."""


class Leaf(msgspec.Struct, frozen=True, gc=False):
    """A place in a tree where text or a number stands.

    Attributes
    ----------
    container, key:
        ``container[key]`` is the value; writing there rewrites the tree in place.
    text:
        What was scanned: the string, or the number in decimal digits.
    is_key:
        Whether the text is the key itself, not the value under it.
    path:
        JSON path (``$.customer.phones[0]``).

    """

    container: Container
    key: Key
    text: str
    is_key: bool
    path: str


class LeafFindings(msgspec.Struct, frozen=True, gc=False):
    """What was found in one leaf; spans are of the leaf's text."""

    leaf: Leaf
    findings: list[Finding]


class Tree:
    """A JSON value, taken apart.

    Raises
    ------
    TooDeep, TooLarge, NotJson
        As the limits say; ``max_depth`` counts containers, ``max_length`` code points.

    """

    def __init__(
        self, value: object, skip: Iterable[str], *, max_depth: int, max_length: int
    ) -> None:
        self._pieces: list[str] = []
        # Of each piece: its container, its key there, and where in the piece the value begins.
        self._containers: list[Container] = []
        self._keys: list[Key] = []
        self._values_at: list[int] = []
        # A bare value is looked at as the only element of a list that stands outside of the tree.
        self._outside = outside = [value]
        self._parents: dict[int, tuple[Container, Key]] = {}
        self._paths = {id(value): "$"}
        self._skipped = {place for path in skip if (place := _resolve(outside, path))}
        self._max_depth = max_depth
        self._stack: list[tuple[Container, str, int]] = [(outside, "", 0)]
        self._walk()
        self.text = "".join(self._pieces)
        """All pieces as one text."""
        if len(self.text) > max_length:
            raise TooLarge(f"more than {max_length} characters")

    def locate(self, candidates: Iterable[Candidate]) -> list[LeafFindings]:
        """Return what was found in :attr:`text`, sorted by start, by the leaf it is in."""
        ends = list(accumulate(map(len, self._pieces)))
        found: list[LeafFindings] = []
        last, last_is_key, number, end_of_number = -1, False, -1, -1
        for start, end, score, entity_type, recognizer in candidates:
            if start >= end_of_number:
                number = bisect_right(ends, start)
                end_of_number = ends[number]
            piece, value_at = self._pieces[number], self._values_at[number]
            offset = end_of_number - len(piece)
            is_key = end - offset < value_at
            if is_key:
                if type(self._keys[number]) is int:
                    continue  # the name of a list, already seen where it stands
                shift, first, stop = offset, start - offset, end - offset
            else:
                shift = offset + value_at
                first, stop = max(start - shift, 0), min(end, end_of_number - 1) - shift
            if first >= stop:
                continue
            if number != last or is_key is not last_is_key:
                last, last_is_key = number, is_key
                leaf = self._leaf(number, is_key)
                found.append(LeafFindings(leaf, []))
            found[-1].findings.append(
                Finding(entity_type, first, stop, score, recognizer, leaf.path)
            )
        return found

    def _leaf(self, number: int, is_key: bool) -> Leaf:
        piece, value_at = self._pieces[number], self._values_at[number]
        container, key = self._containers[number], self._keys[number]
        text = piece[: value_at - 1] if is_key else piece[value_at:-1]
        return Leaf(container, key, text, is_key, self._path(container, key))

    def _walk(self) -> None:
        stack, skipped = self._stack, self._skipped
        while stack:
            container, name, depth = stack.pop()
            if depth > self._max_depth:
                raise TooDeep(f"nested more than {self._max_depth} deep")
            if isinstance(container, list):
                self._take_elements(container, name, depth)
            elif skipped:
                kept = {k: v for k, v in container.items() if (id(container), k) not in skipped}
                self._take_members(container, kept, depth)
            else:
                self._take_members(container, container, depth)

    def _take_members(self, container: Container, members: dict[str, Any], depth: int) -> None:
        add_piece, add_value_at = self._pieces.append, self._values_at.append
        for key, value in members.items():
            if type(key) is not str:
                raise NotJson(f"a key of type {type(key).__name__}")
            text = value if type(value) is str else self._text(container, key, value, key, depth)
            add_piece(f"{key}{KEY}{text}{END}")
            add_value_at(len(key) + 1)
        self._keys.extend(members)
        self._containers.extend([container] * len(members))

    def _take_elements(self, container: list[Any], name: str, depth: int) -> None:
        context = name[-_CONTEXT:]
        value_at = len(context) + 1
        for index, value in enumerate(container):
            if self._skipped and (id(container), index) in self._skipped:
                continue
            text = value if type(value) is str else self._text(container, index, value, name, depth)
            if text:
                self._pieces.append(f"{context}{KEY}{text}{END}")
                self._containers.append(container)
                self._keys.append(index)
                self._values_at.append(value_at)

    def _text(self, container: Container, key: Key, value: object, name: str, depth: int) -> str:
        kind = type(value)
        if kind is str:
            return value  # type: ignore[return-value]
        if kind is int or kind is float:
            return _number(value)  # type: ignore[arg-type]
        if kind is dict or kind is list:
            if id(value) not in self._parents:  # the same object twice is looked at once
                self._parents[id(value)] = (container, key)
                self._stack.append((value, name, depth + 1))  # type: ignore[arg-type]
            return ""
        if value is None or kind is bool:
            return ""
        raise NotJson(f"a value of type {kind.__name__}")

    def _path(self, container: Container, key: Key) -> str:
        if container is self._outside:
            return "$"
        path = self._paths.get(id(container))
        if path is None:
            path = self._climb(container)
        return path + _step(key)

    def _climb(self, container: Container) -> str:
        climbed: list[tuple[int, Key]] = []
        while id(container) not in self._paths:
            parent = self._parents[id(container)]
            climbed.append((id(container), parent[1]))
            container = parent[0]
        path = self._paths[id(container)]
        for known, step in reversed(climbed):
            path = self._paths[known] = path + _step(step)
        return path


def _number(value: float) -> str:
    """Write a number as people would, or not at all where it is too short to be anybody's."""
    if not _SHORTEST_NUMBER <= abs(value) < _LONGEST_NUMBER or value != int(value):
        return ""
    text = str(int(value))
    if type(value) is float and len(text.rstrip("0")) < _SIGNIFICANT:
        return ""  # 1e9 is a quantity
    return text


@lru_cache(4096)
def _step(key: Key) -> str:
    if type(key) is int:
        return f"[{key}]"
    if _IDENTIFIER.match(str(key)):
        return f".{key}"
    return "['" + str(key).replace("\\", "\\\\").replace("'", "\\'") + "']"


_STEPS = re.compile(r"\.([^\W\d]\w*)|\[(\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\]")
_PATH = re.compile(rf"\$(?:{_STEPS.pattern})*")


def _resolve(outside: Container, path: str) -> tuple[int, Key] | None:
    """Return where the path leads, if the tree has such a place.

    Raises
    ------
    ValueError
        If this is not a path.

    """
    if not _PATH.fullmatch(path):
        raise ValueError(f"not a JSON path: {path!r}")
    container: Any = outside
    key: Key = 0
    for match in _STEPS.finditer(path):
        member, index, quoted = match.groups()
        try:
            container = container[key]
            key = member or (int(index) if index else re.sub(r"\\(.)", r"\1", quoted))
            container[key]
        except (KeyError, IndexError, TypeError):
            return None
    return id(container), key
