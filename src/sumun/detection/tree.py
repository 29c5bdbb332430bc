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
_COORDINATES = ("lat", "latitude", "lon", "lng", "long", "longitude", "위도", "경도")
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
        # One piece for each member or element, which may be empty. Of each container looked at:
        # which piece is its first, and the keys of its members, or the one of its elements.
        self._pieces: list[str] = []
        self._firsts: list[int] = []
        self._containers: list[Container] = []
        self._keys: list[list[str] | str] = []
        # A bare value is looked at as the only element of a list that stands outside of the tree.
        self._outside = outside = [value]
        self._parents: dict[int, tuple[Container, Key]] = {}
        self._paths = {id(value): "$"}
        self._skipped = {place for path in skip if (place := _resolve(outside, path))}
        self._max_depth = max_depth
        self._stack: list[tuple[Container, str, int]] = [(outside, "", 0)]
        self._walk()
        if sum(map(len, self._pieces)) > max_length:
            raise TooLarge(f"more than {max_length} characters")
        self.text = "".join(self._pieces)
        """All pieces as one text."""

    def locate(self, candidates: Iterable[Candidate]) -> list[LeafFindings]:
        """Return what was found in :attr:`text`, sorted by start, by the leaf it is in."""
        ends = list(accumulate(map(len, self._pieces)))
        found: list[LeafFindings] = []
        last, end_of_piece = -1, -1
        for start, end, score, entity_type, recognizer in candidates:
            if start >= end_of_piece:
                number = bisect_right(ends, start)
                end_of_piece = ends[number]
                piece = self._pieces[number]
                offset = end_of_piece - len(piece)
                container, key, value_at = self._place(number)
            is_key = end - offset < value_at
            if is_key:
                if type(key) is int:
                    continue  # the name of a list, already seen where it stands
                first, stop = start - offset, end - offset
            else:
                shift = offset + value_at
                first, stop = max(start - shift, 0), min(end, end_of_piece - 1) - shift
            if first >= stop:
                continue
            if 2 * number + is_key != last:
                last = 2 * number + is_key
                text = piece[: value_at - 1] if is_key else piece[value_at:-1]
                path = self._path(container, key)
                findings: list[Finding] = []
                found.append(LeafFindings(Leaf(container, key, text, is_key, path), findings))
            findings.append(Finding(entity_type, first, stop, score, recognizer, path))
        return found

    def _place(self, number: int) -> tuple[Container, Key, int]:
        """Return the container of a piece, its key there, and where in it the value begins."""
        of = bisect_right(self._firsts, number) - 1
        keys, at = self._keys[of], number - self._firsts[of]
        if type(keys) is str:
            return self._containers[of], at, len(keys) + 1
        return self._containers[of], keys[at], len(keys[at]) + 1

    def _walk(self) -> None:
        stack, skipped, pieces, max_depth = (
            self._stack,
            self._skipped,
            self._pieces,
            self._max_depth,
        )
        while stack:
            container, name, depth = stack.pop()
            if depth > max_depth:
                raise TooDeep(f"nested more than {max_depth} deep")
            members = container
            if skipped:
                members = self._without_skipped(container)
            self._firsts.append(len(pieces))
            self._containers.append(container)
            if type(members) is list:
                name = name[-_CONTEXT:]
                self._keys.append(name)
                self._take_elements(container, members, name, depth)
            else:
                self._keys.append(list(members))
                self._take_members(container, members, depth)  # type: ignore[arg-type]

    def _without_skipped(self, container: Container) -> Container:
        """Return the container as far as it is looked at: elements keep their places."""
        skipped, at = self._skipped, id(container)
        if type(container) is list:
            return [None if (at, n) in skipped else each for n, each in enumerate(container)]
        return {key: each for key, each in container.items() if (at, key) not in skipped}  # type: ignore[union-attr]

    def _take_members(self, container: Container, members: dict[str, Any], depth: int) -> None:
        add = self._pieces.append
        for key, value in members.items():
            kind = type(value)
            if kind is str:
                add(f"{key}{KEY}{value}{END}")
            elif kind is int or kind is float:
                add(f"{key}{KEY}{_number(value, key)}{END}")
            else:
                if value is not None and kind is not bool:
                    self._enter(container, key, value, key, depth)
                add(f"{key}{KEY}{END}")
            if type(key) is not str:
                raise NotJson(f"a key of type {type(key).__name__}")

    def _take_elements(
        self, container: Container, members: list[Any], name: str, depth: int
    ) -> None:
        add = self._pieces.append
        for index, value in enumerate(members):
            kind = type(value)
            if kind is str:
                add(f"{name}{KEY}{value}{END}" if value else "")
            elif kind is int or kind is float:
                add(f"{name}{KEY}{text}{END}" if (text := _number(value, name)) else "")
            else:
                if value is not None and kind is not bool:
                    self._enter(container, index, value, name, depth)
                add("")

    def _enter(self, container: Container, key: Key, value: object, name: str, depth: int) -> None:
        kind = type(value)
        if kind is not dict and kind is not list:
            raise NotJson(f"a value of type {kind.__name__}")
        if id(value) not in self._parents:  # the same object twice is looked at once
            self._parents[id(value)] = (container, key)
            self._stack.append((value, name, depth + 1))  # type: ignore[arg-type]

    def _path(self, container: Container, key: Key) -> str:
        if container is self._outside:
            return "$"
        path = self._paths.get(id(container))
        if path is None:
            path = self._climb(container)
        return path + _step(key)

    def _climb(self, container: Container) -> str:
        paths, parents = self._paths, self._parents
        climbed: list[tuple[int, Key]] = []
        while (path := paths.get(id(container))) is None:
            parent, step = parents[id(container)]
            climbed.append((id(container), step))
            container = parent
        for known, step in reversed(climbed):
            path = paths[known] = path + _step(step)
        return path


def _number(value: float, key: str) -> str:
    """Write a number as people would, or not at all where it is too short to be anybody's."""
    if -_SHORTEST_NUMBER < value < _SHORTEST_NUMBER:
        is_coordinate = type(value) is float and key.lower().endswith(_COORDINATES)
        return str(value) if is_coordinate else ""
    if not abs(value) < _LONGEST_NUMBER or value != int(value):
        return ""
    text = str(int(value))
    if type(value) is float and len(text.rstrip("0")) < _SIGNIFICANT:
        return ""  # 1e9 is a quantity
    return text


def _step(key: Key) -> str:
    return _name(key) if isinstance(key, str) else f"[{key}]"


@lru_cache(4096)
def _name(key: str) -> str:
    if _IDENTIFIER.match(key):
        return f".{key}"
    return "['" + key.replace("\\", "\\\\").replace("'", "\\'") + "']"


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
